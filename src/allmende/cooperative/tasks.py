"""Schedules of the cooperative: what its pages tell, what ends, and what is forgotten."""

import datetime as dt
import time

from django.db import connection
from django.utils import timezone
from django_tasks import task

from allmende.cooperative import (
    board_letters,
    converting,
    declaration,
    figures,
    forgetting,
    leaving,
    proving,
    reminding,
    statute,
)
from allmende.cooperative.models import Conversion, RegisterCheck
from allmende.lib.pages import empty_log
from allmende.lib.schedule import Daily, Every, Schedule

PATIENCE = 20.0  # seconds that one job converts shares; then others have their turn


def tell(*, at: dt.datetime) -> None:
    figures.renew(on=statute.day_of(at))


def forget(*, at: dt.datetime) -> None:
    if declaration.forget_due(at=at):
        empty_log(connection)


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


@task()
def convert(pk: int) -> None:
    """Shares become others, lot by lot. What is left after a while is a job of its own."""
    until = time.monotonic() + PATIENCE
    found = Conversion.objects.get(pk=pk)
    while not converting.carry_on(found, at=timezone.now()):
        if time.monotonic() > until:
            convert.enqueue(pk)
            return


def convert_on(*, at: dt.datetime) -> None:
    """What somebody died at."""
    for found in converting.broken_off(at=at):
        convert.enqueue(found.pk)


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
    Schedule("cooperative.convert", Every(dt.timedelta(minutes=1)), convert_on, catch_up=False),
    Schedule("cooperative.sweep", Every(dt.timedelta(hours=1)), sweep, catch_up=False),
]
