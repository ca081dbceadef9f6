"""Days of periods: month ends, leap days, and that no day shifts another."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.payments.rhythm import MONTHS, due_on, first_from, period_on

pytestmark = pytest.mark.no_database
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2080, 12, 31))
RHYTHMS = st.sampled_from(["monthly", "quarterly", "yearly"])


def test_a_month_end_is_taken_from_the_anchor():
    days = [due_on(dt.date(2027, 1, 31), "monthly", period) for period in range(4)]
    assert [day.isoformat() for day in days] == [
        "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30",
    ]  # fmt: skip


def test_29_february_comes_back_each_leap_year():
    days = [due_on(dt.date(2028, 2, 29), "yearly", period) for period in range(5)]
    assert [day.isoformat() for day in days] == [
        "2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29",
    ]  # fmt: skip


def test_once_has_one_period():
    assert due_on(dt.date(2027, 1, 31), "once", 0) == dt.date(2027, 1, 31)
    with pytest.raises(ValueError, match="no period 1"):
        due_on(dt.date(2027, 1, 31), "once", 1)


@given(anchor=DAYS, rhythm=RHYTHMS, period=st.integers(0, 400))
def test_period_and_day_lead_to_each_other(anchor: dt.date, rhythm: str, period: int):
    day = due_on(anchor, rhythm, period)
    assert period_on(anchor, rhythm, day) == period
    assert first_from(anchor, rhythm, day) == period
    assert day.day == anchor.day or (day + dt.timedelta(days=1)).day == 1


@given(anchor=DAYS, rhythm=RHYTHMS, day=DAYS)
def test_every_day_lies_between_two_periods(anchor: dt.date, rhythm: str, day: dt.date):
    last, coming = period_on(anchor, rhythm, day), first_from(anchor, rhythm, day)
    assert last == -1 or due_on(anchor, rhythm, last) <= day
    assert due_on(anchor, rhythm, last + 1) > day
    assert due_on(anchor, rhythm, coming) >= day
    assert coming == 0 or due_on(anchor, rhythm, coming - 1) < day


@given(anchor=DAYS, rhythm=RHYTHMS, periods=st.integers(1, 60))
def test_no_month_is_left_out_or_comes_twice(anchor: dt.date, rhythm: str, periods: int):
    days = [due_on(anchor, rhythm, period) for period in range(periods)]
    months = [day.year * 12 + day.month for day in days]
    first = months[0]
    assert months == [first + MONTHS[rhythm] * period for period in range(periods)]
