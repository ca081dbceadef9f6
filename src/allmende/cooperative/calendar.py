"""Days that law and statute count, from the numbers of a statute (§§ 65, 67b, 68, 73, 77 GenG).

notice_end(received, statute=found)     # the last day of what was given notice of
year_end(day, statute=found)            # the end of the business year that holds a day
"""

import datetime as dt

from allmende.cooperative.models import Statute
from allmende.payments.rhythm import months_later

DAY = dt.timedelta(days=1)


def year_start(day: dt.date, *, statute: Statute) -> dt.date:
    """The first day of the business year that holds a day."""
    start = dt.date(day.year, statute.year_month, statute.year_day)
    return start if start <= day else start.replace(year=day.year - 1)


def year_end(day: dt.date, *, statute: Statute) -> dt.date:
    start = year_start(day, statute=statute)
    return start.replace(year=start.year + 1) - DAY


def notice_end(received: dt.date, *, statute: Statute, months: int | None = None) -> dt.date:
    """The first end of a business year that lies the whole period after the day of receipt, which
    is not counted (§ 187 (1) BGB). months: another period than the statute's."""
    period = statute.notice_months if months is None else months
    earliest = months_later(received + DAY, period) - DAY
    return year_end(earliest, statute=statute)


def may_leave_early(joined_on: dt.date, received: dt.date, *, statute: Statute) -> bool:
    """In case of hardship, where notice takes more than two years, and after a full business year
    as a member (§ 65 (3) GenG)."""
    if statute.early_exit_months is None or statute.notice_months <= 24:
        return False
    start = year_start(joined_on, statute=statute)
    first_whole = joined_on if start == joined_on else year_end(joined_on, statute=statute) + DAY
    return received > year_end(first_whole, statute=statute)


def payout_due(last: dt.date, *, statute: Statute) -> dt.date:
    """The last day on which what was set free then is to be paid (§ 73 (2) GenG)."""
    return months_later(last + DAY, statute.payout_months) - DAY
