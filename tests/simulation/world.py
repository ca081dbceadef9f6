"""What is around the house: a bank with its statements, a wallet that collects by itself."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator

from allmende.ledger.money import Money
from allmende.payments import references
from allmende.payments.models import Arrangement, Refund
from allmende.payments.pain.reading import Order
from allmende.payments.providers.dummy_bank.bank import PAID, Bank, Fate
from allmende.payments.providers.port import (
    Arranged,
    Ask,
    Delivery,
    Fact,
    GaveBack,
    Heard,
    NotTheirs,
    Paid,
    Step,
    TakenBack,
    Trouble,
    WonBack,
)
from tests.simulation.givers import Giver
from tests.simulation.model import DISPUTE_FEE, RETURN_FEE, code_of, fee_of


def iban(number: int) -> str:
    """A valid German one of a bank that there is."""
    body = f"12030000{number:010d}"
    return f"DE{98 - int(body + '131400') % 97:02d}{body}"


def bank(account: str, by_pledge: dict[int, Giver], *, in_details: bool) -> Bank:
    """by_pledge: filled while givers sign."""
    periods: dict[int, list[int]] = defaultdict(list)  # items of a pledge, in their order
    tries: Counter[int] = Counter()

    def fate(order: Order) -> Fate:
        pledge = int(order.mandate.split("-")[1])
        item = int(order.end_to_end.split("-")[1])
        if item not in periods[pledge]:
            periods[pledge].append(item)
        tries[item] += 1
        code = code_of(by_pledge[pledge], periods[pledge].index(item), tries[item])
        return Fate(code, after=40 if code == "MD06" else 2, fee_cents=RETURN_FEE) if code else PAID

    assert references.is_mandate(references.mandate(1, 1))
    return Bank(account, in_details=in_details, fate=fate)


class Wallet:
    """states: of its arrangements. told: what it says about a payment. out: it answers nobody."""

    name = "wallet"
    title = "Wallet"
    account = "paypal"
    rhythms = frozenset({"monthly", "quarterly", "yearly"})
    collects = True

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.told: dict[str, list[Fact]] = {}
        self.out = False

    # --- what the house asks ---

    def ready(self) -> bool:
        return True

    def begin(self, ask: Ask, *, at: dt.datetime) -> Step:
        raise NotImplementedError

    def hear(self, delivery: Delivery, *, at: dt.datetime) -> list[Heard]:
        raise NotTheirs("nobody sends over the network here")

    def look(self, subject: str, *, at: dt.datetime) -> list[Fact]:
        self.answer()
        return list(self.told[subject])

    def turn(self, arrangement: Arrangement, wanted: str, *, at: dt.datetime) -> str:
        self.answer()
        self.states[arrangement.external_id] = wanted
        return wanted

    def live(self) -> Iterator[str]:
        self.answer()
        return (id for id, state in self.states.items() if state == "live")

    def give_back(self, refund: Refund, *, at: dt.datetime) -> list[Fact]:
        self.answer()
        payment = str(refund.attempt.external_id)
        money = Money(refund.cents)
        return [GaveBack(payment, f"R-{refund.key}", money, at, key=refund.key)]

    def answer(self) -> None:
        if self.out:
            raise Trouble("out of order")

    # --- what happens there ---

    def sign(self, giver: Giver, at: dt.datetime) -> list[Fact]:
        self.states[called(giver)] = "live"
        return [Arranged(called(giver), "live", at)]

    def charge(self, giver: Giver, period: int, at: dt.datetime) -> str:
        """Returns the payment's id; empty where nothing is collected."""
        if self.states[called(giver)] != "live":
            return ""
        id, cents = f"P-{giver.number}-{period}", giver.cents
        fee = Money(fee_of(cents))
        self.told[id] = [Paid(id, Money(cents), at, arrangement=called(giver), fee=fee)]
        return id

    def becomes(self, giver: Giver, state: str, at: dt.datetime) -> str:
        """The giver changes something there. Returns what to look at."""
        self.states[called(giver)] = state
        code = "CARD_EXPIRED" if state == "resting" else ""
        self.told[called(giver)] = [Arranged(called(giver), state, at, code=code)]
        return called(giver)

    def dispute(self, giver: Giver, period: int, at: dt.datetime, *, won: bool = False) -> str:
        """Only the latest of a dispute is told."""
        id, money = f"P-{giver.number}-{period}", Money(giver.cents)
        lost = TakenBack(id, money, at, fee=Money(DISPUTE_FEE))
        self.told[id] = [*self.told[id][:1], WonBack(id, money, at) if won else lost]
        return id


def called(giver: Giver) -> str:
    return f"I-{giver.number}"
