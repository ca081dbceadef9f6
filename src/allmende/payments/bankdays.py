"""Days on which banks move euros: TARGET's.

Closed on Saturday, Sunday, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December,
whatever else a country celebrates. Source: ECB, long-term calendar of TARGET closing days.
"""

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

DAY = dt.timedelta(days=1)


@cache
def _closed(year: int) -> frozenset[dt.date]:
    from holidays import financial_holidays  # 4 MB, which no sender of letters needs

    return frozenset(financial_holidays("XECB", years=year))


def is_bank_day(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in _closed(day.year)


def on_or_after(day: dt.date) -> dt.date:
    while not is_bank_day(day):
        day += DAY
    return day


def on_or_before(day: dt.date) -> dt.date:
    while not is_bank_day(day):
        day -= DAY
    return day


def shifted(day: dt.date, days: int) -> dt.date:
    """So many bank days after `day`, or before it (negative); 0 gives `on_or_after`."""
    if days == 0:
        return on_or_after(day)
    step = DAY if days > 0 else -DAY
    for _ in range(abs(days)):
        day += step
        while not is_bank_day(day):
            day += step
    return day


def deadline(collected_on: dt.date, *, lead: int, cut_off: dt.time, zone: ZoneInfo) -> dt.datetime:
    """Until when a bank takes a file whose payments are due on `collected_on`.

    lead: bank days between (1 in SEPA Core). cut_off: the bank's hour on that day.
    """
    return dt.datetime.combine(shifted(collected_on, -lead), cut_off, tzinfo=zone)


def earliest(at: dt.datetime, *, lead: int, cut_off: dt.time, zone: ZoneInfo) -> dt.date:
    """The first day that a file handed in at `at` can collect on."""
    day = on_or_after(at.astimezone(zone).date())
    while deadline(day, lead=lead, cut_off=cut_off, zone=zone) < at:
        day = shifted(day, 1)
    return day
