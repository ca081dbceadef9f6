"""How a dummy misbehaves: by chance (a rate, from a seed) or the next so many times."""

import random
import threading
from dataclasses import dataclass, field

# What a dummy can do to whoever relies on it.
MOODS = {
    "out": "answers 503 to everything",
    "trouble": "answers 503, having done nothing",
    "trouble after": "does what it was asked, then answers 500",
    "silent": "does what it was asked, then drops the connection",
    "slow": "does what it was asked, and answers too late",
    "busy": "answers 429, and when to come again",
    "unauthorised": "no longer knows the token that it gave out",
    "twice": "tells of an event twice at the same moment",
    "shuffled": "tells of an event after the one that follows it",
    "late": "tells of an event days later",
    "mute": "does not tell of an event",
    "pending": "takes a payment that has not arrived yet",
    "declined": "cannot take a payment",
}


@dataclass
class Moods:
    """rates: of 0 (never) to 1 (always), by mood. Threads may share it."""

    seed: int = 0
    rates: dict[str, float] = field(default_factory=dict)
    forced: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311  repeatable on purpose
        self._lock = threading.Lock()
        assert {*self.rates, *self.forced} <= set(MOODS)

    def strike(self, mood: str) -> bool:
        """Whether it happens now; a forced time is used up by this."""
        with self._lock:
            if self.forced.get(mood, 0) > 0:
                self.forced[mood] -= 1
                return True
            rate = self.rates.get(mood, 0.0)
            return rate > 0 and self._chance.random() < rate

    def next(self, mood: str, times: int = 1) -> None:
        """Let it happen the next so many times. Raises KeyError for no mood."""
        with self._lock:
            self.forced[checked(mood)] = self.forced.get(mood, 0) + times

    def always(self, mood: str, rate: float = 1.0) -> None:
        with self._lock:
            self.rates[checked(mood)] = rate

    def good(self) -> None:
        """Behaves from now on."""
        with self._lock:
            self.rates.clear()
            self.forced.clear()


def checked(mood: str) -> str:
    MOODS[mood]
    return mood
