"""When a period of a pledge is due: month arithmetic from the anchor, never from the last charge.

    due_on(date(2027, 1, 31), "monthly", 1)     # 28 February
    due_on(date(2027, 1, 31), "monthly", 2)     # 31 March, not the 28th

A period is a number from 0; its day is computed, so that no day that was clamped, moved to a bank
day or lost can shift the next.
"""

import calendar
import datetime as dt

MONTHS = {"once": 0, "monthly": 1, "quarterly": 3, "yearly": 12}


def due_on(anchor: dt.date, rhythm: str, period: int) -> dt.date:
    """period: from 0; of "once" there is only 0."""
    if period < 0 or (period and rhythm == "once"):
        raise ValueError(f"{rhythm} has no period {period}")
    return months_later(anchor, period * MONTHS[rhythm])


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of another month, or its last one; months may be below zero."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def period_on(anchor: dt.date, rhythm: str, day: dt.date) -> int:
    """The last period that is due on `day` or before; -1 before the first."""
    if day < anchor:
        return -1
    step = MONTHS[rhythm]
    if not step:
        return 0
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    guess = months // step
    return guess if due_on(anchor, rhythm, guess) <= day else guess - 1


def first_from(anchor: dt.date, rhythm: str, day: dt.date) -> int:
    """The first period that is due on `day` or after; of "once" 0."""
    if day <= anchor or rhythm == "once":
        return 0
    last = period_on(anchor, rhythm, day)
    return last if due_on(anchor, rhythm, last) == day else last + 1
