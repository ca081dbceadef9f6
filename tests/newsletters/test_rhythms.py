"""On which days newsletters come, and in which words readers are told."""

import datetime as dt
from calendar import Calendar as Months
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from allmende.lib.schedule import moment
from allmende.newsletters.rhythms import (
    DAY,
    EVERY_DAY,
    FRIDAY,
    FURTHEST,
    MONDAY_TO_FRIDAY,
    OF_THE_MONTH,
    ONE_DAY,
    Calendar,
    Rhythm,
)

pytestmark = pytest.mark.no_database
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]
TUESDAY_AND_FRIDAY = 0b0010010

days = st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))
single = st.integers(0, 6).map(lambda number: 1 << number)
calendars = st.one_of(
    st.builds(Calendar, st.just(Rhythm.WEEKLY), st.integers(1, EVERY_DAY)),
    st.builds(Calendar, st.just(Rhythm.FORTNIGHTLY), single, days),
    st.builds(Calendar, st.sampled_from([*OF_THE_MONTH, Rhythm.LAST]), single),
)
times = st.sampled_from([dt.time(0), dt.time(2, 30), dt.time(15), dt.time(23, 59)])


def found(calendar: Calendar, first: dt.date, last: dt.date) -> list[dt.date]:
    span = (last - first).days
    return [day for n in range(span + 1) if calendar.has(day := first + n * DAY)]


def isoformats(dates: list[dt.date]) -> list[str]:
    return [day.isoformat() for day in dates]


@given(calendar=calendars, day=days)
def test_next_and_before_leave_no_day_out(calendar: Calendar, day: dt.date) -> None:
    following, earlier = calendar.next(day), calendar.before(day)
    assert earlier
    assert following
    assert earlier < day <= following
    assert found(calendar, earlier, following) == [earlier, following]
    assert calendar.closest <= (following - earlier).days <= FURTHEST


@given(
    calendar=calendars,
    start=st.integers(0, 15 * 366 * 24 * 60),
    steps=st.lists(st.integers(1, 12 * 60), min_size=1, max_size=90),
    time=times,
    zone=st.sampled_from(ZONES),
)
def test_whoever_looks_often_finds_every_issue_in_order_whatever_clocks_do(
    calendar: Calendar, start: int, steps: list[int], time: dt.time, zone: ZoneInfo
) -> None:
    begin = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    looks = [begin + dt.timedelta(minutes=n) for n in accumulate(steps, initial=start)]
    seen = [calendar.latest(at, time=time, zone=zone) for at in looks]
    assert all(seen)
    assert seen == sorted(seen)
    assert all(moment(day, time, zone) <= at for day, at in zip(seen, looks, strict=True))
    passed = found(calendar, seen[0], looks[-1].astimezone(zone).date())
    due = [day for day in passed if moment(day, time, zone) <= looks[-1]]
    assert sorted(set(seen)) == due
    leaves = [moment(day, time, zone) for day in due]
    assert all(a < b for a, b in pairwise(leaves))


@given(number=st.integers(0, 6), year=st.integers(2020, 2060), month=st.integers(1, 12))
def test_month_has_its_first_to_fourth_and_its_last(number: int, year: int, month: int) -> None:
    weeks = Months().monthdatescalendar(year, month)
    wanted = [week[number] for week in weeks if week[number].month == month]
    first, last = weeks[0][0], weeks[-1][-1]
    inside = [
        [day for day in found(Calendar(rhythm, 1 << number), first, last) if day.month == month]
        for rhythm in (*OF_THE_MONTH, Rhythm.LAST)
    ]
    assert inside == [[day] for day in [*wanted[:4], wanted[-1]]]


