"""What is booked, as exports are given it."""

import datetime as dt
from dataclasses import dataclass

from allmende.ledger.money import Money


@dataclass(frozen=True, slots=True)
class Share:
    """A posting. account: our own code. money: debit positive."""

    account: str
    money: Money
    party: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry. number: its id; reverses: the id of the entry that it takes back."""

    number: int
    on: dt.date
    text: str
    shares: tuple[Share, ...]
    reverses: int | None = None
