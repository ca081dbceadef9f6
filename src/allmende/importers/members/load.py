"""A list of members is looked through, and taken over.

    load(raw, opened_on=day, at=now)                  looks through all of it first
    load(raw, opened_on=day, at=now, dry_run=True)    ... and no more than that

Where anything is wrong, nothing is written. What is right is taken over in lots, each in one
transaction; a run that was killed is completed by the next, which finds the others there.
"""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import islice

from allmende.cooperative import statute, taking_over
from allmende.cooperative.taking_over import Entry, Outcome
from allmende.importers import tables, workbooks
from allmende.importers.members import columns, entries, rows
from allmende.importers.members.entries import Law, Member
from allmende.importers.members.report import Report, gaps
from allmende.importers.members.rows import Fault
from allmende.importers.tables import Table
from allmende.importers.workbooks import Workbook

LOT = 500
LARGEST = 200 << 20  # bytes of a file
Progress = Callable[[str, int, int], None]


class Refused(Exception):
    """The list cannot be dealt with at all.

    Refused
      x NoColumn     a column is missing; its text says which
      x NoStatute    no statute is published, or none has a group of that name
      x TooLarge     no list of members has so many bytes
    """


class NoColumn(Refused):
    """A column is missing."""


class NoStatute(Refused):
    """No statute is published, or none has a group of that name."""


class TooLarge(Refused):
    """No list of members has so many bytes."""


def load(
    raw: bytes, *, opened_on: dt.date, at: dt.datetime, group: str = "", dry_run: bool = False,
    progress: Progress = lambda stage, done, total: None,
) -> Report:  # fmt: skip
    """opened_on: the day of the ledger's opening entries. group: of whoever names none.

    Raises tables.Unreadable and Refused.
    """
    if len(raw) > LARGEST:
        raise TooLarge
    sheet, law, today = opened(raw), laws(group), statute.day_of(at)
    named = columns.mapped(sheet.header)
    if missing := columns.lacking(named):
        raise NoColumn(", ".join(columns.heading(name) for name in missing))
    unknown = [name for name, holds in zip(sheet.header, named, strict=True) if name and not holds]
    report, total = Report(unknown, dry_run), 0

    def read() -> Iterator[Member]:
        lines = (rows.row(n, cells, named=named, today=today) for n, cells in sheet.lines())
        return entries.members(lines, law=law)

    look_through(read(), report, lambda done: progress("looking through", done, done))
    total = sum(report.counts.values())
    if report.wrong or dry_run:
        return report
    document, done = sha256(raw).hexdigest(), 0
    for lot in in_lots(read()):
        found = [one.entry for one in lot if one.entry]
        taking_over.take_over(found, opened_on=opened_on, document=document, at=at)
        done += len(lot)
        progress("taking over", done, total)
    report.written = True
    return report


def in_lots(found: Iterable[Member]) -> Iterator[list[Member]]:
    rest = iter(found)
    while lot := list(islice(rest, LOT)):
        yield lot


def opened(raw: bytes) -> Table | Workbook:
    """Raises tables.Unreadable."""
    return workbooks.workbook(raw) if workbooks.is_one(raw) else tables.table(raw)


def laws(group: str) -> Law:
    """Raises NoStatute."""
    found = list(statute.published().prefetch_related("groups"))
    if not found:
        raise NoStatute("Publish the statute first: shares and groups are counted by it.")
    codes: dict[str, str] = {}
    for law in reversed(found):
        for one in law.groups.all():
            codes |= dict.fromkeys(
                (one.code.casefold(), one.name_de.casefold(), one.name_en.casefold()), one.code
            )
    newest = [one.code for one in found[0].groups.all()]
    if group and group.casefold() not in codes:
        raise NoStatute(f"There is no group {group!r}. There are: {', '.join(newest)}.")
    usual = codes[group.casefold()] if group else newest[0] if len(newest) == 1 else ""
    return Law(found, codes, usual)


def look_through(found: Iterator[Member], report: Report, progress: Callable[[int], None]) -> None:
    """Each by itself, beside the others, and beside who is here."""
    numbers: dict[int, int] = {}
    persons: dict[int, int] = {}
    done = 0
    for lot in in_lots(found):
        good: list[tuple[int, Entry]] = []
        for one in lot:
            faults = one.faults
            if one.entry:
                faults = [*faults, *beside(one.line, one.entry, numbers, persons)]
                numbers.setdefault(one.entry.number, one.line)
            report.fault(faults)
            report.sums["undated"] += one.undated
            if one.entry and not faults:
                good.append((one.line, one.entry))
        outcomes = taking_over.judge([entry for _line, entry in good])
        report.add([entry for _line, entry in good], outcomes)
        report.fault(barred(good, outcomes))
        done += len(lot)
        progress(done)
    report.gaps = gaps(numbers)


def beside(
    line: int, entry: Entry, numbers: dict[int, int], persons: dict[int, int]
) -> Iterator[Fault]:
    if entry.number in numbers:
        why = f"line {numbers[entry.number]} has this number; put the lines of a member together"
        yield Fault(line, columns.NUMBER, why)
    if not entry.ended_on:
        other = persons.setdefault(hash(entry.person), line)
        if other != line:
            why = f"line {other} is the same person, by name and address, and a member too"
            yield Fault(line, columns.EMAIL, why)


def barred(good: list[tuple[int, Entry]], outcomes: list[Outcome]) -> Iterator[Fault]:
    for (line, entry), outcome in zip(good, outcomes, strict=True):
        if outcome == Outcome.TAKEN:
            why = f"member number {entry.number} is somebody else's here"
            yield Fault(line, columns.NUMBER, why)
        if outcome == Outcome.LIVING:
            yield Fault(line, columns.EMAIL, "this person is a member here, or has applied")


def template(*, english: bool = False) -> str:
    """The headings of a list, as CSV."""
    names = columns.ENGLISH if english else columns.GERMAN
    file = io.StringIO()
    csv.writer(file, delimiter=";", lineterminator="\r\n").writerow(
        names[holds][0] for holds in columns.ALL
    )
    return file.getvalue()
