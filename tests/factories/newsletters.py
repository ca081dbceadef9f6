"""Newsletters, their readers and issues for tests."""

import datetime as dt
from typing import Any

from allmende.bakery import orders
from allmende.bakery.models import BakedPage
from allmende.newsletters import drafting, subscribe
from allmende.newsletters.models import Issue, Newsletter, Subscription
from allmende.newsroom import staff_roles
from allmende.people.models import ContactAddress, Person
from allmende.people.roles import Role
from tests.factories import newsroom as make
from tests.people import cast

# Friday, 15:00 in the paper's zone; the edition of tests is that of the Saturday after.
FRIDAY = dt.datetime(2026, 11, 27, 14, tzinfo=dt.UTC)
MORNING = FRIDAY - dt.timedelta(hours=6)
BEFORE = FRIDAY - dt.timedelta(days=5)


def newsletter(slug: str = "freitag", **more: Any) -> Newsletter:
    words = {
        "name": "Freitagsbrief",
        "heading": "Der Samstag, schon am Freitag",
        "description": "Jede Woche.",
        "consent_text": "Wir senden Ihnen jede Woche eine Mail.",
        "sender_name": "Bote",
        "sender_address": "brief@bote.example",
    }
    return Newsletter.objects.create(slug=slug, **words | more)


def reader(
    letter: Newsletter, email: str = "lene@bote.example", at: dt.datetime = BEFORE, **person: str
) -> Subscription:
    """Somebody who has confirmed."""
    subscribe.ask(letter, email=email, at=at)
    address = ContactAddress.objects.get(email=email)
    for name, value in person.items():
        setattr(address.person, name, value)
    address.person.save()
    (row,) = subscribe.confirm(address, newsletters=[letter.pk], at=at)
    return row


def issue(letter: Newsletter | None = None, at: dt.datetime = MORNING) -> Issue:
    """Drafted by itself on Friday morning."""
    chosen = letter or newsletter()
    return drafting.draft(chosen, day=FRIDAY.date(), at=at)[0]


def appeared(letter: Newsletter) -> Issue:
    """One that readers find on the web."""
    row = issue(letter)
    more = {"state": Issue.State.APPROVED, "approved_at": FRIDAY, "content": {}}
    Issue.objects.filter(pk=row.pk).update(appeared_at=FRIDAY, **more)
    return Issue.objects.get(pk=row.pk)


def editor(name: str = "Milan") -> Person:
    """Somebody who may publish, and so approve."""
    person = cast.staff(name, Role.EDITOR)
    make.front_page()
    staff_roles.lay_page_permissions()
    return person


def stand() -> None:
    """As if the bakery had put every page in place."""
    for path in orders.there_should_be():
        state = {"state": BakedPage.State.LIVE, "baked_at": FRIDAY}
        BakedPage.objects.update_or_create(path=path, defaults=state)
