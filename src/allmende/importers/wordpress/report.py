"""What came of an import: numbers for all, a line for each item that has something to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"  # came before, and the export now says something else
    UNCHANGED = "unchanged"
    KEPT = "kept"  # came before; staff have changed, withdrawn or deleted it since
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Line:
    """`address` is the item's own in the export; `notes` say what was changed on the way, or why
    it was left out."""

    kind: str
    foreign_id: str
    title: str
    address: str
    outcome: Outcome
    notes: tuple[str, ...]


@dataclass(slots=True)
class Report:
    source: str
    dry_run: bool
    counts: dict[str, Counter[Outcome]] = field(default_factory=dict)
    passed_over: Counter[str] = field(default_factory=Counter)  # by WordPress's own word
    lines: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        self.count(line.kind, line.outcome)
        if line.notes:
            self.lines.append(line)

    def count(self, kind: str, outcome: Outcome, number: int = 1) -> None:
        self.counts.setdefault(kind, Counter())[outcome] += number

    def total(self, outcome: Outcome) -> int:
        return sum(counts[outcome] for counts in self.counts.values())

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "source": self.source,
            "dry_run": self.dry_run,
            "counts": {
                kind: {outcome.value: number for outcome, number in counts.items()}
                for kind, counts in self.counts.items()
            },
            "passed_over": dict(self.passed_over),
            "items": [
                {
                    "kind": line.kind,
                    "foreign_id": line.foreign_id,
                    "title": line.title,
                    "address": line.address,
                    "outcome": line.outcome.value,
                    "notes": list(line.notes),
                }
                for line in self.lines
            ],
        }
