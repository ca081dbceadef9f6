"""Refunds of what came by debit or transfer: we pay them out, for no provider gives them back.

A debit may come back by itself in the meantime: then nothing is paid out, if it is not with the
bank yet; otherwise a person is asked.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils import translation
from django.utils.translation import gettext as _

from allmende.ledger.money import Money
from allmende.lib.vault import Unreadable
from allmende.paper.models import Paper
from allmende.payments import ibans, mandates, payouts, questions, settle
from allmende.payments.models import BatchItem, DueItem, Match, PaymentAttempt, Payout, Refund
from allmende.payments.moving import day_of, move
from allmende.payments.payouts import Debt, Receiver
from allmende.payments.reactions import BY_BANK
from allmende.payments.reading_statements import told_by
from allmende.payments.signals import charged_back, paid_out, returned

PURPOSE, ACCOUNT = "refund", "payouts"
OPEN = [Refund.State.ASKED, Refund.State.SUBMITTED]


class NoAccount(Exception):
    """Nobody knows any more from which account the money came."""


def ask_all(*, at: dt.datetime) -> int:
    """Each becomes a payout, or a question where no account is known. Returns how many did."""
    rows = Refund.objects.filter(state=Refund.State.ASKED, provider__in=BY_BANK).order_by("pk")
    return sum(ask(row, at=at) for row in rows.select_related("attempt__item__pledge__person"))


@transaction.atomic
def ask(refund: Refund, *, at: dt.datetime) -> bool:
    attempt, person = refund.attempt, refund.attempt.item.pledge.person
    try:
        payouts.ask(
            f"refund:{refund.pk}",
            amount=Money(refund.cents, attempt.currency),
            to=account_of(attempt),
            debt=Debt(PURPOSE, str(refund.pk), ACCOUNT),
            words=words(person.language if person else ""),
            pay_on=day_of(at),
            person=person,
            at=at,
        )
    except (NoAccount, Unreadable, ibans.BadIban, payouts.NoAddress, ValueError):
        detail = f"refund {refund.pk}: no account"
        questions.ask("payout", detail=detail, item=attempt.item, at=at)
        return False
    return move(refund, Refund.State.SUBMITTED)


def words(language: str) -> str:
    paper = Paper.load()
    with translation.override(language or paper.language):
        return _("%(paper)s: your money back") % {"paper": paper.name}


def account_of(attempt: PaymentAttempt) -> Receiver:
    """That the money came from. Raises NoAccount, vault.Unreadable."""
    line = BatchItem.objects.filter(attempt=attempt).select_related("mandate").first()
    if line and line.mandate.iban:
        one = line.mandate
        return Receiver(mandates.holder_of(one), mandates.iban_of(one), mandates.address_of(one))
    match = Match.objects.filter(attempt=attempt).select_related("transfer").first()
    told = told_by(match.transfer) if match else {}
    if not (told.get("iban") and told.get("name")):
        raise NoAccount
    return Receiver(str(told["name"]), str(told["iban"]))


@receiver(paid_out)
def on_paid_out(payout: Payout, on: dt.date, at: dt.datetime, **_more: Any) -> None:
    """The giver has it: the refund is done. Where the money was not here any more, we paid twice
    and a person is asked."""
    refund = _of(payout)
    if refund is None:
        return
    amount = Money(refund.cents, refund.attempt.currency)
    try:
        with transaction.atomic():
            settle.refunded(
                refund.attempt, amount=amount, on=on, at=at, key=refund.key, out_of=ACCOUNT
            )
    except settle.NotOurs:
        detail = f"refund {refund.pk} payout {payout.pk}"
        questions.ask("paid_twice", detail=detail, item=refund.attempt.item, at=at)


def _of(payout: Payout) -> Refund | None:
    if payout.purpose != PURPOSE:
        return None
    return Refund.objects.select_related("attempt__item").get(pk=int(payout.reference))


@receiver([returned, charged_back], sender=DueItem)
def on_gone(attempt: PaymentAttempt, at: dt.datetime, **_more: Any) -> None:
    """The giver's bank took it back: it is not given back once more."""
    for refund in Refund.objects.filter(attempt=attempt, state__in=OPEN, provider__in=BY_BANK):
        payout = Payout.objects.filter(key=f"refund:{refund.pk}").first()
        try:
            if payout:
                payouts.cancel(payout, at=at)
        except payouts.UnderWay:  # `on_paid_out` asks when it has left
            continue
        move(refund, Refund.State.FAILED)
