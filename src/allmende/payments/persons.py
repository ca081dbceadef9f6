"""What `payments` answers about a person: their pledges, what they paid, their mandates."""

import datetime as dt
from typing import Any

from django.db.models import Max
from django.dispatch import receiver
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allmende.ledger.money import Money, show
from allmende.payments import mandates, payouts, pledges, retention, rhythm
from allmende.payments.models import DueItem, Mandate, Payout, Pledge
from allmende.people.answers import Event, Fate, Kept, Section, answer_for
from allmende.people.kin import family
from allmende.people.models import Person
from allmende.people.signals import erasing, exporting, recalling

RECENT = 100  # payments that the office sees

answer_for(
    {
        "payments.Pledge.person": Fate.NAMELESS,
        "payments.Match.by": Fate.NAMELESS,
        "payments.Payout.person": Fate.NAMELESS,
        "payments.PayoutBatch.frozen_by": Fate.NAMELESS,
        "payments.PayoutBatch.released_by": Fate.NAMELESS,
        "payments.Question.answered_by": Fate.NAMELESS,
        "payments.Refund.by": Fate.NAMELESS,
        "payments.SepaBatch.frozen_by": Fate.NAMELESS,
        "payments.SepaBatch.released_by": Fate.NAMELESS,
        "payments.Transfer.decided_by": Fate.NAMELESS,
    }
)


@receiver(erasing)
def on_erasing(person: Person, at: dt.datetime, **_more: Any) -> list[Kept]:
    """Nothing more is collected; mandates end, and what was never used of them goes at once."""
    pledges.end_all_of(person, reason=Pledge.Reason.READER, at=at)
    for mandate in Mandate.objects.filter(pledge__person=person, state__in=mandates.ALIVE):
        mandates.revoke(mandate, at=at)
    retention.empty(Mandate.objects.filter(pledge__person=person, last_collected_on=None))
    return [*kept_payments(person), *kept_mandates(person), *kept_payouts(person)]


def kept_payments(person: Person) -> list[Kept]:
    items = DueItem.objects.filter(pledge__person=person, collected_on__isnull=False)
    last = items.aggregate(last=Max("collected_on"))["last"]
    if last is None:
        return []
    return [
        Kept(
            _("Your payments: amounts, days, and numbers in the place of your name"),
            _("The law demands that books are kept, § 257 HGB, § 147 AO."),
            retention.books_until(last),
        )
    ]


def kept_mandates(person: Person) -> list[Kept]:
    rows = Mandate.objects.filter(pledge__person=person, last_collected_on__isnull=False)
    last = rows.exclude(iban=b"").aggregate(last=Max("last_collected_on"))["last"]
    if last is None:
        return []
    return [
        Kept(
            _("Your SEPA mandate with account and holder, encrypted"),
            _("A direct debit can be disputed for thirteen months; we have to prove the mandate."),
            rhythm.months_later(last, retention.MANDATE_MONTHS),
        )
    ]


def kept_payouts(person: Person) -> list[Kept]:
    """Whom we owe money gets it, erased or not."""
    rows = Payout.objects.filter(person=person).exclude(iban=b"")
    if not rows.exists():
        return []
    return [
        Kept(
            _("The account to which you are paid out, encrypted"),
            _("We owe you this money; until it has arrived, we have to know where to send it."),
        )
    ]


@receiver(exporting)
def on_exporting(person: Person, own: bool = False, **_more: Any) -> list[Section]:
    return [
        promised(person),
        paid(person),
        mandated(person, own=own),
        paid_out(person, own=own),
    ]


def promised(person: Person) -> Section:
    labels = {
        "begun": _("Begun"),
        "amount": _("Amount"),
        "rhythm": _("Rhythm"),
        "method": _("Way of paying"),
        "state": _("State"),
        "ended": _("Ended"),
    }
    rows = [
        {
            "begun": row.created_at,
            "amount": shown(row.amount),
            "rhythm": str(row.get_rhythm_display()),
            "method": row.method,
            "state": str(row.get_state_display()),
            "ended": row.ended_at,
        }
        for row in Pledge.objects.filter(person__in=family(person)).order_by("pk")
    ]
    return Section("pledges", _("What you promised to give"), labels, rows)


def paid(person: Person) -> Section:
    labels = {
        "due": _("Due on"),
        "amount": _("Amount"),
        "state": _("State"),
        "collected": _("Collected on"),
        "code": _("The bank's code"),
    }
    rows = [
        {
            "due": row.due_on,
            "amount": shown(row.amount),
            "state": str(row.get_state_display()),
            "collected": row.collected_on,
            "code": row.code,
        }
        for row in items_of(person)
    ]
    return Section("payments", _("Your payments"), labels, rows)


def mandated(person: Person, *, own: bool) -> Section:
    """own: with the account in full. The office sees that elsewhere, and each look is logged."""
    labels = {
        "reference": _("Mandate reference"),
        "account": _("Account"),
        "signed": _("Signed"),
        "wording": _("Wording"),
        "state": _("State"),
    }
    rows = [
        {
            "reference": row.reference,
            "account": account_of(row, own=own),
            "signed": row.signed_at,
            "wording": row.wording,
            "state": str(row.get_state_display()),
        }
        for row in Mandate.objects.filter(pledge__person__in=family(person)).order_by("pk")
    ]
    return Section("mandates", _("Your SEPA mandates"), labels, rows)


def paid_out(person: Person, *, own: bool) -> Section:
    labels = {
        "asked": _("Begun"),
        "words": _("Purpose"),
        "amount": _("Amount"),
        "account": _("Account"),
        "state": _("State"),
        "paid": _("Paid out on"),
    }
    rows = [
        {
            "asked": row.asked_at,
            "words": row.words,
            "amount": shown(row.amount),
            "account": receiver_of(row, own=own),
            "state": str(row.get_state_display()),
            "paid": row.paid_on,
        }
        for row in Payout.objects.filter(person__in=family(person)).order_by("pk")
    ]
    return Section("payouts", _("What was paid out to you"), labels, rows)


def receiver_of(payout: Payout, *, own: bool) -> str:
    if not payout.iban:
        return ""
    return payouts.receiver(payout).iban if own else f"{payout.country} … {payout.last4}"


def account_of(mandate: Mandate, *, own: bool) -> str:
    if not mandate.iban:  # it has outlived its term
        return ""
    return mandates.iban_of(mandate) if own else mandates.masked(mandate)


def items_of(person: Person) -> list[DueItem]:
    return list(DueItem.objects.filter(pledge__person__in=family(person)).order_by("due_on", "pk"))


@receiver(recalling)
def on_recalling(person: Person, **_more: Any) -> list[Event]:
    rows = Pledge.objects.filter(person__in=family(person)).order_by("pk")
    told = [event for row in rows for event in of_pledge(row)]
    moved = [row for row in items_of(person) if row.state not in ("planned", "announced")]
    for item in moved[-RECENT:]:
        words = f"{shown(item.amount)}: {item.get_state_display()}"
        told.append(Event(item.changed_at, _("Payment"), f"{words} {item.code}".strip()))
    return told


def of_pledge(pledge: Pledge) -> list[Event]:
    words = f"{shown(pledge.amount)} {pledge.get_rhythm_display()}, {pledge.method}"
    found = [Event(pledge.created_at, _("Pledge begun"), words)]
    if pledge.activated_at:
        found.append(Event(pledge.activated_at, _("Pledge confirmed"), words))
    if pledge.ended_at:
        found.append(Event(pledge.ended_at, _("Pledge ended"), pledge.get_reason_display()))
    return found


def shown(money: Money) -> str:
    return show(money, language=get_language() or "de")
