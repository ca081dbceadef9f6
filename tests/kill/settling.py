"""Driver: several processes hear the same events and look at the same payments, and some die.

    python -m tests.kill.settling SEED KILLS

Each round a provider knows of a payment made once, of two collected by an arrangement, of a refund
and a dispute; a debit comes back, a transfer stands in a statement, and a batch of debits waits for
its two persons. Rivals take the same events at the same moment, make sense of them, settle the
debit, take in the statement, freeze the batch and let it go; one is killed by the clock, and then
one at a point of its own, around a statement or a commit. In the end every cent is where the
round's arithmetic says, once.
"""

import datetime as dt
import io
import json
import random
import sys
import uuid

from allmende.site.opening import open_house

open_house()

from allmende.ledger import balances  # noqa: E402  Django comes first
from allmende.ledger.money import Money  # noqa: E402
from allmende.payments import (  # noqa: E402
    bankfiles,
    batches,
    checkout,
    events,
    matching,
    pledges,
    proofs,
    providers,
    reading_statements,
    references,
    settle,
)
from allmende.payments.models import (  # noqa: E402
    BankAccount,
    BatchItem,
    Checkout,
    DueItem,
    InboundEvent,
    PaymentAttempt,
    Pledge,
    Question,
    SepaBatch,
    Statement,
    Transfer,
)
from allmende.payments.providers.dummy_bank.bank import Bank  # noqa: E402
from allmende.payments.providers.port import (  # noqa: E402
    Arranged,
    Delivery,
    GaveBack,
    Paid,
    TakenBack,
)
from tests.factories import payments as make  # noqa: E402
from tests.kill import deaths  # noqa: E402
from tests.payments import sepa  # noqa: E402
from tests.payments.scripted import Scripted  # noqa: E402

RIVALS, POINTS = 3, 400
TWELVE = Money(1200)
WORDS = checkout.Words("Beitrag", "Bote", "de", "https://bote.example/a", "https://bote.example/b")


