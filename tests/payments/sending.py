"""Payouts on their way to the bank, for tests."""

import datetime as dt
from typing import Any

from allmende.ledger import post
from allmende.ledger.money import Money
from allmende.ledger.post import Line
from allmende.payments import payout_batches, payouts
from allmende.payments.models import BankAccount, Payout, PayoutBatch
from allmende.payments.payouts import Debt, Receiver
from allmende.people.models import Person
from tests.factories import payments as made
from tests.factories.payments import NOW

TODAY = NOW.date()  # a Friday
PAID = dt.date(2027, 1, 20)  # NOW is past the bank's hour, and two days are for the second person
DEBT = Debt("settlement", "17", "payouts", "member:17")


def owed(key: str = "settlement:17", *, cents: int = 50_000, **more: Any) -> Payout:
    """A debt in the ledger, and the wish to pay it."""
    debt = more.pop("debt", DEBT)
    lines = [Line("share-capital", Money(cents)), Line(debt.account, Money(-cents), debt.party)]
    post.post(f"owed:{key}", on=TODAY, at=NOW, text="settled", lines=lines)
    return ask(key, cents=cents, debt=debt, **more)


def ask(
    key: str = "settlement:17", *, cents: int = 50_000, debt: Debt = DEBT,
    to: Receiver | None = None, pay_on: dt.date = TODAY, person: Person | None = None,
) -> Payout:  # fmt: skip
    to = to or Receiver("Ada Lovelace", made.IBAN)
    return payouts.ask(
        key, amount=Money(cents), to=to, debt=debt, words="Guthaben 2026", pay_on=pay_on,
        person=person, at=NOW,
    )  # fmt: skip


def gathered(account: BankAccount) -> PayoutBatch:
    payout_batches.gather(account, on=TODAY, at=NOW)
    return PayoutBatch.objects.get(state="open")


def exported(account: BankAccount) -> PayoutBatch:
    frozen = payout_batches.freeze(gathered(account), by=made.person(), at=NOW)
    return payout_batches.release(frozen, by=made.person(), at=NOW)