def test_second_week_goes_on_over_the_end_of_a_year_with_53_weeks() -> None:
    calendar = Calendar(Rhythm.FORTNIGHTLY, FRIDAY, dt.date(2026, 12, 14))
    assert isoformats(found(calendar, dt.date(2026, 12, 1), dt.date(2027, 1, 31))) == [
        "2026-12-04", "2026-12-18", "2027-01-01", "2027-01-15", "2027-01-29",
    ]  # fmt: skip


def test_five_fridays_and_no_31st() -> None:
    first, last = (Calendar(rhythm, FRIDAY) for rhythm in (Rhythm.FIRST, Rhythm.LAST))
    span = dt.date(2027, 1, 1), dt.date(2027, 4, 30)  # January and April have five
    assert isoformats(found(first, *span)) == [
        "2027-01-01", "2027-02-05", "2027-03-05", "2027-04-02",
    ]  # fmt: skip
    assert isoformats(found(last, *span)) == [
        "2027-01-29", "2027-02-26", "2027-03-26", "2027-04-30",
    ]  # fmt: skip


def test_by_hand_falls_on_no_day() -> None:
    calendar = Calendar(Rhythm.HAND, EVERY_DAY)
    day = dt.date(2026, 11, 27)
    assert (calendar.next(day), calendar.before(day)) == (None, None)
    at = dt.datetime(2026, 11, 27, 15, tzinfo=dt.UTC)
    assert calendar.latest(at, time=dt.time(15), zone=BERLIN) is None


@pytest.mark.parametrize(
    ("weekdays", "closest"),
    [(FRIDAY, 7), (EVERY_DAY, 1), (MONDAY_TO_FRIDAY, 1), (TUESDAY_AND_FRIDAY, 3), (0b1001, 3)],
)
def test_issues_are_so_close_at_the_least(weekdays: int, closest: int) -> None:
    assert Calendar(Rhythm.WEEKLY, weekdays).closest == closest


WORDS = [
    (Rhythm.WEEKLY, FRIDAY, "every Friday", "jeden Freitag"),
    (Rhythm.WEEKLY, EVERY_DAY, "every day", "jeden Tag"),
    (Rhythm.WEEKLY, MONDAY_TO_FRIDAY, "from Monday to Friday", "von Montag bis Freitag"),
    (
        Rhythm.WEEKLY,
        TUESDAY_AND_FRIDAY,
        "every Tuesday and Friday",
        "jeden Dienstag und Freitag",
    ),
    (
        Rhythm.WEEKLY,
        0b1010001,
        "every Monday, Friday and Sunday",
        "jeden Montag, Freitag und Sonntag",
    ),
    (Rhythm.FORTNIGHTLY, FRIDAY, "every second Friday", "jeden zweiten Freitag"),
    (Rhythm.FIRST, 1, "on the first Monday of the month", "am ersten Montag des Monats"),
    (Rhythm.SECOND, 2, "on the second Tuesday of the month", "am zweiten Dienstag des Monats"),
    (Rhythm.THIRD, 4, "on the third Wednesday of the month", "am dritten Mittwoch des Monats"),
    (Rhythm.FOURTH, 8, "on the fourth Thursday of the month", "am vierten Donnerstag des Monats"),
    (Rhythm.LAST, FRIDAY, "on the last Friday of the month", "am letzten Freitag des Monats"),
    (Rhythm.HAND, 0, "from time to time", "von Zeit zu Zeit"),
]


@pytest.mark.parametrize(("rhythm", "weekdays", "english", "german"), WORDS)
def test_readers_are_told_in_words(rhythm: str, weekdays: int, english: str, german: str) -> None:
    calendar = Calendar(rhythm, weekdays, dt.date(2026, 11, 27))
    with translation.override("en"):
        assert str(calendar) == english
    with translation.override("de"):
        assert str(calendar) == german


def test_every_rhythm_has_words() -> None:
    assert {rhythm for rhythm, *_ in WORDS} == set(Rhythm)
    assert set(ONE_DAY) == set(Rhythm) - {Rhythm.WEEKLY, Rhythm.HAND}
