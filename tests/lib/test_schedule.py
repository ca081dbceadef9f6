"""Rhythms fall on the right moments, also when clocks change."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.lib.schedule import Daily, Every, Weekly

pytestmark = pytest.mark.no_database
BERLIN = ZoneInfo("Europe/Berlin")
RHYTHMS = [
    Every(dt.timedelta(minutes=15)),
    Daily(dt.time(3, 40)),
    Daily(dt.time(2, 30)),
    Weekly(5, dt.time(7, 0)),
]


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


def test_every_is_counted_from_one_moment_for_all_workers():
    rhythm = Every(dt.timedelta(minutes=15))
    assert rhythm.latest(utc(2026, 11, 23, 12, 14, 59), zone=BERLIN) == utc(2026, 11, 23, 12, 0)
    assert rhythm.latest(utc(2026, 11, 23, 12, 15), zone=BERLIN) == utc(2026, 11, 23, 12, 15)


def test_daily_follows_the_paper_s_clock_in_winter_and_summer():
    rhythm = Daily(dt.time(0, 0))
    assert rhythm.latest(utc(2026, 1, 10, 22, 59), zone=BERLIN) == utc(2026, 1, 9, 23, 0)
    assert rhythm.latest(utc(2026, 1, 10, 23, 0), zone=BERLIN) == utc(2026, 1, 10, 23, 0)
    assert rhythm.latest(utc(2026, 7, 10, 22, 0), zone=BERLIN) == utc(2026, 7, 10, 22, 0)


def test_daily_comes_once_on_the_days_when_clocks_change():
    rhythm = Daily(dt.time(2, 30))
    for day in (dt.date(2026, 3, 29), dt.date(2026, 10, 25)):
        start = dt.datetime.combine(day, dt.time(0), tzinfo=BERLIN).astimezone(dt.UTC)
        minutes = (start + dt.timedelta(minutes=n) for n in range(25 * 60))
        found = {rhythm.latest(minute, zone=BERLIN) for minute in minutes}
        assert len([due for due in found if due >= start]) == 1


def test_weekly_comes_on_its_day():
    rhythm = Weekly(5, dt.time(7, 0))
    due = rhythm.latest(utc(2026, 11, 23, 12, 0), zone=BERLIN)
    assert due == utc(2026, 11, 21, 6, 0)
    assert due.astimezone(BERLIN).weekday() == 5


@pytest.mark.parametrize("rhythm", RHYTHMS, ids=str)
@given(seconds=st.integers(0, 20 * 366 * 86_400))
def test_latest_is_never_after_now_and_is_its_own_latest(rhythm, seconds):
    at = utc(2020, 1, 1) + dt.timedelta(seconds=seconds)
    due = rhythm.latest(at, zone=BERLIN)
    assert due <= at
    assert at - due <= dt.timedelta(days=7, hours=1)
    assert rhythm.latest(due, zone=BERLIN) == due
