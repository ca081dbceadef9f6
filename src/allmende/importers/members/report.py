"""What became of a list of members, in numbers and sentences."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from allmende.cooperative import taking_over
from allmende.cooperative.folding import Stage
from allmende.cooperative.taking_over import Entry, Outcome
from allmende.importers.members import columns
from allmende.importers.members.rows import Fault
from allmende.ledger.money import Money

NAMED = 500  # faults that are named one by one; of more, the number is told
GAPS = 10  # of numbers, named one by one

WORDS = {
    "members": "members", "former": "former members", "shares": "shares",
    "notices": "notices that run", "undated": "payments without a day: they count from the day on"
    " which their line begins", "unasked": "members who owe something and are asked for nothing:"
    " no instalment is on the list",
}  # fmt: skip


@dataclass
class Report:
    """counts: entries by outcome. sums: of what is new. cents: likewise. unknown: headings that
    say nothing to us, whose columns are left out."""

    unknown: list[str] = field(default_factory=list)
    dry_run: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    cents: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    wrong: int = 0
    gaps: list[tuple[int, int]] = field(default_factory=list)
    written: bool = False

    def fault(self, faults: Iterable[Fault]) -> None:
        for one in faults:
            self.wrong += 1
            if len(self.faults) < NAMED:
                self.faults.append(one)

    def add(self, entries: Iterable[Entry], outcomes: Iterable[Outcome]) -> None:
        for entry, outcome in zip(entries, outcomes, strict=True):
            self.counts[str(outcome)] += 1
            if outcome == Outcome.NEW:
                self.sum(entry)

    def sum(self, entry: Entry) -> None:
        state = taking_over.state_of(entry)
        member = state.stage == Stage.MEMBER
        owes = state.nominal > state.credit
        self.sums["members" if member else "former"] += 1
        self.sums["shares"] += state.shares
        self.sums["notices"] += bool(state.pending)
        self.sums["unasked"] += member and owes and entry.plan is None
        self.cents["credit"] += state.credit
        self.cents["owed to former members"] += sum(state.claims.values())
        self.cents["still to be paid in"] += (state.nominal - state.credit) * member

    def as_dict(self) -> dict[str, Any]:
        return {
            "written": self.written,
            "counts": dict(self.counts),
            "sums": dict(self.sums),
            "cents": dict(self.cents),
            "wrong": self.wrong,
            "faults": [[one.line, columns.heading(one.column), one.why] for one in self.faults],
            "gaps": self.gaps,
            "unknown_columns": self.unknown,
        }

    def sentences(self) -> Iterator[str]:
        for one in self.faults:
            yield f"line {one.line}, {columns.heading(one.column)}: {one.why}"
        if self.wrong > len(self.faults):
            yield f"and {self.wrong - len(self.faults)} more"
        if self.unknown:
            yield f"columns that are not known, and left out: {', '.join(self.unknown)}"
        yield from (
            f"{self.sums[name]} {words}" for name, words in WORDS.items() if self.sums[name]
        )
        yield from (f"{Money(cents)} {words}" for words, cents in self.cents.items() if cents)
        if self.counts[Outcome.THERE]:
            yield f"{self.counts[Outcome.THERE]} are here already, and stay as they are"
        if self.gaps:
            spans = [str(low) if low == high else f"{low}–{high}" for low, high in self.gaps[:GAPS]]
            more = f", and {len(self.gaps) - GAPS} more" * (len(self.gaps) > GAPS)
            yield f"numbers that are not on the list: {', '.join(spans)}{more}"
        if not self.written:
            yield "Nothing was written." + " Mend the list, and try again." * bool(self.wrong)


def gaps(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Spans of numbers that are missing between one and the highest."""
    found, expected = [], 1
    for number in sorted(numbers):
        if number > expected:
            found.append((expected, number - 1))
        expected = number + 1
    return found
