"""Schedules of the cooperative: what its pages tell, and what is forgotten."""

import datetime as dt

from allmende.cooperative import declaration, figures, statute
from allmende.lib.schedule import Daily, Every, Schedule


def tell(*, at: dt.datetime) -> None:
    figures.renew(on=statute.day_of(at))


def forget(*, at: dt.datetime) -> None:
    declaration.forget_due(at=at)


def sweep(*, at: dt.datetime) -> None:
    declaration.sweep(at=at)


SCHEDULES = [
    Schedule("cooperative.tell", Daily(dt.time(0, 5)), tell, catch_up=True),
    Schedule("cooperative.forget", Every(dt.timedelta(minutes=5)), forget, catch_up=False),
    Schedule("cooperative.sweep", Every(dt.timedelta(hours=1)), sweep, catch_up=False),
]
