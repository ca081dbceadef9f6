"""Rhythms, and what is to be done in them.

    SCHEDULES = [Schedule("newsroom.day", Daily(time(0, 0)), order_day, catch_up=True)]

Each app keeps such a list in its `tasks.py`; the worker does what is due, each due time once.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Rhythm(Protocol):
    def latest(self, at: dt.datetime, *, zone: ZoneInfo) -> dt.datetime:
        """The last due time that is not after `at`, in UTC."""
        ...


@dataclass(frozen=True)
class Every:
    """Again and again after the same span, counted from 1970 so that all workers agree."""

    span: dt.timedelta

    def latest(self, at: dt.datetime, *, zone: ZoneInfo) -> dt.datetime:
        return EPOCH + (at - EPOCH) // self.span * self.span


@dataclass(frozen=True)
class Daily:
    """Every day at a time of the paper's zone. A time that the change to summer leaves out comes
    an hour later, one that comes twice in autumn counts the first time."""

    time: dt.time

    def latest(self, at: dt.datetime, *, zone: ZoneInfo) -> dt.datetime:
        today = at.astimezone(zone).date()
        days = (today - dt.timedelta(days=back) for back in range(3))
        return next(due for day in days if (due := moment(day, self.time, zone)) <= at)


@dataclass(frozen=True)
class Weekly:
    """Every week on a day (0 = Monday) at a time of the paper's zone."""

    weekday: int
    time: dt.time

    def latest(self, at: dt.datetime, *, zone: ZoneInfo) -> dt.datetime:
        today = at.astimezone(zone).date()
        days = (today - dt.timedelta(days=back) for back in range(9))
        return next(
            due
            for day in days
            if day.weekday() == self.weekday and (due := moment(day, self.time, zone)) <= at
        )


@dataclass(frozen=True)
class Schedule:
    """Something done in a rhythm.

    name: of the app and the deed, unique: "newsroom.day".
    deed: called with the due time as `at=`; doing it twice must do no harm, for a worker may die.
    catch_up: whether a due time that passed while no worker ran is made up for, once, or left out.
    """

    name: str
    every: Rhythm
    deed: Callable[..., object]
    catch_up: bool


def moment(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=zone).astimezone(dt.UTC)
