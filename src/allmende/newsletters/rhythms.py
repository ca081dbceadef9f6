"""On which days a newsletter comes, and in which words readers are told.

Whether a day has an issue depends on nothing but the day: not on a clock, not on the issue before,
not on calendar weeks, which begin anew with each year.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from allmende.lib.schedule import moment

DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(days=7)
FURTHEST = 35  # days between two issues at the most: a month with five Fridays lies between
EVERY_DAY = 0b1111111
MONDAY_TO_FRIDAY = 0b0011111
FRIDAY = 0b0010000


class Rhythm(models.TextChoices):
    WEEKLY = "weekly", gettext_lazy("every week")
    FORTNIGHTLY = "fortnightly", gettext_lazy("every second week")
    FIRST = "first", gettext_lazy("every month, on the first")
    SECOND = "second", gettext_lazy("every month, on the second")
    THIRD = "third", gettext_lazy("every month, on the third")
    FOURTH = "fourth", gettext_lazy("every month, on the fourth")
    LAST = "last", gettext_lazy("every month, on the last")
    HAND = "hand", gettext_lazy("only by hand")


OF_THE_MONTH = (Rhythm.FIRST, Rhythm.SECOND, Rhythm.THIRD, Rhythm.FOURTH)
ONE_DAY = [Rhythm.FORTNIGHTLY, *OF_THE_MONTH, Rhythm.LAST]
TOLD = {
    Rhythm.FORTNIGHTLY: gettext_lazy("every second %(day)s"),
    Rhythm.FIRST: gettext_lazy("on the first %(day)s of the month"),
    Rhythm.SECOND: gettext_lazy("on the second %(day)s of the month"),
    Rhythm.THIRD: gettext_lazy("on the third %(day)s of the month"),
    Rhythm.FOURTH: gettext_lazy("on the fourth %(day)s of the month"),
    Rhythm.LAST: gettext_lazy("on the last %(day)s of the month"),
}


@dataclass(frozen=True)
class Calendar:
    """weekdays: a bit for each, Monday's is 1; more than one only where the rhythm is weekly.
    counted_from: any day of a week that has an issue, where only every second week has."""

    rhythm: str
    weekdays: int
    counted_from: dt.date | None = None

    def has(self, day: dt.date) -> bool:
        """Whether an issue falls on a day."""
        if self.rhythm == Rhythm.HAND or not self.weekdays >> day.weekday() & 1:
            return False
        if self.rhythm == Rhythm.WEEKLY:
            return True
        if self.rhythm == Rhythm.LAST:
            return (day + WEEK).month != day.month
        if self.rhythm == Rhythm.FORTNIGHTLY:
            assert self.counted_from is not None  # the database sees to it
            return (monday(day) - monday(self.counted_from)).days % 14 == 0
        return (day.day - 1) // 7 == OF_THE_MONTH.index(Rhythm(self.rhythm))

    def next(self, day: dt.date) -> dt.date | None:
        """The first day with an issue that is not before this one; None where all is by hand."""
        return self.first(day + n * DAY for n in range(FURTHEST))

    def before(self, day: dt.date) -> dt.date | None:
        """The last day with an issue before this one."""
        return self.first(day - n * DAY for n in range(1, FURTHEST + 1))

    def first(self, days: Iterable[dt.date]) -> dt.date | None:
        return next(filter(self.has, days), None)

    def latest(self, at: dt.datetime, *, time: dt.time, zone: ZoneInfo) -> dt.date | None:
        """The last day whose issue leaves, at a time of this zone, not after `at`."""
        day = self.before(at.astimezone(zone).date() + DAY)
        return day if day is None or moment(day, time, zone) <= at else self.before(day)

    @property
    def closest(self) -> int:
        """Days between two issues at the least, of a rhythm that has days."""
        days = days_of(self.weekdays)
        return min(b - a for a, b in pairwise([*days, days[0] + 7]))

    def __str__(self) -> str:
        """As readers are told, in the language that is active: "every Friday"."""
        if self.rhythm == Rhythm.HAND:
            return _("from time to time")
        days = [str(WEEKDAYS[number]) for number in days_of(self.weekdays)]
        if self.rhythm != Rhythm.WEEKLY:
            return str(TOLD[Rhythm(self.rhythm)]) % {"day": days[0]}
        if self.weekdays == EVERY_DAY:
            return _("every day")
        if self.weekdays == MONDAY_TO_FRIDAY:
            return _("from Monday to Friday")
        return _("every %(days)s") % {"days": get_text_list(days, pgettext("days", "and"))}


def monday(day: dt.date) -> dt.date:
    """The one that the week of a day began with."""
    return day - day.weekday() * DAY


def days_of(weekdays: int) -> list[int]:
    """Numbers from 0, Monday's."""
    return [number for number in range(7) if weekdays >> number & 1]
