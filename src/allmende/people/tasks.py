"""The schedule of `people`: who never confirmed is forgotten."""

import datetime as dt

from allmende.lib.schedule import Daily, Schedule
from allmende.people import erasure


def sweep(*, at: dt.datetime) -> None:
    erasure.sweep(at=at)


SCHEDULES = [Schedule("people.sweep", Daily(dt.time(3, 30)), sweep, catch_up=True)]
