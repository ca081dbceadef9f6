"""The mailroom's schedules: mail that comes back, and what is old of it."""

import datetime as dt

from allmende.lib.schedule import Daily, Every, Schedule
from allmende.mailroom import retention
from allmende.mailroom.bounces import intake, record


def fetch_bounces(*, at: dt.datetime) -> None:
    intake.fetch(at=at)


def sweep(*, at: dt.datetime) -> None:
    record.sweep(at=at)
    retention.sweep(at=at)


SCHEDULES = [
    Schedule("mailroom.bounces", Every(dt.timedelta(minutes=1)), fetch_bounces, catch_up=False),
    Schedule("mailroom.sweep", Daily(dt.time(3, 20)), sweep, catch_up=True),
]
