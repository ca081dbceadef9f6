"""A line of the list, read by itself: every cell a value, or a fault that names its column."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from allmende.importers import tables
from allmende.importers.members import cells, columns
from allmende.importers.members.cells import Wrong

LENGTHS = {
    columns.LAST: 150, columns.FIRST: 150, columns.ORGANISATION: 150, columns.STREET: 200,
    columns.POSTCODE: 20, columns.TOWN: 100, columns.GROUP: 80,
}  # fmt: skip
DAYS = (
    columns.BORN, columns.DECLARED, columns.BEGAN, columns.PAID_ON, columns.NOTICE, columns.ENDED,
    columns.PAID_OUT,
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """column: what it should hold, as `columns` names it. why: in words."""

    line: int
    column: str
    why: str


@dataclass(frozen=True)
class Row:
    """What stands on a line; what is empty is not there. Days are dates, money is cents."""

    line: int
    held: dict[str, Any]
    faults: tuple[Fault, ...] = field(default=())

    def __getitem__(self, column: str) -> Any:
        return self.held.get(column)

    def text(self, column: str) -> str:
        return self.held.get(column) or ""


def row(line: int, values: Sequence[str], *, named: Sequence[str], today: dt.date) -> Row:
    """named: what each column holds. today: nothing has happened after it."""
    texts = {
        name: tables.bare(value) for name, value in zip(named, values, strict=False) if name
    }  # fmt: skip
    read, faults = readers(today), list[Fault]()
    held: dict[str, Any] = {}
    for name, text in texts.items():
        if not text:
            continue
        try:
            cells.refuse_formula(text)
            held[name] = read[name](text)
        except Wrong as error:
            faults.append(Fault(line, name, str(error)))
    if columns.POSTCODE in held:
        country = held.get(columns.COUNTRY, "DE")
        held[columns.POSTCODE] = cells.postcode(held[columns.POSTCODE], country=country)
    return Row(line, held, (*faults, *overlong(line, values, named)))


def overlong(line: int, values: Sequence[str], named: Sequence[str]) -> Iterator[Fault]:
    """A sign that separates cells stands inside of one, and all after it are moved."""
    if any(value.strip() for value in values[len(named) :]):
        yield Fault(line, columns.NUMBER, "this line has more cells than the heading")


def readers(today: dt.date) -> dict[str, Callable[[str], Any]]:
    def past(text: str) -> dt.date:
        return cells.past(text, today=today)

    def shares(text: str) -> int:
        return cells.whole(text, what="number of shares")

    found: dict[str, Callable[[str], Any]] = {
        columns.NUMBER: lambda text: cells.whole(text, what="member number"),
        columns.COUNTRY: cells.country,
        columns.EMAIL: lambda text: cells.short(text, most=254).lower(),
        columns.SHARES: shares,
        columns.NOTICE_SHARES: shares,
        columns.VALUE: cells.cents,
        columns.PAID: cells.cents,
        columns.PART: cells.cents,
        columns.NOTICE_TO: cells.day,
        columns.NEXT_PART: cells.day,
    }
    found |= dict.fromkeys(DAYS, past)
    for name, most in LENGTHS.items():
        found[name] = lambda text, most=most: cells.short(text, most=most)  # type: ignore[misc]
    return found
