"""How fast, and how many at once: a bucket for a rate, and the patience of one domain.

Each sender counts for itself. Times are seconds of a steady clock, given by the caller.
"""

from collections import Counter
from dataclasses import dataclass


class Bucket:
    """So many a second, and a second's worth at once. rate 0: as many as you like."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._most = max(1.0, rate)
        self._tokens, self._seen = self._most, 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next one may be taken."""
        if not self.rate:
            return 0.0
        self._tokens = min(self._most, self._tokens + (now - self._seen) * self.rate)
        self._seen = now
        return max(0.0, (1 - self._tokens) / self.rate)

    def take(self, now: float) -> bool:
        if self.wait(now) > 0:
            return False
        self._tokens -= 1
        return True


@dataclass(frozen=True)
class DomainLimit:
    """connections: letters on their way at once; rate: letters a second. 0: no limit."""

    connections: int = 0
    rate: float = 0.0


class Domains:
    """Limits by the domain of the recipient; "*" stands for all that are not named."""

    def __init__(self, limits: dict[str, DomainLimit]) -> None:
        self._limits = limits
        self._buckets: dict[str, Bucket] = {}
        self._on_the_way: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return bool(self._limits)

    def may(self, domain: str, now: float) -> bool:
        """Counts one more letter to the domain, when its limit allows one."""
        limit = self._limits.get(domain) or self._limits.get("*")
        if limit is None:
            return True
        if limit.connections and self._on_the_way[domain] >= limit.connections:
            return False
        if limit.rate:
            bucket = self._buckets.setdefault(domain, Bucket(limit.rate))
            if not bucket.take(now):
                return False
        self._on_the_way[domain] += 1
        return True

    def done(self, domain: str) -> None:
        if self._limits and self._on_the_way[domain]:
            self._on_the_way[domain] -= 1
