"""How long to wait before somebody who gave no answer is asked again: twice as long each time."""

import datetime as dt

MOST = 20  # tries that are counted
LONGEST = dt.timedelta(hours=12)
FIRST = dt.timedelta(seconds=15)


def pause(tries: int) -> dt.timedelta:
    """tries: that were made, at least one."""
    return min(FIRST * 2 ** min(tries, MOST), LONGEST)


def as_long_again(waited: dt.timedelta) -> dt.timedelta:
    """The same, by the time since the first try."""
    return min(max(waited, FIRST), LONGEST)
