"""Who gives in the simulated years, and what befalls them: made of a seed, for world and model.

A story begins with the giver's second payment (`TURN`); the first is plain.
"""

import datetime as dt
import random
from dataclasses import dataclass
from itertools import count, takewhile

from dateutil.relativedelta import relativedelta

DAY = dt.timedelta(days=1)
TURN = 1
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
STORIES = {
    "debit": [
        "no money once", "no money twice", "takes it back", "ends, then takes it back",
        "account closed", "dies", "pauses", "gives more", "ends",
    ],
    "transfer": ["pays twice", "no reference", "from another account", "ends"],
    "wallet": [
        "pauses", "ends", "ends there", "card cancelled", "refunded", "refunded in part",
        "disputes", "disputes and loses", "told late", "told twice",
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Giver:
    """begun: the day on which they signed, at noon. anchor: of the first payment."""

    number: int
    method: str
    rhythm: str
    begun: dt.date
    anchor: dt.date
    cents: int
    story: str = ""

    def due(self, period: int) -> dt.date:
        return self.anchor + relativedelta(months=MONTHS[self.rhythm] * period)

    def periods(self, *, until: dt.date) -> list[int]:
        return list(takewhile(lambda period: self.due(period) <= until, count()))

    @property
    def turn(self) -> dt.date:
        """When they do what their story says, at noon: between two payments, or while the next
        one is announced already."""
        days = 8 if self.number % 3 else 15
        return self.due(TURN) + dt.timedelta(days=days)

    @property
    def back(self) -> dt.date:
        """When a pause ends: one period and a half later."""
        return self.due(TURN + 2) + dt.timedelta(days=10)

    @property
    def more(self) -> int:
        return self.cents + 500


def cast(size: int, *, begin: dt.date, days: int, rhythms: str, seed: int) -> list[Giver]:
    """days: over which they sign. rhythms: the first letter of each giver's, in turn."""
    chance = random.Random(seed)
    names = {"m": "monthly", "q": "quarterly", "y": "yearly"}
    methods = ["debit"] * 7 + ["transfer"] * 2 + ["wallet"]
    stories = dict.fromkeys(STORIES, 0)
    found = []
    for number in range(1, size + 1):
        method = methods[number % len(methods)] if size > 100 else chance.choice([*STORIES])
        rhythm = names[rhythms[number % len(rhythms)]]
        begun = begin + dt.timedelta(days=chance.randrange(days))
        anchor = begun + dt.timedelta(days=chance.randint(1, 30))
        if number % 4 == 0:  # at a month's end
            anchor = begun + relativedelta(day=31) + (DAY if begun.month % 2 else 0 * DAY)
            anchor = max(anchor, begun + DAY)
        cents = chance.randrange(1, 60) * 100 + chance.choice([0, 0, 0, 1, 99])
        story = ""
        if size <= 100 or number % 5 == 0:
            turn = stories[method]
            stories[method] += 1
            story = [*STORIES[method], ""][turn % (len(STORIES[method]) + 1)]
        if story == "pays twice":
            rhythm = "monthly"  # the next period is known by then
        found.append(Giver(number, method, rhythm, begun, anchor, cents, story))
    return found
