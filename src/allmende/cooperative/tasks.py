"""Schedules of the cooperative: what its pages tell, what ends, and what is forgotten."""

import datetime as dt

from django.utils import timezone
from django_tasks import task

from allmende.cooperative import (
    board_letters,
    declaration,
    figures,
    forgetting,
    leaving,
    proving,
    reminding,
    statute,
)
from allmende.cooperative.models import RegisterCheck
from allmende.lib.schedule import Daily, Every, Schedule


def tell(*, at: dt.datetime) -> None:
    figures.renew(on=statute.day_of(at))


def forget(*, at: dt.datetime) -> None:
    declaration.forget_due(at=at)


def sweep(*, at: dt.datetime) -> None:
    declaration.sweep(at=at)


def end(*, at: dt.datetime) -> None:
    """What had its last day yesterday or before."""
    leaving.end_due(on=statute.day_of(at), at=at)


def remind(*, at: dt.datetime) -> None:
    """In the morning, when somebody is there to answer."""
    reminding.remind_due(on=statute.day_of(at), at=at)


def prove(*, at: dt.datetime) -> None:
    check = RegisterCheck.objects.create(asked_at=at)
    proving.carry_out(check, at=timezone.now())
    board_letters.head(check, on=statute.day_of(at))


@task()
def carry_out(pk: int) -> None:
    """What the office asked to be proved."""
    if check := RegisterCheck.objects.filter(pk=pk, done_at=None).first():
        proving.carry_out(check, at=timezone.now())


def forget_old(*, at: dt.datetime) -> None:
    """And once more what a restored backup brought back before its keys were in place."""
    declaration.forget_lost(at=at)
    forgetting.forget_old(on=statute.day_of(at), at=at)


SCHEDULES = [
    Schedule("cooperative.end", Daily(dt.time(0, 1)), end, catch_up=True),
    Schedule("cooperative.remind", Daily(dt.time(8, 30)), remind, catch_up=False),
    Schedule("cooperative.prove", Daily(dt.time(6, 0)), prove, catch_up=False),
    Schedule("cooperative.forget_old", Daily(dt.time(3, 0)), forget_old, catch_up=True),
    Schedule("cooperative.tell", Daily(dt.time(0, 5)), tell, catch_up=True),
    Schedule("cooperative.forget", Every(dt.timedelta(minutes=5)), forget, catch_up=False),
    Schedule("cooperative.sweep", Every(dt.timedelta(hours=1)), sweep, catch_up=False),
]
