"""How a newsletter grows: who came, who went, and how many are confirmed, week by week.

Days that are over are counted once, into `DayCount`; only what is newer is counted from the
changes, day by day along their index. So the page costs the same for ten subscribers and a million.
"""

import datetime as dt
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Count

from allmende.newsletters.models import Change, DayCount, Newsletter, Subscription
from allmende.paper.models import Paper

State = Subscription.State
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
# What was written down around midnight is counted once more.
AGAIN = 2 * DAY


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday. confirmed: at their end, or now where they are not over."""

    begins: dt.date
    joined: int
    left: int
    confirmed: int


def states(newsletter: Newsletter) -> dict[str, int]:
    """How many subscriptions are in each state, all states named."""
    rows = Subscription.objects.filter(newsletter=newsletter).order_by()
    found = dict(rows.values_list("state").annotate(Count("pk")))
    return {state: found.get(state, 0) for state in State.values}


def weeks(newsletter: Newsletter, *, on: dt.date, number: int) -> list[Week]:
    """The last weeks, the one of the day `on` last; none before the first change."""
    counts = [*DayCount.objects.filter(newsletter=newsletter).order_by("day")]
    since = counts[-1].day + DAY if counts else None
    counts += newer(newsletter, since=since, before=on + DAY, zone=zone_of_paper())
    if not counts:
        return []
    found, total = [], 0
    begins, last = monday(counts[0].day), monday(on)
    rest = deque(counts)
    while begins <= last:
        joined = left = 0
        while rest and rest[0].day < begins + WEEK:
            count = rest.popleft()
            joined, left, total = joined + count.joined, left + count.left, total + count.more
        found.append(Week(begins, joined, left, total))
        begins += WEEK
    return found[-number:]


def monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def count_days(*, at: dt.datetime) -> None:
    """Counts the days that are over, for all newsletters. Again without harm."""
    zone = zone_of_paper()
    today = at.astimezone(zone).date()
    for newsletter in Newsletter.objects.all():
        rows = DayCount.objects.filter(newsletter=newsletter).order_by("-day")
        last = rows.values_list("day", flat=True).first()
        since = last - AGAIN if last else None
        for count in newer(newsletter, since=since, before=today, zone=zone):
            numbers = {"joined": count.joined, "left": count.left, "more": count.more}
            DayCount.objects.update_or_create(
                newsletter=newsletter, day=count.day, defaults=numbers
            )


def newer(
    newsletter: Newsletter, *, since: dt.date | None, before: dt.date, zone: dt.tzinfo
) -> Iterator[DayCount]:
    """Counts of the days from `since` on on which something changed; nothing is written."""
    changes = Change.objects.filter(newsletter=newsletter, at__lt=midnight(before, zone))
    day = since
    while True:
        rest = changes.filter(at__gte=midnight(day, zone)) if day else changes
        at = rest.order_by("at").values_list("at", flat=True).first()
        if at is None:
            return
        day = at.astimezone(zone).date()
        yield count_of(newsletter, day, zone=zone)
        day += DAY


def count_of(newsletter: Newsletter, day: dt.date, *, zone: dt.tzinfo) -> DayCount:
    changes = Change.objects.filter(
        newsletter=newsletter, at__gte=midnight(day, zone), at__lt=midnight(day + DAY, zone)
    )
    count = DayCount(newsletter=newsletter, day=day, joined=0, left=0, more=0)
    rows = changes.order_by().values_list("was", "became", "way").annotate(Count("pk"))
    for was, became, way, number in rows:
        if became == State.CONFIRMED:
            count.more += number
            count.joined += number if was in ("", State.ASKED, State.LEFT) else 0
        if was == State.CONFIRMED:
            count.more -= number
        had = was in (State.CONFIRMED, State.PAUSED, State.SUSPENDED)
        if became == State.LEFT and had and way != Change.Way.MERGE:
            count.left += number
    return count


def midnight(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=zone)


def zone_of_paper() -> ZoneInfo:
    return Paper.load().time_zone_info
