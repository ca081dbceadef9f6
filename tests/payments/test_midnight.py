"""Days that law and books speak of begin at the paper's midnight, also when clocks are changed."""

import datetime as dt

import pytest

from allmende.paper.models import Paper
from allmende.payments import bankdays, due, pledges, tasks
from allmende.payments.models import DueItem, Pledge
from allmende.payments.moving import day_of
from tests.factories import payments as made

pytestmark = pytest.mark.django_db
SPRING, AUTUMN = dt.date(2027, 3, 28), dt.date(2027, 10, 31)  # both Sundays


def utc(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (utc(SPRING - dt.timedelta(days=1), 22, 59), SPRING - dt.timedelta(days=1)),
        (utc(SPRING - dt.timedelta(days=1), 23, 0), SPRING),  # midnight is still winter's
        (utc(SPRING, 21, 59), SPRING),  # and the next one is summer's: the day has 23 hours
        (utc(SPRING, 22, 0), SPRING + dt.timedelta(days=1)),
        (utc(AUTUMN - dt.timedelta(days=1), 21, 59), AUTUMN - dt.timedelta(days=1)),
        (utc(AUTUMN - dt.timedelta(days=1), 22, 0), AUTUMN),
        (utc(AUTUMN, 22, 59), AUTUMN),  # 25 hours
        (utc(AUTUMN, 23, 0), AUTUMN + dt.timedelta(days=1)),
    ],
)
def test_a_day_begins_at_midnight_where_the_paper_is(at, day):
    assert day_of(at) == day


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_what_is_due_on_the_day_of_the_change_is_due_once(day):
    pledge = made.pledge(anchor=day - dt.timedelta(days=31), rhythm="monthly", method="transfer")
    Pledge.objects.filter(pk=pledge.pk).update(anchor=day)
    start = dt.datetime.combine(day, dt.time(0), tzinfo=dt.UTC) - dt.timedelta(hours=3)
    for hour in range(30):
        due.plan_all(at=start + dt.timedelta(hours=hour))
    items = DueItem.objects.filter(pledge=pledge, period=0)
    assert [item.due_on for item in items] == [day]


@pytest.mark.parametrize(("day", "before"), [(SPRING, 22), (AUTUMN, 21)])
def test_a_pause_ends_with_the_night_of_the_change_and_not_an_hour_before(day, before):
    pledge = made.pledge(method="transfer")
    pledges.pause(pledge, until=day, at=made.NOW)
    eve = day - dt.timedelta(days=1)
    tasks.plan(at=utc(eve, before, 59))
    assert Pledge.objects.get().state == "paused"
    tasks.plan(at=utc(eve, before, 59) + dt.timedelta(minutes=1))
    assert Pledge.objects.get().state == "active"


def test_the_banks_hour_moves_with_the_clocks():
    winter, summer = dt.date(2027, 3, 25), dt.date(2027, 3, 30)
    zone = Paper.load().time_zone_info
    hours = [
        bankdays.deadline(day, lead=0, cut_off=dt.time(10), zone=zone).astimezone(dt.UTC).hour
        for day in (winter, summer)
    ]
    assert hours == [9, 8]
