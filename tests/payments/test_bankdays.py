import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from allmende.payments import bankdays

pytestmark = pytest.mark.no_database
BERLIN = ZoneInfo("Europe/Berlin")
NOON = dt.time(12, 0)
D = dt.date


@pytest.mark.parametrize(
    "closed",
    [
        D(2027, 1, 1), D(2027, 3, 26), D(2027, 3, 29), D(2026, 5, 1), D(2028, 5, 1),
        D(2029, 12, 25), D(2029, 12, 26), D(2026, 11, 28), D(2026, 11, 29),
    ],
)  # fmt: skip
def test_banks_rest(closed: dt.date):
    assert not bankdays.is_bank_day(closed)


@pytest.mark.parametrize(
    "open_day",
    [D(2026, 10, 3 + 2), D(2026, 12, 24), D(2026, 12, 31), D(2028, 2, 29), D(2026, 5, 14)],
)
def test_banks_work_though_a_country_rests(open_day: dt.date):
    assert bankdays.is_bank_day(open_day)


def test_good_friday_is_collected_on_tuesday_after_easter():
    assert bankdays.on_or_after(D(2027, 3, 26)) == D(2027, 3, 30)
    assert bankdays.on_or_before(D(2027, 3, 26)) == D(2027, 3, 25)


def test_days_are_counted_over_christmas():
    assert bankdays.shifted(D(2026, 12, 24), 1) == D(2026, 12, 28)
    assert bankdays.shifted(D(2026, 12, 28), -1) == D(2026, 12, 24)
    assert bankdays.shifted(D(2026, 12, 26), 0) == D(2026, 12, 28)


def test_the_deadline_is_the_bank_day_before():
    found = bankdays.deadline(D(2027, 3, 30), lead=1, cut_off=NOON, zone=BERLIN)
    assert found == dt.datetime(2027, 3, 25, 12, 0, tzinfo=BERLIN)


def test_a_file_after_the_cut_off_collects_a_day_later():
    before = dt.datetime(2026, 11, 27, 11, 59, tzinfo=BERLIN)
    after = dt.datetime(2026, 11, 27, 12, 1, tzinfo=BERLIN)
    assert bankdays.earliest(before, lead=1, cut_off=NOON, zone=BERLIN) == D(2026, 11, 30)
    assert bankdays.earliest(after, lead=1, cut_off=NOON, zone=BERLIN) == D(2026, 12, 1)
