"""A list is handed in, looked through, and taken in.

    found = hand_in(newsletter, raw=…, name="leser.csv", words=…, source=…, at=now, by=person)
    map_columns(found, columns, at=now)       where the headings did not say enough
    look_through(found, at=now)               what taking it in would do; nothing is written
    take_in(found, at=now)                    lots of lines, each in one transaction with the report

Taking in goes on after the last lot when its worker died; twice the same list adds nobody twice.
"""

import datetime as dt
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from allmende.importers import tables
from allmende.importers.models import SubscriberList
from allmende.importers.subscribers import columns, entries
from allmende.importers.subscribers.entries import Assumed, Fault
from allmende.importers.subscribers.report import Report
from allmende.newsletters import taking_in
from allmende.newsletters.models import Newsletter
from allmende.newsletters.taking_in import Entry, Outcome
from allmende.paper.models import Paper
from allmende.people.models import Person

State = SubscriberList.State
LOT = 500
FRESH = ["state", "done", "report", "columns"]  # not the content, which may be large
FORGOTTEN = dt.timedelta(days=14)
Progress = Callable[[int, int], None]


class Refused(Exception):
    """The list cannot be dealt with in this state.

    Refused
      x OutOfTurn    another worker goes on with it, or it is not looked through yet
    """


class OutOfTurn(Refused):
    """Another worker goes on with it, or it is not looked through yet."""


@dataclass
class Lot:
    """Some lines in a row: who is on them, and what is wrong with others."""

    good: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lines: int = 0


@transaction.atomic
def hand_in(
    newsletter: Newsletter,
    *,
    raw: bytes,
    name: str,
    words: str = "",
    source: str = "",
    at: dt.datetime,
    by: Person | None = None,
) -> SubscriberList:
    """Keeps a list; its columns are named as far as their headings tell.

    Raises tables.Unreadable.
    """
    table = tables.table(raw)
    found = columns.mapped(table.header)
    return SubscriberList.objects.create(
        newsletter=newsletter,
        name=name[:200],
        content=zlib.compress(raw),
        words=words.strip(),
        source=source.strip()[:200],
        columns=found,
        state=State.MAPPING if columns.mistake(found) else State.CHECKING,
        total=sum(1 for _line in table.lines()),
        handed_in_at=at,
        changed_at=at,
        by=by,
    )


def table_of(found: SubscriberList) -> tables.Table:
    assert found.content is not None
    return tables.table(zlib.decompress(bytes(found.content)))


def map_columns(found: SubscriberList, named: Sequence[str], *, at: dt.datetime) -> bool:
    """Names the columns by hand; the list is looked through anew. False where it has begun to be
    taken in, or where the mapping lacks something."""
    if columns.mistake(named):
        return False
    waiting = SubscriberList.objects.filter(
        pk=found.pk, state__in=[State.MAPPING, State.CHECKING, State.CHECKED]
    )
    changed = {"columns": list(named), "state": State.CHECKING, "done": 0, "report": {}}
    done = waiting.update(**changed, changed_at=at)
    found.refresh_from_db(fields=FRESH)
    return bool(done)


def look_through(
    found: SubscriberList, *, at: dt.datetime, progress: Progress = lambda done, total: None
) -> Report:
    """Tells what taking it in would do. Raises OutOfTurn."""
    report, seen, done = Report({}), set[int](), 0
    for lot in lots(found, now=at):
        judged = taking_in.judge(found.newsletter, lot.good)
        outcomes = [
            Outcome.THERE if hash(entry.email) in seen and outcome == Outcome.NEW else outcome
            for entry, outcome in zip(lot.good, judged, strict=True)
        ]
        seen.update(hash(entry.email) for entry in lot.good)
        report.add(outcomes, lot.faults)
        done += lot.lines
        note(found, State.CHECKING, done=done, report=report)
        progress(done, found.total)
    note(found, State.CHECKING, done=found.total, report=report, state=State.CHECKED)
    return report


def note(
    found: SubscriberList, during: str, *, done: int, report: Report, state: str = "", **more: None
) -> None:
    """Writes down how far it is. Raises OutOfTurn."""
    mine = SubscriberList.objects.filter(pk=found.pk, state=during, columns=found.columns)
    numbers = {"done": done, "report": report.as_dict(), "state": state or during}
    if not mine.update(**numbers, **more, changed_at=timezone.now()):
        raise OutOfTurn
    found.refresh_from_db(fields=FRESH)


def begin(found: SubscriberList, *, at: dt.datetime) -> bool:
    """From now on its lines are taken in. False where it is not looked through."""
    mine = SubscriberList.objects.filter(pk=found.pk, state=State.CHECKED)
    begun = mine.update(state=State.LOADING, done=0, report={}, changed_at=at)
    found.refresh_from_db(fields=FRESH)
    return bool(begun)


def take_in(
    found: SubscriberList, *, at: dt.datetime, progress: Progress = lambda done, total: None
) -> Report:
    """Takes in what is left of it. Raises OutOfTurn."""
    report, done = Report(found.report), found.done
    for lot in lots(found, now=at, start=done):
        with transaction.atomic():
            hold(found, done=done)
            outcomes = taking_in.take_in(found.newsletter, lot.good, at=at, by=found.by)
            report.add(outcomes, lot.faults)
            done += lot.lines
            note(found, State.LOADING, done=done, report=report)
        progress(done, found.total)
    end(found, report)
    return report


def hold(found: SubscriberList, *, done: int) -> None:
    """Raises OutOfTurn when another worker has taken lines in meanwhile."""
    row = SubscriberList.objects.select_for_update().defer("content").get(pk=found.pk)
    if (row.state, row.done) != (State.LOADING, done):
        raise OutOfTurn


@transaction.atomic
def end(found: SubscriberList, report: Report) -> None:
    """The addresses of the list are forgotten; what became of them is kept."""
    note(found, State.LOADING, done=found.total, report=report, state=State.DONE, content=None)
    data = {"list": found.name, "counts": dict(report.counts)}
    log(found.newsletter, "importers.subscribers_taken_in", user=found.by, data=data)


def lots(found: SubscriberList, *, now: dt.datetime, start: int = 0) -> Iterator[Lot]:
    assumed = Assumed(
        columns=found.columns,
        words=found.words,
        source=found.source,
        now=now,
        zone=Paper.load().time_zone_info,
    )
    lines = islice(table_of(found).lines(), start, None)
    while some := list(islice(lines, LOT)):
        lot = Lot(lines=len(some))
        for number, cells in some:
            try:
                lot.good.append(entries.entry(number, cells, assumed))
            except Fault as fault:
                lot.faults.append(fault)
        yield lot


def give_up(found: SubscriberList, *, at: dt.datetime) -> bool:
    """Forgets a list that shall not be taken in, or no further. False where it has ended."""
    ended = [State.DONE, State.GIVEN_UP]
    mine = SubscriberList.objects.filter(pk=found.pk).exclude(state__in=ended)
    return bool(mine.update(state=State.GIVEN_UP, content=None, changed_at=at))


def forget_old(*, at: dt.datetime) -> None:
    """Nobody came back to these: their addresses are not kept for ever."""
    for found in SubscriberList.objects.filter(changed_at__lt=at - FORGOTTEN).defer("content"):
        give_up(found, at=at)
