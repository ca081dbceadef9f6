"""What became of the lines of a list: counts, and the faults by line and column."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from allmende.importers.subscribers.entries import Fault

# Faults that are named one by one; of more, the number is told.
NAMED = 500
WRONG = "wrong"


class Report:
    """`counts` by outcome; those with a fault are `WRONG`."""

    def __init__(self, kept: dict[str, Any]) -> None:
        self.counts: Counter[str] = Counter(kept.get("counts", {}))
        self.faults: list[list[Any]] = list(kept.get("faults", []))

    def add(self, outcomes: Iterable[str], faults: Iterable[Fault]) -> None:
        self.counts.update(str(outcome) for outcome in outcomes)
        for fault in faults:
            self.counts[WRONG] += 1
            if len(self.faults) < NAMED:
                self.faults.append([fault.line, fault.column, fault.code])

    def as_dict(self) -> dict[str, Any]:
        return {"counts": dict(self.counts), "faults": self.faults}
