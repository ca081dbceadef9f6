"""Lines that belong together become a member, or faults.

Whoever bought or paid more than once has more lines, one below the other: the number again, and a
day with shares, a payment, or both.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from allmende.cooperative import calendar, taking_over
from allmende.cooperative.folding import faults as broken
from allmende.cooperative.keeping import NAMED
from allmende.cooperative.models import Statute
from allmende.cooperative.taking_over import Entry, Lot, Notice, Payment, Plan
from allmende.importers.members import columns
from allmende.importers.members.rows import Fault, Row

Problem = tuple[str, str]  # column and why


@dataclass(frozen=True)
class Law:
    """statutes: all that were published, the newest first. groups: their codes, by code and by
    name, both in small letters. group: of whoever names none."""

    statutes: Sequence[Statute]
    groups: dict[str, str] = field(default_factory=dict)
    group: str = ""

    def on(self, day: dt.date) -> Statute | None:
        return next((one for one in self.statutes if one.in_force_from <= day), None)


@dataclass(frozen=True)
class Member:
    """entry: None where anything is wrong. line: of the first of its lines."""

    line: int
    entry: Entry | None
    faults: list[Fault]
    undated: int = 0  # payments without a day


def members(rows: Iterable[Row], *, law: Law) -> Iterator[Member]:
    """In the order of the list; lines of one number that follow each other are one."""
    for number, lines in groupby(rows, key=lambda row: row[columns.NUMBER] or -row.line):
        yield member(list(lines), number=number, law=law)


def member(lines: list[Row], *, number: int, law: Law) -> Member:
    first = lines[0]
    faults = [fault for row in lines for fault in row.faults]
    if number < 0 and not any(fault.column == columns.NUMBER for fault in faults):
        faults.append(Fault(first.line, columns.NUMBER, "there is no member number"))
    faults += [fault for row in lines[1:] for fault in repeated(first, row)]
    faults += twice(lines)
    if not faults:
        faults += [Fault(first.line, column, why) for column, why in lacking(first, law)]
    if faults:
        return Member(first.line, None, faults)
    lots, unpriced = lots_of(lines, law)
    faults += unpriced
    if faults:
        return Member(first.line, None, faults)
    entry, undated = entry_of(lines, lots, law)
    faults += [Fault(first.line, column, why) for column, why in amiss(entry, law)]
    return Member(first.line, None if faults else entry, faults, undated)


def repeated(first: Row, row: Row) -> Iterator[Fault]:
    """A further line says nothing new about who it is."""
    for column in (*NAMED, columns.EMAIL, columns.BORN, columns.GROUP, columns.DECLARED):
        if row[column] not in (None, first[column]):
            why = f"line {first.line} has the same number, and says something else"
            yield Fault(row.line, column, why)
    if not row[columns.SHARES] and row[columns.PAID] is None:
        yield Fault(row.line, columns.SHARES, "this further line holds neither shares nor money")
    elif row[columns.SHARES] and not row[columns.BEGAN]:
        yield Fault(row.line, columns.BEGAN, "since when are these shares held?")


def twice(lines: list[Row]) -> Iterator[Fault]:
    """The same line again would double shares or money."""
    seen: dict[tuple[object, ...], int] = {}
    told = (columns.BEGAN, columns.SHARES, columns.VALUE, columns.PAID, columns.PAID_ON)
    for row in lines:
        same = seen.setdefault(tuple(row[column] for column in told), row.line)
        if same != row.line:
            yield Fault(row.line, columns.NUMBER, f"this is line {same} again")


def lacking(first: Row, law: Law) -> Iterator[Problem]:
    if not first[columns.ORGANISATION] and not first[columns.LAST]:
        yield columns.LAST, "there is no name"
    if not first[columns.BEGAN]:
        yield columns.BEGAN, "since when is this a member?"
    if not first[columns.SHARES]:
        yield columns.SHARES, "how many shares? whoever left had some, too"
    if first[columns.EMAIL]:
        try:
            validate_email(first[columns.EMAIL])
        except ValidationError:
            yield columns.EMAIL, f"{first[columns.EMAIL][:60]!r} is no e-mail address"
    yield from lonely(first, law)
    group = first.text(columns.GROUP).casefold()
    if group and group not in law.groups:
        known = ", ".join(sorted(set(law.groups.values())))
        yield columns.GROUP, f"no statute knows this group; there are: {known}"
    if not group and not law.group:
        yield columns.GROUP, "which group? name one for all by --group"


def lonely(first: Row, law: Law) -> Iterator[Problem]:
    """What says nothing without its neighbour."""
    received = first[columns.NOTICE]
    if (first[columns.NOTICE_TO] or first[columns.NOTICE_SHARES]) and not received:
        yield columns.NOTICE, "when was the notice received?"
    told = first[columns.NOTICE_TO] or first[columns.ENDED]
    if received and not told and law.on(received) is None:
        yield columns.NOTICE_TO, "no statute says when this notice ends: write the day"
    if bool(first[columns.PART]) != bool(first[columns.NEXT_PART]):
        yield columns.PART, "an instalment takes its amount and the day of the next one"


def lots_of(lines: list[Row], law: Law) -> tuple[tuple[Lot, ...], list[Fault]]:
    """At the price at which each was bought, never at that of today."""
    lots, faults = [], []
    for row in lines:
        if not row[columns.SHARES]:
            continue
        day, statute = row[columns.BEGAN], law.on(row[columns.BEGAN])
        cents = row[columns.VALUE] or (statute.share_cents if statute else 0)
        if cents:
            lots.append(Lot(row[columns.SHARES], cents, day))
        else:
            why = f"no statute says what a share was worth on {day}: write it here"
            faults.append(Fault(row.line, columns.VALUE, why))
    return tuple(lots), faults


def entry_of(lines: list[Row], lots: tuple[Lot, ...], law: Law) -> tuple[Entry, int]:
    """The member, and how many payments have no day of their own: they count from the day on which
    their line begins."""
    first = lines[0]
    paid = [row for row in lines if row[columns.PAID]]
    payments = tuple(
        Payment(row[columns.PAID], row[columns.PAID_ON] or row[columns.BEGAN] or lots[0].on)
        for row in paid
    )
    group = first.text(columns.GROUP).casefold()
    found = Entry(
        number=first[columns.NUMBER],
        details={name: first.text(name) for name in NAMED} | {"country": first["country"] or "DE"},
        lots=lots,
        group=law.groups[group] if group else law.group,
        email=first.text(columns.EMAIL),
        born_on=first[columns.BORN].isoformat() if first[columns.BORN] else "",
        declared_on=first[columns.DECLARED],
        payments=payments,
        ended_on=first[columns.ENDED],
        paid_out_on=first[columns.PAID_OUT],
    )
    part, next_on = first[columns.PART], first[columns.NEXT_PART]
    plan = Plan(part, next_on) if part and next_on else None
    undated = sum(1 for row in paid if not row[columns.PAID_ON])
    return replace(found, notice=notice_of(first, law), plan=plan), undated


def notice_of(first: Row, law: Law) -> Notice | None:
    """Its last day is the list's; where that says none, the statute's of the day of receipt."""
    received, last = first[columns.NOTICE], first[columns.NOTICE_TO] or first[columns.ENDED]
    if not received:
        return None
    statute = law.on(received)
    if not last and statute:
        last = calendar.notice_end(received, statute=statute)
    return Notice(received, last, first[columns.NOTICE_SHARES]) if last else None


def amiss(entry: Entry, law: Law) -> list[Problem]:
    """What does not fit together; if all seems to, what the register would say of it."""
    found = list(unfit(entry, law))
    if not found and (
        why := next(broken(taking_over.facts(entry), member=taking_over.NOBODY), None)
    ):
        found.append((columns.PAID, f"this does not add up. {why}"))
    return found


def unfit(entry: Entry, law: Law) -> Iterator[Problem]:
    began, ended, notice = entry.lots[0].on, entry.ended_on, entry.notice
    if any(lot.on < began for lot in entry.lots):
        yield columns.BEGAN, "the first line of a member is that of the first day"
    if entry.declared_on and entry.declared_on > began:
        yield columns.DECLARED, "this is after the membership began"
    if ended and any(lot.on > ended for lot in entry.lots):
        yield columns.ENDED, "shares begin after this day"
    if entry.paid_out_on and (not ended or entry.paid_out_on < ended):
        yield columns.PAID_OUT, "nothing is paid out before the membership has ended"
    if ended and any(paid.on > ended for paid in entry.payments):
        yield columns.PAID_ON, "this is after the membership ended"
    if notice:
        yield from wrong_notice(notice, entry, law)


def wrong_notice(notice: Notice, entry: Entry, law: Law) -> Iterator[Problem]:
    held = sum(lot.shares for lot in entry.lots)
    if notice.shares and notice.shares >= held:
        yield columns.NOTICE_SHARES, f"of {held} shares: leave this empty where all are meant"
    if notice.last_on < notice.received_on:
        yield columns.NOTICE_TO, "this is before notice was given"
    if entry.ended_on and notice.shares:
        yield columns.ENDED, "a notice of some shares ends no membership"
    statute = law.on(notice.received_on)
    if statute and not entry.ended_on:
        last = calendar.year_end(notice.last_on, statute=statute)
        if last != notice.last_on:
            yield columns.NOTICE_TO, f"the business year ends on {last}, and notice with it"
