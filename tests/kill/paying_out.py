"""Driver: payouts on their way from the wish to the bank's statement, by processes that die.

    python -m tests.kill.paying_out SEED KILLS

Each week a few payouts are owed. One process after the other gathers them, freezes, releases and
downloads the file, each dying at a point of its own around a statement or a commit, until one comes
to its end; then the bank takes the file, and its statement is taken in the same way. Whoever
downloads gets the same bytes as everybody before, and each debt is paid once.
"""

import datetime as dt
import io
import random
import sys
from hashlib import sha256

from allmende.site.opening import open_house

open_house()

from allmende.ledger import balances, post  # noqa: E402  Django comes first
from allmende.ledger.money import Money  # noqa: E402
from allmende.ledger.post import Line  # noqa: E402
from allmende.payments import (  # noqa: E402
    bankfiles,
    matching,
    payout_batches,
    payouts,
    proofs,
    reading_statements,
)
from allmende.payments.models import BankAccount, Payout, PayoutBatch, PayoutLine  # noqa: E402
from allmende.payments.payouts import Debt, Receiver  # noqa: E402
from allmende.payments.providers.dummy_bank.bank import Bank  # noqa: E402
from tests.factories import payments as make  # noqa: E402
from tests.kill import deaths  # noqa: E402

PAYOUTS, POINTS = 3, 150
WEEK = dt.timedelta(days=7)


def main() -> None:
    seed, kills = int(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(seed)
    account = make.bank_account()
    bank = Bank(account.iban, opening=10_000_000)
    deadly = 0
    for number in range(kills):
        at = make.NOW + number * WEEK
        owe(number, at)
        deadly += until_done(lambda at=at: to_the_bank(at), chance)  # type: ignore[misc]
        bank.take(the_file(number))
        told = bank.statement(at.date(), at.date() + WEEK)
        deadly += until_done(lambda told=told, at=at: take_in(told, at), chance)  # type: ignore[misc]
        check(number + 1)
    assert deadly, "nobody died"
    print(f"{Payout.objects.count()} payouts, {deadly} deaths")


def owe(number: int, at: dt.datetime) -> None:
    for one in range(number * PAYOUTS, (number + 1) * PAYOUTS):
        key = f"settlement:{one}"
        debt = Debt("settlement", f"{one}", "payouts", f"member:{one}")
        lines = [Line("share-capital", Money(1000)), Line("payouts", Money(-1000), debt.party)]
        post.post(f"owed:{key}", on=at.date(), at=at, text="settled", lines=lines)
        payouts.ask(
            key, amount=Money(1000), to=Receiver("Ada Lovelace", make.IBAN), debt=debt,
            words="Guthaben", pay_on=at.date(), person=None, at=at,
        )  # fmt: skip


def until_done(deed: deaths.Deed, chance: random.Random) -> int:
    """Again and again, until somebody lives through it. Returns the number of deaths."""
    deadly = 0
    while deaths.end_of(deaths.fork(dying(deed, chance.randint(1, POINTS)))):
        deadly += 1
    return deadly


def dying(deed: deaths.Deed, fatal: int) -> deaths.Deed:
    def work() -> None:
        deaths.Points(fatal).watch_statements()
        deed()

    return work


def to_the_bank(at: dt.datetime) -> None:
    """All that two persons do; what is done already is passed over."""
    payout_batches.gather(BankAccount.objects.get(), on=at.date(), at=at)
    for step in (payout_batches.freeze, payout_batches.release):
        for batch in PayoutBatch.objects.filter(state__in=["open", "frozen"]):
            try:
                step(batch, by=make.person(), at=at)
            except bankfiles.WrongState:
                continue
    assert bankfiles.file_of(newest())


def newest() -> PayoutBatch:
    return PayoutBatch.objects.latest("pk")


def the_file(number: int) -> bytes:
    """All of the week in one file, as it was sealed."""
    assert PayoutBatch.objects.count() == number + 1
    batch = newest()
    data = bankfiles.file_of(batch)
    assert sha256(data).hexdigest() == batch.digest
    assert data == payout_batches.written(batch)
    return data


def take_in(statement: bytes, at: dt.datetime) -> None:
    later = at + WEEK
    reading_statements.take_in(io.BytesIO(statement), at=later)
    matching.work(at=later)


def check(weeks: int) -> None:
    assert [row for proof in proofs.PROOFS for row in proof.wrong()] == []
    assert PayoutLine.objects.count() == Payout.objects.count() == PAYOUTS * weeks
    assert set(Payout.objects.values_list("state", flat=True)) == {"paid"}
    assert set(PayoutBatch.objects.values_list("state", flat=True)) == {"booked"}
    paid = PAYOUTS * 1000 * weeks
    sums = {code: balances.balance(code).cents for code in ("bank", "payouts", "share-capital")}
    assert sums == {"bank": -paid, "payouts": 0, "share-capital": paid}, sums


if __name__ == "__main__":
    main()
