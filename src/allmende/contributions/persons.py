"""What `contributions` answers about a person: reminders, and what they declared. Pledges and
payments are answered for by `payments`."""

import datetime as dt
from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from allmende.contributions import managing, remembering
from allmende.contributions.models import Declaration, Reminder
from allmende.people.answers import Event, Fate, Kept, Panel, Section, answer_for
from allmende.people.erasure import UNCONFIRMED
from allmende.people.models import ContactAddress, Person
from allmende.people.signals import (
    account_shown,
    address_replaced,
    erasing,
    exporting,
    recalling,
    sweeping,
)

answer_for(
    {
        "contributions.Declaration.handled_by": Fate.NAMELESS,
        "contributions.Declaration.person": Fate.LOOSED,
        "contributions.Reminder.person": Fate.GOES,
    }
)


@receiver(erasing)
def on_erasing(person: Person, **_more: Any) -> list[Kept]:
    Reminder.objects.filter(person=person).delete()
    declared = Declaration.objects.filter(person=person)
    had = declared.exists()
    declared.update(person=None, name="", email="", words="")
    if not had:
        return []
    return [
        Kept(
            _("That a contribution was ended or withdrawn, and when; not by whom"),
            _("We must be able to prove that we kept to it."),
        )
    ]


@receiver(address_replaced)
def on_address_replaced(
    old: ContactAddress, new: ContactAddress, at: dt.datetime, **_more: Any
) -> int:
    return Reminder.objects.filter(address=old).update(address=new)


@receiver(sweeping)
def on_sweeping(at: dt.datetime, **_more: Any) -> None:
    remembering.sweep(at=at, before=at - UNCONFIRMED)


@receiver(account_shown)
def on_account_shown(person: Person, at: dt.datetime, **_more: Any) -> list[Panel]:
    lines = managing.lines(person, at=at)
    return [Panel(_("Contributions"), lines, _("None at the moment."))]


@receiver(exporting)
def on_exporting(person: Person, **_more: Any) -> list[Section]:
    return [reminders(person), declarations(person)]


def reminders(person: Person) -> Section:
    labels = {
        "month": _("Month"),
        "state": _("State"),
        "address": _("Address"),
        "asked_at": _("Asked"),
        "confirmed_at": _("Confirmed"),
        "sent_at": _("Sent"),
    }
    rows = [
        {
            "month": row.month,
            "state": str(row.get_state_display()),
            "address": row.address.email,
            "asked_at": row.asked_at,
            "confirmed_at": row.confirmed_at,
            "sent_at": row.sent_at,
        }
        for row in Reminder.objects.filter(person=person).select_related("address").order_by("pk")
    ]
    return Section("contribution_reminders", _("Reminders about contributions"), labels, rows)


def declarations(person: Person) -> Section:
    labels = {
        "kind": _("Kind"),
        "received_at": _("Received"),
        "name": _("Name"),
        "email": _("E-mail address"),
        "words": _("Words"),
        "wanted_on": _("To end on"),
    }
    rows = [
        {
            "kind": str(row.get_kind_display()),
            "received_at": row.received_at,
            "name": row.name,
            "email": row.email,
            "words": row.words,
            "wanted_on": row.wanted_on,
        }
        for row in Declaration.objects.filter(person=person).order_by("pk")
    ]
    return Section("contribution_declarations", _("What you declared"), labels, rows)


@receiver(recalling)
def on_recalling(person: Person, **_more: Any) -> list[Event]:
    asked = [
        Event(row.asked_at, _("Reminder about contributions"), row.get_state_display())
        for row in Reminder.objects.filter(person=person)
    ]
    declared = [
        Event(row.received_at, _("Contribution"), row.get_kind_display())
        for row in Declaration.objects.filter(person=person)
    ]
    return asked + declared
