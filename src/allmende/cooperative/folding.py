"""What the register's events add up to: plain functions of plain facts, without a database.

    fold(facts)                             each membership after all that is recorded
    fold(facts, on=day)                     ... at the end of a day
    fold(known(facts, until=17), on=day)    ... as it was known when event 17 was the last

A day named by law is the last of what ends and the first of what begins: whoever leaves on 31
December is a member until midnight, and what they held counts as gone from 1 January (`begins`).

What changes a holding says so by itself, in numbers (`effects`): shares of one nominal value, and
credit. So every figure of the register is a sum over events, whatever their order, and a
correction takes exactly one event out of it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

DAY = dt.timedelta(days=1)


class Kind(StrEnum):
    """effective_on, where it is not simply the day of what happened, in brackets."""

    APPLIED = "applied"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    ADMITTED = "admitted"  # (first day)
    NOTIFIED = "notified"
    MORE_DECLARED = "more-declared"
    MORE_ADMITTED = "more-admitted"  # (first day)
    MORE_REFUSED = "more-refused"
    PAID = "paid"
    UNPAID = "unpaid"
    OVERPAID = "overpaid"
    DETAILS = "details"
    REPRESENTATIVE = "representative"
    GROUP = "group"
    NOTICE = "notice"  # (last day)
    NOTICE_WITHDRAWN = "notice-withdrawn"
    EXCLUDED = "excluded"  # (last day)
    EXCLUSION_POSTED = "exclusion-posted"
    EXCLUSION_REVOKED = "exclusion-revoked"
    TRANSFERRED = "transferred"  # (the giver's last day)
    DIED = "died"  # (last day of the membership)
    HEIRS = "heirs"
    REDUCED = "reduced"  # (last day of what ends)
    ENDED = "ended"  # (last day)
    SETTLED = "settled"
    PAID_OUT = "paid-out"
    PAYOUT_RETURNED = "payout-returned"
    CONVERTED = "converted"
    REPLACED = "replaced"
    ALLOCATED = "allocated"
    INSPECTED = "inspected"
    REPORTED = "reported"
    FORGOTTEN = "forgotten"
    CORRECTION = "correction"
    IMPORTED = "imported"  # (first day)
    PAPER_ADDED = "paper-added"

    __hash__ = str.__hash__  # facts are looked up by it by the million; that of enums is Python's


BRINGS = {Kind.ADMITTED, Kind.MORE_ADMITTED, Kind.IMPORTED, Kind.CONVERTED}
TAKES = {Kind.REDUCED, Kind.ENDED}  # shares, and the credit that they set free
LEAVES = {*TAKES, Kind.TRANSFERRED}
WHOLE = "whole"  # the word of a notice for all that is held
PENDING = {Kind.NOTICE, Kind.EXCLUDED, Kind.DIED}  # will end something on their effective day
#: All that decides when somebody leaves.
ENDING = {
    *PENDING, *BRINGS, *LEAVES, Kind.REPLACED, Kind.NOTICE_WITHDRAWN, Kind.EXCLUSION_REVOKED,
    Kind.CORRECTION,
}  # fmt: skip
JOINS = {Kind.ADMITTED, Kind.IMPORTED, Kind.TRANSFERRED}


class Stage(StrEnum):
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    MEMBER = "member"
    ENDED = "ended"


class Fact(NamedTuple):
    """An event without what is personal. shares: how many, without a sign. nominal: cents of each
    of them. cents: of credit; below zero only in an allocated loss. word: a code. member_number:
    given to whoever joins."""

    number: int
    kind: Kind
    effective_on: dt.date
    member: int | None = None
    other: int | None = None
    shares: int = 0
    nominal: int = 0
    cents: int = 0
    word: str = ""
    declared_on: dt.date | None = None
    decided_on: dt.date | None = None
    about: int | None = None
    corrects: int | None = None
    member_number: int | None = None


class Effect(NamedTuple):
    """What an event changes in one membership, from a day on. nominal: cents of all the shares."""

    member: int
    from_on: dt.date
    shares: int
    nominal: int
    credit: int


@dataclass(frozen=True, slots=True)
class Pending:
    """Something that will end. shares: how many; None is all that is held then, as of a notice
    whose word begins with "whole"."""

    kind: Kind
    shares: int | None
    last_on: dt.date
    word: str


@dataclass(frozen=True, slots=True)
class Granted:
    """Further shares that the board has admitted on a day, each to count when those before it are
    paid (§ 15b GenG)."""

    shares: int
    decided_on: dt.date


@dataclass(slots=True)
class State:
    """A membership as it stands. holdings: how many shares of each nominal value, the one acquired
    first first. wanted: further shares that nobody has decided about, by their declaration;
    granted: those that wait for money. claims: credit that was set free and is not settled, by the
    event that did it. payables: settled and not paid out, by the event that settled it."""

    stage: Stage = Stage.APPLIED
    number: int | None = None
    holdings: dict[int, int] = field(default_factory=dict)
    credit: int = 0
    joined_on: dt.date | None = None
    ended_on: dt.date | None = None
    confirmed: bool = False
    told: bool = False
    group: str = ""
    pending: dict[int, Pending] = field(default_factory=dict)
    wanted: dict[int, int] = field(default_factory=dict)
    granted: dict[int, Granted] = field(default_factory=dict)
    claims: dict[int, int] = field(default_factory=dict)
    payables: dict[int, int] = field(default_factory=dict)
    rights_end_on: dt.date | None = None
    died_on: dt.date | None = None

    @property
    def shares(self) -> int:
        return sum(self.holdings.values())

    @property
    def nominal(self) -> int:
        """What all shares are to be paid in with, in cents."""
        return sum(cents * shares for cents, shares in self.holdings.items())

    @property
    def newest(self) -> int:
        """What a share is to be paid in with of those acquired last, in cents."""
        return next(reversed(self.holdings), 0)

    def with_more(self, count: int, *, nominal: int) -> "State":
        """If so many shares of one value were acquired now."""
        holdings = {cents: held for cents, held in self.holdings.items() if cents != nominal}
        holdings[nominal] = self.holdings.get(nominal, 0) + count
        return replace(self, holdings=holdings)

    @property
    def coming(self) -> int:
        """Shares that are granted, and wait for money."""
        return sum(one.shares for one in self.granted.values())

    @property
    def given_notice(self) -> int:
        """Shares that will end by notices."""
        return sum(one.shares or 0 for one in self.pending.values() if one.kind == Kind.NOTICE)

    @property
    def next_end_on(self) -> dt.date | None:
        return min((one.last_on for one in self.pending.values()), default=None)

    @property
    def leaving_on(self) -> dt.date | None:
        """The last day of a membership that is known to end."""
        whole = [one for one in self.pending.values() if one.shares in (None, self.shares)]
        return min((one.last_on for one in whole), default=None)


# --- When, and what ---------------------------------------------------------------------------


def begins(fact: Fact) -> dt.date:
    """The first day on which it shows."""
    if fact.kind in LEAVES:
        return fact.effective_on + DAY
    if fact.kind in PENDING:
        return fact.declared_on or fact.decided_on or fact.effective_on
    return fact.effective_on


def effects(fact: Fact) -> list[Effect]:
    if fact.member is None:
        return []
    on, nominal = begins(fact), fact.shares * fact.nominal
    if fact.kind in BRINGS:
        return [Effect(fact.member, on, fact.shares, nominal, fact.cents)]
    if fact.kind in TAKES or fact.kind == Kind.REPLACED:
        return [Effect(fact.member, on, -fact.shares, -nominal, -fact.cents)]
    if fact.kind == Kind.TRANSFERRED and fact.other is not None:
        return [
            Effect(fact.member, on, -fact.shares, -nominal, -fact.cents),
            Effect(fact.other, on, fact.shares, nominal, fact.cents),
        ]
    if fact.kind in (Kind.PAID, Kind.ALLOCATED):
        return [Effect(fact.member, on, 0, 0, fact.cents)]
    if fact.kind == Kind.UNPAID:
        return [Effect(fact.member, on, 0, 0, -fact.cents)]
    return []


def known(facts: Iterable[Fact], *, until: int) -> list[Fact]:
    """What was recorded when the event of this number was the last."""
    return [fact for fact in facts if fact.number <= until]


def standing(facts: Iterable[Fact]) -> list[Fact]:
    """Without corrections, and without what they correct."""
    rows = list(facts)
    void = {fact.corrects for fact in rows if fact.kind == Kind.CORRECTION}
    return [row for row in rows if row.number not in void and row.kind != Kind.CORRECTION]


def ordered(facts: Iterable[Fact]) -> list[Fact]:
    return sorted(standing(facts), key=lambda fact: (begins(fact), fact.number))


# --- What stands ------------------------------------------------------------------------------


def fold(facts: Iterable[Fact], *, on: dt.date | None = None) -> dict[int, State]:
    """Each membership that the facts name, at the end of a day; None is after all of them, those
    of days to come too."""
    states: defaultdict[int, State] = defaultdict(State)
    for fact in ordered(facts):
        if on is None or begins(fact) <= on:
            take(states, fact)
    return dict(states)


def take(states: defaultdict[int, State], fact: Fact) -> None:
    for effect in effects(fact):
        weigh(states[effect.member], fact, effect)
    if fact.member is not None and fact.kind in TURNS:
        TURNS[fact.kind](states[fact.member], fact)


def weigh(state: State, fact: Fact, effect: Effect) -> None:
    """Shares and credit; that somebody begins or ceases to be a member follows from them."""
    state.credit += effect.credit
    if fact.member_number and effect.shares > 0:
        state.number = fact.member_number
    if effect.shares:
        left = state.holdings.get(fact.nominal, 0) + effect.shares
        if effect.shares > 0 or not left:  # what is acquired again is acquired last
            state.holdings.pop(fact.nominal, None)
        if left:
            state.holdings[fact.nominal] = left
    if state.shares > 0 and state.stage != Stage.MEMBER:
        state.stage, state.joined_on, state.ended_on = Stage.MEMBER, effect.from_on, None
    if state.shares == 0 and effect.shares < 0:
        state.stage, state.ended_on = Stage.ENDED, effect.from_on - DAY
        state.pending.clear()
        state.wanted.clear()
        state.granted.clear()


def on_application(state: State, fact: Fact) -> None:
    state.group = fact.word


def on_confirmed(state: State, fact: Fact) -> None:
    state.confirmed = True


def on_withdrawn(state: State, fact: Fact) -> None:
    state.stage = Stage.WITHDRAWN


def on_refused(state: State, fact: Fact) -> None:
    state.stage = Stage.REFUSED


def on_admitted(state: State, fact: Fact) -> None:
    state.group = fact.word or state.group
    state.told = fact.kind == Kind.IMPORTED


def on_notified(state: State, fact: Fact) -> None:
    state.told = True


def on_wanted(state: State, fact: Fact) -> None:
    """What is declared with an application is decided with it."""
    if fact.decided_on:
        state.granted[fact.number] = Granted(fact.shares, fact.decided_on)
    else:
        state.wanted[fact.number] = fact.shares


def on_wish_decided(state: State, fact: Fact) -> None:
    """Once for all; what the law does not let in yet waits for money."""
    number = fact.about or 0
    before = state.granted.pop(number, None)
    left = before.shares if before else state.wanted.pop(number, 0)
    if fact.kind == Kind.MORE_ADMITTED and left > fact.shares and fact.decided_on:
        state.granted[number] = Granted(left - fact.shares, fact.decided_on)


def on_pending(state: State, fact: Fact) -> None:
    if fact.kind == Kind.DIED:
        state.died_on = fact.declared_on
        if fact.word == "continues":
            return
    whole = fact.kind != Kind.NOTICE or fact.word.startswith(WHOLE)
    shares = None if whole else fact.shares
    state.pending[fact.number] = Pending(fact.kind, shares, fact.effective_on, fact.word)


def on_withdrawal(state: State, fact: Fact) -> None:
    state.pending.pop(fact.about or 0, None)
    if fact.kind == Kind.EXCLUSION_REVOKED:
        state.rights_end_on = None


def on_posted(state: State, fact: Fact) -> None:
    state.rights_end_on = fact.effective_on


def on_taken(state: State, fact: Fact) -> None:
    state.pending.pop(fact.about or 0, None)
    if fact.cents:
        state.claims[fact.number] = fact.cents


def on_settled(state: State, fact: Fact) -> None:
    state.claims.pop(fact.about or 0, None)
    if fact.cents > 0:
        state.payables[fact.number] = fact.cents


def on_paid_out(state: State, fact: Fact) -> None:
    back = fact.kind == Kind.PAYOUT_RETURNED
    left = state.payables.pop(fact.about or 0, 0) + (fact.cents if back else -fact.cents)
    if left:
        state.payables[fact.about or 0] = left


def on_group(state: State, fact: Fact) -> None:
    state.group = fact.word


TURNS: dict[Kind, Callable[[State, Fact], None]] = {
    Kind.APPLIED: on_application,
    Kind.CONFIRMED: on_confirmed,
    Kind.WITHDRAWN: on_withdrawn,
    Kind.REFUSED: on_refused,
    Kind.ADMITTED: on_admitted,
    Kind.IMPORTED: on_admitted,
    Kind.NOTIFIED: on_notified,
    Kind.MORE_DECLARED: on_wanted,
    Kind.MORE_ADMITTED: on_wish_decided,
    Kind.MORE_REFUSED: on_wish_decided,
    Kind.NOTICE: on_pending,
    Kind.EXCLUDED: on_pending,
    Kind.DIED: on_pending,
    Kind.NOTICE_WITHDRAWN: on_withdrawal,
    Kind.EXCLUSION_REVOKED: on_withdrawal,
    Kind.EXCLUSION_POSTED: on_posted,
    Kind.REDUCED: on_taken,
    Kind.ENDED: on_taken,
    Kind.OVERPAID: on_taken,
    Kind.SETTLED: on_settled,
    Kind.PAID_OUT: on_paid_out,
    Kind.PAYOUT_RETURNED: on_paid_out,
    Kind.GROUP: on_group,
}


# --- What must hold ---------------------------------------------------------------------------


def faults(facts: Iterable[Fact], *, member: int) -> Iterator[str]:
    """What is wrong with one membership at the end of any day; facts: all that name it."""
    rows = ordered(facts)
    yield from undecided(rows, member)
    states: defaultdict[int, State] = defaultdict(State)
    for day, lot in groupby(rows, key=begins):
        for fact in lot:
            take(states, fact)
        yield from (f"{day}: {fault}" for fault in amiss(states[member]))


def undecided(rows: list[Fact], member: int) -> Iterator[str]:
    """Nobody joins or takes shares without having declared it first, and a decision after that."""
    for fact in rows:
        joins = fact.kind in (Kind.ADMITTED, Kind.MORE_ADMITTED) or (
            fact.kind == Kind.TRANSFERRED and fact.other == member
        )
        if not joins:
            continue
        declared, decided = fact.declared_on, fact.decided_on
        if declared is None or decided is None or not declared <= decided <= begins(fact):
            yield f"event {fact.number}: declared {declared}, decided {decided}"


def amiss(state: State) -> Iterator[str]:
    if any(shares < 0 for shares in state.holdings.values()):
        yield f"holds {state.holdings}"
    if (state.shares > 0) != (state.stage == Stage.MEMBER):
        yield f"{state.stage} with {state.shares} shares"
    if state.shares > 0 and state.number is None:
        yield "shares before the day on which the number was given"
    if state.credit > state.nominal:
        yield f"credit of {state.credit}, shares of {state.nominal} cents"
    if state.given_notice > state.shares:
        yield f"notice of {state.given_notice}, holds {state.shares} shares"
    if any(cents < 0 for cents in state.payables.values()):
        yield f"paid out more than was settled: {state.payables}"
