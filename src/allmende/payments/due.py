"""What is due of a pledge, and when: each period is written down once.

A period is written down some weeks before its day, so that a notice may go out; (pledge, period) is
unique, so whoever plans twice plans nothing.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from allmende.lib.pages import few_pages
from allmende.payments.models import DueItem, Pledge, PledgeVersion
from allmende.payments.moving import day_of, move
from allmende.payments.rhythm import due_on, first_from, period_on

HORIZON = dt.timedelta(days=45)  # before its day: the longest notice, and days for the office
SOON = dt.timedelta(days=7)  # a provider may collect so long before the day
LOT = 1000
State = DueItem.State
#: Nothing has been handed in for these: they can be given up, or get other terms.
LOOSE = [State.PLANNED, State.ANNOUNCED]


@few_pages(connection)
def plan(*, until: dt.date, at: dt.datetime) -> int:
    """Writes down every period of active pledges that is due until then. Returns how many."""
    rows = Pledge.objects.filter(state=Pledge.State.ACTIVE, anchor__lte=until)
    rows = rows.annotate(last=Max("items__period")).order_by("pk")
    count = 0
    for lot in lots(rows):
        count += write(lot, until=until, at=at)
    return count


def lots(rows: "QuerySet[Pledge]") -> Iterator[list[Pledge]]:
    """By the key, not by a cursor that stays open while others write."""
    after = 0
    while lot := list(rows.filter(pk__gt=after)[:LOT]):
        yield lot
        after = lot[-1].pk


@transaction.atomic
def write(pledges: list[Pledge], *, until: dt.date, at: dt.datetime) -> int:
    """pledges: with `last`, the last period that is written down."""
    terms = terms_of(pledges)
    items = [
        drafted(pledge, period, terms[pledge.pk], at=at)
        for pledge in pledges
        for period in missing(pledge, getattr(pledge, "last", None), until=until)
    ]
    DueItem.objects.bulk_create(items, ignore_conflicts=True)
    return len(items)


def missing(pledge: Pledge, last: int | None, *, until: dt.date) -> range:
    begin = 0 if last is None else last + 1
    end = period_on(pledge.anchor, pledge.rhythm, until) + 1
    return range(begin, end if pledge.periods is None else min(end, pledge.periods))


def plan_one(pledge: Pledge, *, until: dt.date, at: dt.datetime) -> int:
    """As `plan`, for one that was just confirmed."""
    row = Pledge.objects.annotate(last=Max("items__period")).get(pk=pledge.pk)
    return write([row], until=until, at=at)


def terms_of(pledges: Iterable[Pledge]) -> dict[int, list[PledgeVersion]]:
    """The confirmed terms of each, the latest first."""
    found: dict[int, list[PledgeVersion]] = defaultdict(list)
    keys = [pledge.pk for pledge in pledges]
    rows = PledgeVersion.objects.filter(pledge__in=keys, confirmed_at__isnull=False)
    for row in rows.order_by("-from_period"):
        found[row.pledge_id].append(row)
    return found


def drafted(pledge: Pledge, period: int, terms: list[PledgeVersion], *, at: dt.datetime) -> DueItem:
    holds = next((row for row in terms if row.from_period <= period), None)
    return DueItem(
        pledge=pledge,
        period=period,
        due_on=due_on(pledge.anchor, pledge.rhythm, period),
        cents=holds.cents if holds else pledge.cents,
        currency=pledge.currency,
        method=holds.method if holds else pledge.method,
        changed_at=at,
    )


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
    item = drafted(pledge, period, terms_of([pledge])[pledge.pk], at=at)
    DueItem.objects.bulk_create([item], ignore_conflicts=True)
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
    terms = terms_of([pledge])[pledge.pk]
    items = [
        drafted(pledge, period, terms, at=at)
        for period in range(0 if last is None else last + 1, end)
    ]
    for item in items:
        item.state = State.WAIVED
    DueItem.objects.bulk_create(items, ignore_conflicts=True)


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
