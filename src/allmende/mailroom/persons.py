"""What the mailroom answers about a person: single mails, mail that came back, barred addresses.

It knows addresses only. One that somebody else has too is theirs as much, so what is noted of it
stays. Who a mailing went to is told by the app that wrote to them.
"""

import datetime as dt
from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from allmende.mailroom import outbox, suppression
from allmende.mailroom.bounces import record
from allmende.mailroom.models import Bounce
from allmende.people.addresses import emails_of, emails_of_nobody_else
from allmende.people.answers import Event, Kept, Section
from allmende.people.models import Person
from allmende.people.signals import erasing, exporting, recalling

RECENT = 100  # letters to an address that the office sees


@receiver(erasing)
def on_erasing(person: Person, at: dt.datetime, **_more: Any) -> list[Kept]:
    for email in emails_of_nobody_else(person):
        outbox.forget_address(email)
        record.forget(email)
    if not suppression.among(emails_of(person), single=False):
        return []
    return [
        Kept(
            _("That your address gets no mailings: a number made from it, not the address"),
            _("So that nobody writes to it again, Art. 21 (3) GDPR."),
        )
    ]


@receiver(exporting)
def on_exporting(person: Person, **_more: Any) -> list[Section]:
    emails = emails_of(person)
    return [letters(emails), bounces(emails), barred(emails)]


def letters(emails: list[str]) -> Section:
    labels = {"at": _("Time"), "address": _("Address"), "state": _("State"), "answer": _("Answer")}
    rows = [
        {
            "at": row.finished_at or row.created_at,
            "address": row.address,
            "state": str(row.get_state_display()),
            "answer": row.answer,
        }
        for email in emails
        for row in outbox.single_letters(email)
    ]
    return Section("single_letters", _("Single mails to you"), labels, rows)


def bounces(emails: list[str]) -> Section:
    labels = {"at": _("Time"), "address": _("Address"), "words": _("The server's words")}
    rows = Bounce.objects.filter(address__in=emails).order_by("pk").values(*labels)
    return Section("bounces", _("Mail to you that came back"), labels, list(rows))


def barred(emails: list[str]) -> Section:
    labels = {"address": _("Address"), "why": _("Why"), "since": _("Since")}
    known = {email: suppression.why(email) for email in emails}
    rows = [
        {"address": email, "why": str(row.get_why_display()), "since": row.since}
        for email, row in known.items()
        if row
    ]
    return Section("barred", _("Addresses that get no mailings"), labels, rows)


@receiver(recalling)
def on_recalling(person: Person, **_more: Any) -> list[Event]:
    emails = emails_of(person)
    single = [
        Event(row.finished_at or row.created_at, _("Single mail"), row.get_state_display())
        for email in emails
        for row in outbox.single_letters(email)[:RECENT]
    ]
    back = [
        Event(row.at, _("Mail came back"), row.words)
        for row in Bounce.objects.filter(address__in=emails).order_by("-pk")[:RECENT]
    ]
    return single + back
