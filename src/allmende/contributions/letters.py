"""The mails around contributions. They leave through Django's mail API, first in line."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from allmende.contributions import links, ways
from allmende.contributions.models import Declaration, Reminder
from allmende.paper import identity
from allmende.payments.models import DueItem, Pledge
from allmende.people.models import ContactAddress, Person


def ask_to_remind(
    reminder: Reminder | None, *, address: ContactAddress, language: str, at: dt.datetime
) -> None:
    """None: one is promised already."""
    link = links.to_confirm_reminder(reminder, at=at) if reminder else ""
    context = {"reminder": reminder, "link": link}
    send("remind_confirm", context, to=address.email, language=language)


def remind(reminder: Reminder, *, at: dt.datetime) -> None:
    context = {
        "link": f"{settings.PAPER_URL}/beitrag/",
        "end": links.to_end_reminder(reminder, at=at),
        "asked_at": reminder.asked_at,
    }
    send("remind", context, to=reminder.address.email, language=reminder.person.language)


def send_link(persons: Sequence[Person], *, to: str, at: dt.datetime) -> None:
    """One mail, with a link for each who shares the address."""
    several = len(persons) > 1
    found = [
        {
            "name": person.get_full_name() if several else "",
            "link": links.to_manage(person, email=to, at=at),
        }
        for person in persons
    ]
    send("link", {"found": found}, to=to, language=persons[0].language)


def changed(pledge: Pledge, what: str, *, at: dt.datetime) -> None:
    """what: paused, resumed, amount, account."""
    to_giver(pledge, "changed", at=at, what=what)


def confirmed(pledge: Pledge, *, at: dt.datetime) -> None:
    """A regular contribution begins."""
    to_giver(pledge, "confirmed", at=at)


def thank(pledge: Pledge, *, at: dt.datetime) -> None:
    """The first money of a contribution is there."""
    to_giver(pledge, "thanks", at=at)


def how_to_transfer(pledge: Pledge, words: dict[str, Any], *, at: dt.datetime) -> None:
    to_giver(pledge, "transfer", at=at, words=words)


def trouble(pledge: Pledge, *, item: DueItem, why: str, at: dt.datetime, **told: Any) -> None:
    """A payment failed or came back. why: what follows, as `payments.codes` says."""
    to_giver(pledge, "trouble", at=at, item=item, why=why, **told)


def to_giver(pledge: Pledge, name: str, *, at: dt.datetime, **more: Any) -> None:
    """Nobody is written to whose address is gone."""
    person = pledge.person
    if person is None or not person.email:
        return
    context = {
        "pledge": pledge,
        "way": ways.title(pledge.method),
        "at": at,
        "link": links.to_manage(person, email=person.email, at=at),
        **more,
    }
    send(name, context, to=person.email, language=person.language)


def declared(declaration: Declaration, *, at: dt.datetime) -> None:
    """At once, with date and time: §§ 312k (4), 356a (4) BGB."""
    pledge = declaration.pledge
    person = pledge.person if pledge else None
    to = (person.email if person else "") or declaration.email
    language = person.language if person else identity.paper().language
    if to:
        context = {"declaration": declaration, "pledge": pledge}
        send("declared", context, to=to, language=language)


def send(name: str, context: dict[str, Any], *, to: str, language: str) -> None:
    paper = identity.paper()
    with translation.override(language), timezone.override(paper.time_zone_info):
        context = {"paper": paper, **context}
        subject = render_to_string(f"contributions/mail/{name}_subject.txt", context).strip()
        body = render_to_string(f"contributions/mail/{name}.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}
    EmailMessage(subject, body, to=[to], headers=headers).send()