def main() -> None:
    seed, kills = int(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(seed)
    providers.PROVIDERS["scripted"] = "tests.payments.scripted.Scripted"
    scripted = providers.get("scripted")
    assert isinstance(scripted, Scripted)
    make.bank_account()
    for number in range(kills):
        at = make.NOW + dt.timedelta(hours=number)
        round_of(scripted, number, chance, at)
        wrong = {proof.name: rows for proof in proofs.PROOFS if (rows := list(proof.wrong()))}
        assert not wrong, wrong
        assert told() == expected(number + 1), (told(), expected(number + 1))
    print(f"{PaymentAttempt.objects.count()} attempts by {RIVALS} rivals")


def told() -> dict[str, int]:
    accounts = ("paypal", "bank", "sepa-transit", "fees", "contributions", "suspense")
    sums = {account: balances.balance(account).cents for account in accounts}
    exported = SepaBatch.objects.filter(state="exported")
    return {
        **sums,
        "events": InboundEvent.objects.count(),
        "disputes": Question.objects.count(),
        "statements": Statement.objects.count(),
        "transfers": Transfer.objects.filter(state="matched").count(),
        "batches": exported.count(),
        "digests": exported.values("digest").distinct().count(),
        "handed in": PaymentAttempt.objects.filter(state="submitted").count(),
        "lines": BatchItem.objects.count(),
    }


def expected(rounds: int) -> dict[str, int]:
    """Once 12 € less 5 € refund, less a fee; two of an arrangement, one taken back; a debit that
    came back costs 3 €; a transfer of 12 €."""
    paypal = (1200 - 65 - 500) + 1200
    return {
        "paypal": paypal * rounds,
        "bank": 1200 * rounds,
        "sepa-transit": -300 * rounds,
        "fees": (65 + 300) * rounds,
        "contributions": -(700 + 1200 + 1200) * rounds,
        "suspense": 0,
        "events": 2 * rounds,
        "disputes": 2 * rounds,  # the dispute, and a giver who refuses debits
        **dict.fromkeys(["statements", "transfers", "batches", "digests"], rounds),
        **dict.fromkeys(["handed in", "lines"], rounds),
    }


def round_of(scripted: Scripted, number: int, chance: random.Random, at: dt.datetime) -> None:
    once, again = sent("once", at), sent("monthly", at)
    subjects = script(scripted, once, again, at)
    debit, statement, batch = make.item(), transferred(number), waiting()

    def deeds(at: dt.datetime) -> list[deaths.Deed]:
        """What one process does; whoever does it again does nothing twice."""
        return [
            *(lambda subject=subject: hear(subject, number, at) for subject in subjects),
            lambda: debited(debit.pk, at),
            lambda: told_by_bank(statement, at),
            lambda: two_persons(batch),
        ]

    def rival(seed: float, point: int = 0) -> deaths.Deed:
        return lambda: work(deeds(at), random.Random(seed), at, point)

    rivals = [deaths.fork(rival(chance.random())) for _ in range(RIVALS)]
    deaths.kill_after(rivals[0], chance.random() * 0.3)
    for pid in rivals:
        deaths.end_of(pid, alone=False)
    deaths.wait_for_database()
    deaths.end_of(deaths.fork(rival(chance.random(), chance.randint(1, POINTS))))
    later = at + events.LEASE * 2
    work(deeds(later), chance, later, 0)


def sent(rhythm: str, at: dt.datetime) -> Checkout:
    terms = pledges.Terms(TWELVE, rhythm, at.date(), "scripted")
    cause = pledges.Cause("contribution", "contributions", "person:1")
    made = checkout.begin(uuid.uuid4(), person=make.person(), terms=terms, cause=cause, at=at)
    checkout.proceed(made, words=WORDS, at=at)
    return made


def script(scripted: Scripted, once: Checkout, again: Checkout, at: dt.datetime) -> list[str]:
    """What the provider knows, all of it from the beginning."""
    id, later = f"A-{again.key}", at + dt.timedelta(days=31)
    first, second, third = (f"{kind}-{again.key}" for kind in ("P1", "P2", "P3"))
    scripted.says[f"o:{once.key}"] = [
        Paid(first, TWELVE, at, key=str(once.key), fee=Money(65)),
        GaveBack(first, f"R-{once.key}", Money(500), at),
    ]
    scripted.says[f"a:{again.key}"] = [
        Arranged(id, "live", at),
        Paid(second, TWELVE, at, arrangement=id),
        TakenBack(second, TWELVE, at),
        Paid(third, TWELVE, later, arrangement=id),
    ]
    return [f"o:{once.key}", f"a:{again.key}"]


def work(deeds: list[deaths.Deed], chance: random.Random, at: dt.datetime, point: int) -> None:
    """point: where it dies."""
    if point:
        deaths.Points(point).watch_statements()
    chance.shuffle(deeds)
    for deed in deeds:
        deed()
        events.process(at=at)


def hear(subject: str, number: int, at: dt.datetime) -> None:
    body = json.dumps({"id": f"WH-{number}-{subject[0]}", "subject": subject}).encode()
    events.take("scripted", Delivery({"X-Seal": "good"}, body), at=at)


def debited(pk: int, at: dt.datetime) -> None:
    item = DueItem.objects.get(pk=pk)
    attempt = settle.try_once(item, provider="debit", key=f"debit-{pk}", at=at)
    settle.submitted(attempt, at=at)
    settle.collected(attempt, into="sepa-transit", on=at.date(), at=at)  # no statement tells it
    settle.returned(item, code="MD06", on=at.date(), at=at, fee=Money(300), attempt=attempt)


def transferred(number: int) -> bytes:
    """A statement with a transfer for a pledge."""
    pledge = make.pledge(method="transfer", purpose="test")
    reference = references.creditor(pledge.pk)
    Pledge.objects.filter(pk=pledge.pk).update(transfer_reference=reference)
    make.item(pledge)
    bank = Bank(BankAccount.objects.get().iban, opening=1200 * number)
    day = make.NOW.date() + dt.timedelta(days=number)
    bank.come_in(1200, on=day, name="Ada", iban=make.IBAN, purpose=f"{reference} {number}")
    return bank.statement(day, day)


def waiting() -> int:
    """A batch with one debit in it."""
    sepa.debit(purpose="test")
    return sepa.gathered(BankAccount.objects.get()).pk


def told_by_bank(statement: bytes, at: dt.datetime) -> None:
    reading_statements.take_in(io.BytesIO(statement), at=at)
    matching.work(at=at)


def two_persons(pk: int) -> None:
    for step in (batches.freeze, batches.release):
        try:
            step(SepaBatch.objects.get(pk=pk), by=make.person(), at=sepa.BEFORE)
        except bankfiles.WrongState:
            continue
    assert bankfiles.file_of(SepaBatch.objects.get(pk=pk))


if __name__ == "__main__":
    main()
