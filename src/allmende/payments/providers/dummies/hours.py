"""A dummy's clock: the real one, moved forward at will."""

import datetime as dt
from dataclasses import dataclass


@dataclass
class Clock:
    ahead: dt.timedelta = dt.timedelta()

    @classmethod
    def at(cls, moment: dt.datetime) -> "Clock":
        return cls(moment - dt.datetime.now(dt.UTC))

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.ahead

    def forward(self, span: dt.timedelta) -> None:
        self.ahead += span
