"""What is due of a pledge, and when: each period is written down once.

A period is written down some weeks before its day, so that a notice may go out; (pledge, period) is
unique, so whoever plans twice plans nothing.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Max

from allmende.lib.pages import few_pages
from allmende.lib.rows import insert
from allmende.payments.models import DueItem, Pledge, PledgeVersion
from allmende.payments.moving import day_of, move, still
from allmende.payments.rhythm import due_on, first_from, period_on

HORIZON = dt.timedelta(days=45)  # before its day: the longest notice, and days for the office
SOON = dt.timedelta(days=7)  # a provider may collect so long before the day
LOT = 1000
State = DueItem.State
#: Nothing has been handed in for these: they can be given up, or get other terms.
LOOSE = [State.PLANNED, State.ANNOUNCED]


class Giving(NamedTuple):
    """What of a pledge says what is due."""

    pk: int
    anchor: dt.date
    rhythm: str
    periods: int | None
    cents: int
    currency: str
    method: str


class Terms(NamedTuple):
    """What holds from a period on."""

    from_period: int
    cents: int
    method: str


Drafted = tuple[int, int, dt.date, int, str, str]
DRAFTED = ["pledge", "period", "due_on", "cents", "currency", "method"]


@few_pages(connection)
def plan(*, until: dt.date, at: dt.datetime) -> int:
    """Writes down every period of active pledges that is due until then. Returns how many."""
    rows = Pledge.objects.filter(state=Pledge.State.ACTIVE, anchor__lte=until)
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    lots = (keys[begin : begin + LOT] for begin in range(0, len(keys), LOT))
    return sum(_plan(lot, until=until, at=at) for lot in lots)


@transaction.atomic
def _plan(keys: Sequence[int], *, until: dt.date, at: dt.datetime) -> int:
    rows = Pledge.objects.filter(still([Pledge.State.ACTIVE]), pk__in=keys).order_by("pk")
    pledges = list(map(Giving._make, rows.values_list(*Giving._fields)))
    return write(pledges, until=until, at=at)


@transaction.atomic
def write(pledges: Sequence[Pledge | Giving], *, until: dt.date, at: dt.datetime) -> int:
    keys = [pledge.pk for pledge in pledges]
    terms, last = terms_of(keys), last_of(keys)
    items = [
        drafted(pledge, period, terms[pledge.pk])
        for pledge in pledges
        for period in missing(pledge, last.get(pledge.pk), until=until)
    ]
    _insert(items, at=at)
    return len(items)


@transaction.atomic
def _insert(items: Iterable[Drafted], *, at: dt.datetime, state: State = State.PLANNED) -> None:
    """Who comes second to a period leaves the first one's."""
    insert(connection, DueItem, DRAFTED, items, anew=False, state=state, changed_at=at)


def missing(pledge: Pledge | Giving, last: int | None, *, until: dt.date) -> range:
    """last: the last period that is written down."""
    begin = 0 if last is None else last + 1
    end = period_on(pledge.anchor, pledge.rhythm, until) + 1
    return range(begin, end if pledge.periods is None else min(end, pledge.periods))


def plan_one(pledge: Pledge, *, until: dt.date, at: dt.datetime) -> int:
    """As `plan`, for one that was just confirmed."""
    return write([Pledge.objects.get(pk=pledge.pk)], until=until, at=at)


def last_of(pledges: Sequence[int]) -> dict[int, int]:
    """The last period of each that is written down."""
    rows = DueItem.objects.filter(pledge__in=pledges).order_by().values_list("pledge")
    return dict(rows.annotate(Max("period")))


def terms_of(pledges: Sequence[int]) -> dict[int, list[Terms]]:
    """The confirmed terms of each, the latest first."""
    found: dict[int, list[Terms]] = defaultdict(list)
    rows = PledgeVersion.objects.filter(pledge__in=pledges, confirmed_at__isnull=False)
    for pledge, *terms in rows.order_by("-from_period").values_list("pledge", *Terms._fields):
        found[pledge].append(Terms._make(terms))
    return found


def drafted(pledge: Pledge | Giving, period: int, terms: Iterable[Terms]) -> Drafted:
    """An item to be, as DRAFTED names it."""
    holds = next((one for one in terms if one.from_period <= period), pledge)
    day = due_on(pledge.anchor, pledge.rhythm, period)
    return pledge.pk, period, day, holds.cents, pledge.currency, holds.method


def next_open(pledge: Pledge, *, on: dt.date, at: dt.datetime) -> DueItem:
    """The period that money of this day is for, where nobody says which: the earliest that is not
    settled. One that failed is passed over once another is due, for nobody makes good for it.

    What a provider collects by itself is not found by its date: that may drift, be late, or come
    before another. Where all is settled, the period that follows is written down; where there is
    none, the last one is given, and money for it is surplus.
    """
    rows = list(pledge.items.open()[:LOT])
    fresh = next((row for row in rows if row.state != State.FAILED), None)
    if rows and (fresh is None or fresh.due_on > on + SOON):
        return rows[0]
    if fresh:
        return fresh
    last = pledge.items.aggregate(last=Max("period"))["last"]
    period = 0 if last is None else last + 1
    if pledge.periods is not None and period >= pledge.periods:
        return pledge.items.get(period=last)
    _insert([drafted(pledge, period, terms_of([pledge.pk])[pledge.pk])], at=at)
    return DueItem.objects.get(pledge=pledge, period=period)


def waive(item: DueItem, *, at: dt.datetime) -> bool:
    """Nothing is collected for this period; money that comes nevertheless is taken."""
    return move(item, State.WAIVED, retry_on=None, changed_at=at)


def waive_rest(pledge: Pledge, *, before: dt.date | None = None, at: dt.datetime) -> int:
    """What is planned, announced, or would be tried again. before: due before this day only."""
    rows = DueItem.objects.filter(pledge=pledge, state__in=[*LOOSE, State.FAILED])
    rows = rows.filter(due_on__lt=before) if before else rows
    return rows.update(state=State.WAIVED, retry_on=None, changed_at=at)


def skip_until(pledge: Pledge, *, day: dt.date, at: dt.datetime) -> None:
    """Periods that were due before `day` are waived, those that were never written down too."""
    waive_rest(pledge, before=day, at=at)
    end = first_from(pledge.anchor, pledge.rhythm, day)
    end = end if pledge.periods is None else min(end, pledge.periods)
    if pledge.rhythm == Pledge.Rhythm.ONCE:
        return
    last = pledge.items.aggregate(last=Max("period"))["last"]
    terms = terms_of([pledge.pk])[pledge.pk]
    periods = range(0 if last is None else last + 1, end)
    _insert((drafted(pledge, one, terms) for one in periods), at=at, state=State.WAIVED)


def retry(*, on: dt.date, at: dt.datetime) -> int:
    """Failed items whose day has come are planned anew, for that day: they need a new notice."""
    rows = DueItem.objects.filter(
        state=State.FAILED, retry_on__lte=on, pledge__state=Pledge.State.ACTIVE
    )
    count = 0
    for item in rows.order_by("pk"):
        count += move(
            item, State.PLANNED, due_on=item.retry_on, retry_on=None, code="", changed_at=at
        )
    return count


def plan_all(*, at: dt.datetime) -> int:
    return plan(until=day_of(at) + HORIZON, at=at)
