"""What `newsletters` answers about a person: subscriptions, their changes, and issues sent."""

import datetime as dt
from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from allmende.mailroom import outbox
from allmende.newsletters import links, subscribe
from allmende.newsletters.models import Change, Subscription
from allmende.people.answers import Event, Fate, Kept, Line, Panel, Section, answer_for
from allmende.people.erasure import UNCONFIRMED
from allmende.people.models import ContactAddress, Person
from allmende.people.signals import (
    account_shown,
    address_replaced,
    erasing,
    exporting,
    merged,
    recalling,
    sweeping,
    unmerged,
)

IN_HAND = dt.timedelta(days=3)  # a letter that was leaving when its reader was erased has left
RECENT = 100  # letters that the office sees

answer_for(
    {
        "newsletters.Subscription.person": Fate.GOES,
        "newsletters.Change.by": Fate.LOOSED,
        "newsletters.Issue.written_by": Fate.NAMELESS,
        "newsletters.Issue.approved_by": Fate.NAMELESS,
    }
)


@receiver(erasing)
def on_erasing(person: Person, at: dt.datetime, **_more: Any) -> list[Kept]:
    had = person.subscriptions.exists()
    subscribe.forget(person, at=at)
    if not had:
        return []
    return [
        Kept(
            _("That somebody joined and left newsletters, on which days; not that it was you"),
            _("They are numbers for our statistics and lead to nobody."),
        )
    ]


@receiver(merged)
def on_merged(into: Person, at: dt.datetime, **_more: Any) -> list[Any]:
    subscribe.unite(into, at=at)
    return []


@receiver(unmerged)
def on_unmerged(
    person: Person, into: Person, merged_at: dt.datetime, at: dt.datetime, **_more: Any
) -> list[Any]:
    for row in (person, into):
        subscribe.part(row, merged_at=merged_at, at=at)
    return []


@receiver(address_replaced)
def on_address_replaced(
    old: ContactAddress, new: ContactAddress, at: dt.datetime, **_more: Any
) -> int:
    rows = Subscription.objects.filter(address=old).select_related("newsletter", "person")
    for row in rows:
        subscribe.readdress(row, to=new, at=at)
    return len(rows)


@receiver(sweeping)
def on_sweeping(at: dt.datetime, **_more: Any) -> None:
    subscribe.sweep(before=at - UNCONFIRMED)
    for person in Person.objects.filter(erased_at__gt=at - IN_HAND):
        outbox.forget(person.pk)


@receiver(account_shown)
def on_account_shown(person: Person, at: dt.datetime, **_more: Any) -> list[Panel]:
    rows = subscribe.of_person(person).select_related("address")
    shown = [row for row in rows if row.state not in (row.State.LEFT, row.State.ASKED)]
    lines = [
        Line(
            row.newsletter.name,
            f"{row.get_state_display()} · {row.address.email}",
            links.to_preferences(row.address, at=at),
        )
        for row in shown
    ]
    return [Panel(_("Newsletters"), lines, _("None at the moment."))]


@receiver(exporting)
def on_exporting(person: Person, **_more: Any) -> list[Section]:
    return [subscriptions(person), changes(person), issues(person)]


def subscriptions(person: Person) -> Section:
    labels = {
        "newsletter": _("Newsletter"),
        "address": _("Address"),
        "state": _("State"),
        "asked_at": _("Asked"),
        "confirmed_at": _("Confirmed"),
        "changed_at": _("Last change"),
        "source": _("Came by"),
        "reason": _("Reason"),
    }
    rows = [
        {
            "newsletter": row.newsletter.name,
            "address": row.address.email,
            "state": str(row.get_state_display()),
            "asked_at": row.asked_at,
            "confirmed_at": row.confirmed_at,
            "changed_at": row.changed_at,
            "source": row.source,
            "reason": row.reason,
        }
        for row in person.subscriptions.select_related("newsletter", "address").order_by("pk")
    ]
    return Section("subscriptions", _("Newsletters"), labels, rows)


def changes(person: Person) -> Section:
    labels = {
        "at": _("Time"),
        "newsletter": _("Newsletter"),
        "before": _("Before"),
        "after": _("After"),
        "way": _("Way"),
    }
    rows = [
        {
            "at": row.at,
            "newsletter": row.newsletter.name,
            "before": str(row.get_was_display()),
            "after": str(row.get_became_display()),
            "way": str(row.get_way_display()),
        }
        for row in of(person)
    ]
    return Section("subscription_changes", _("Changes of your newsletters"), labels, rows)


def issues(person: Person) -> Section:
    labels = {
        "mailing": _("Mailing"),
        "at": _("Time"),
        "address": _("Address"),
        "state": _("State"),
    }
    rows = [
        {
            "mailing": row.batch.content.get("subject", row.batch.key),
            "at": row.finished_at or row.created_at,
            "address": row.address,
            "state": str(row.get_state_display()),
        }
        for row in outbox.letters_to(person.pk)
        if row.batch
    ]
    return Section("issues", _("Newsletters sent to you"), labels, rows)


def of(person: Person) -> list[Change]:
    rows = Change.objects.filter(subscription__person=person)
    return list(rows.select_related("newsletter").order_by("at", "pk"))


@receiver(recalling)
def on_recalling(person: Person, **_more: Any) -> list[Event]:
    moved = [
        Event(row.at, f"{row.newsletter}: {row.get_became_display()}", row.get_way_display())
        for row in of(person)
    ]
    sent = [
        Event(row.finished_at or row.created_at, _("Letter of a mailing"), row.get_state_display())
        for row in outbox.letters_to(person.pk)[:RECENT]
    ]
    return moved + sent
