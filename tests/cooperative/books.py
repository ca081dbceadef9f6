"""Money of shares: what is due, that it came, that it went back; and whether all proofs hold."""

import datetime as dt
import itertools

from allmende.cooperative import capital
from allmende.cooperative.models import Membership
from allmende.ledger import post
from allmende.ledger.money import Money
from allmende.ledger.post import Line
from allmende.lib import proofs
from allmende.payments import due, payouts, pledges, settle
from allmende.payments.models import (
    BankAccount,
    DueItem,
    PaymentAttempt,
    Payout,
    PayoutLine,
    Pledge,
)
from tests.cooperative.cast import NOW
from tests.factories import payments as make

numbers = itertools.count(1)


def asked(membership: Membership) -> list[Pledge]:
    """What the member is asked to pay and has not ended."""
    rows = Pledge.objects.filter(party=membership.party, state__in=pledges.LIVING)
    return list(rows.order_by("anchor", "pk"))


def item(membership: Membership) -> DueItem:
    """The earliest that is open; planned where it is not yet."""
    for pledge in asked(membership):
        due.plan_one(pledge, until=pledge.anchor + dt.timedelta(days=4000), at=NOW)
    rows = DueItem.objects.open().filter(pledge__party=membership.party)
    found = rows.order_by("due_on", "pk").first()
    assert found is not None
    return found


def pay(
    membership: Membership, times: int = 1, *, on: dt.date, at: dt.datetime = NOW
) -> PaymentAttempt:
    """One open item after the other; what came back is tried once more."""
    for _ in range(times):
        found = item(membership)
        key = f"test-{found.pk}-{found.attempts.count()}"
        attempt = settle.try_once(found, provider="transfer", key=key, at=at)
        settle.collected(attempt, into="bank", on=on, at=at)
    membership.refresh_from_db()
    attempt.refresh_from_db()
    return attempt


def send_back(attempt: PaymentAttempt, *, on: dt.date, at: dt.datetime = NOW) -> None:
    settle.returned(attempt.item, code="AM04", on=on, at=at, attempt=attempt)


def wrong() -> list[str]:
    """What any proof of the house finds."""
    return [
        fault
        for proof in proofs.registered()
        if proof.name.startswith(("register", "ledger", "payments"))
        for fault in proof.wrong()
    ]


def credit(membership: Membership, cents: int, *, on: dt.date, at: dt.datetime = NOW) -> None:
    """Money that somehow came to the member's capital."""
    key = f"test:{membership.pk}:{on}:{cents}:{next(numbers)}"
    money = Money(cents)
    lines = [Line("bank", money), Line(capital.CAPITAL, -money, membership.party)]
    post.post(key, on=on, at=at, text="test", lines=lines)
    capital.follow(membership.party, key, on=on, at=at)
    membership.refresh_from_db()


def pay_out(payout: Payout, *, on: dt.date, at: dt.datetime = NOW) -> None:
    """It went by a batch, and left our account."""
    batch = make.payout_batch(bank_account=BankAccount.objects.get())
    name = f"test-{next(numbers)}"
    line = PayoutLine.objects.create(
        batch=batch, payout=payout, end_to_end_id=name, cents=payout.cents
    )
    assert payouts.paid(line, on=on, at=at)
