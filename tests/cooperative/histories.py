"""Random histories of a cooperative, as drafts of events: some are allowed, some are not."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from allmende.cooperative.folding import Kind

BEGIN = dt.date(2024, 1, 1)
MEMBERS = 4
SPAN = 900  # days


@dataclass(frozen=True)
class Deed:
    """what: a kind of event, or "correct". member, other: which of the cast. day: counted from
    BEGIN; later: days until it takes effect."""

    what: str
    member: int
    other: int
    shares: int
    cents: int
    day: int
    later: int

    @property
    def on(self) -> dt.date:
        return BEGIN + dt.timedelta(days=self.day)

    @property
    def until(self) -> dt.date:
        return self.on + dt.timedelta(days=self.later)


WHAT = [
    Kind.ADMITTED, Kind.ADMITTED, Kind.MORE_ADMITTED, Kind.PAID, Kind.PAID, Kind.PAID, Kind.UNPAID,
    Kind.NOTICE, Kind.NOTICE, Kind.NOTICE_WITHDRAWN, Kind.TRANSFERRED, Kind.TRANSFERRED,
    Kind.REDUCED, Kind.ENDED, Kind.DETAILS, Kind.GROUP, Kind.CONVERTED, Kind.ALLOCATED,
    Kind.SETTLED, Kind.PAID_OUT, "correct",
]  # fmt: skip
members = st.integers(0, MEMBERS - 1)
deeds = st.builds(
    Deed, what=st.sampled_from(WHAT), member=members, other=members, shares=st.integers(1, 4),
    cents=st.integers(1, 1200), day=st.integers(0, SPAN), later=st.integers(0, 400),
)  # fmt: skip
#: Days grow, for whoever records knows nothing of tomorrow; a third is recorded late.
histories = st.lists(deeds, min_size=1, max_size=40)
days = st.dates(BEGIN, BEGIN + dt.timedelta(days=SPAN + 500))
profile: dict[str, Any] = {"deadline": None}
