"""Entries as tests need them."""

import datetime as dt
from typing import Any

from allmende.ledger.models import Entry
from allmende.ledger.money import Money
from allmende.ledger.post import Line, post

DAY = dt.date(2026, 3, 31)
NOW = dt.datetime(2026, 3, 31, 9, tzinfo=dt.UTC)
GIVER = "person:4"


def lines(cents: int = 1200, *, party: str = GIVER, currency: str = "EUR") -> list[Line]:
    amount = Money(cents, currency)
    return [Line("bank", amount), Line("contributions", -amount, party)]


def posted(key: str = "given:1", cents: int = 1200, **more: Any) -> Entry:
    on = more.pop("on", DAY)
    return post(key, on=on, at=NOW, text="due item 1", lines=lines(cents, **more))
