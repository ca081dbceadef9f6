"""What `cooperative` listens to: money of shares and of settlements, whose register follows the
ledger; and its own rows, which pages show."""

import datetime as dt
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from allmende.cooperative import capital, member_letters, settling, showing
from allmende.cooperative.models import CooperativePage, Membership, Question
from allmende.ledger import post
from allmende.ledger.money import Money
from allmende.payments import signals
from allmende.payments.models import DueItem, PaymentAttempt, Payout, Refund


@receiver([signals.settled, signals.returned, signals.charged_back])
def on_money(
    item: DueItem, attempt: PaymentAttempt, on: dt.date, at: dt.datetime, **_more: Any
) -> None:
    """It came, or it went back to the member's bank."""
    if item.pledge.purpose == capital.PURPOSE:
        *_before, entry = post.keys(f"payments:attempt:{attempt.pk}:")
        for event in capital.follow(item.pledge.party, entry, on=on, at=at):
            membership = Membership.objects.get(pk=event.membership_id or 0)
            member_letters.more_admitted(membership, event.shares, [], event.effective_on)


@receiver(signals.refunded)
def on_refunded(item: DueItem, refund: Refund, on: dt.date, at: dt.datetime, **_more: Any) -> None:
    if item.pledge.purpose == capital.PURPOSE:
        capital.follow(item.pledge.party, f"payments:refund:{refund.pk}", on=on, at=at)


@receiver(signals.paid_out)
def on_paid_out(payout: Payout, money: Money, on: dt.date, at: dt.datetime, **_more: Any) -> None:
    membership = settled_for(payout)
    if membership:
        line = payout.lines.filter(paid_on__isnull=False, returned_on=None).latest("pk")
        entry = f"payments:payout:{line.pk}:paid"
        number = int(payout.reference)
        settling.paid_out(membership, number, money, entry=entry, on=on, at=at)


@receiver(signals.payout_returned)
def on_payout_returned(
    payout: Payout, money: Money, on: dt.date, at: dt.datetime, **_more: Any
) -> None:
    membership = settled_for(payout)
    if membership:
        line = payout.lines.filter(returned_on__isnull=False).latest("pk")
        entry = f"payments:payout:{line.pk}:returned"
        number = int(payout.reference)
        settling.came_back(membership, number, money, entry=entry, on=on, at=at)


def settled_for(payout: Payout) -> Membership | None:
    """Whose settlement it is; None for what others pay out."""
    ours = payout.purpose == settling.PURPOSE
    return capital.of_party(payout.party) if ours else None


@receiver(post_save, sender=CooperativePage)
@receiver([post_save, post_delete], sender=Question)
def on_words(**_: Any) -> None:
    """The office changed what is told."""
    showing.changed()
