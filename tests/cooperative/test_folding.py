"""What the register's events add up to: invariants over random histories, without a database."""

import datetime as dt
import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.cooperative.folding import (
    DAY,
    Fact,
    Kind,
    Stage,
    State,
    begins,
    effects,
    faults,
    fold,
    known,
    standing,
)
from tests.cooperative.histories import MEMBERS, Deed, days, histories

pytestmark = pytest.mark.no_database
NOMINAL = 500


def facts_of(history: Iterable[Deed]) -> list[Fact]:
    """The facts that a register would have let pass."""
    facts: list[Fact] = []
    for deed in history:
        wanted = drafted(deed, facts)
        if wanted is None:
            continue
        trial = [*facts, wanted]
        sides = {pk for pk in (wanted.member, wanted.other) if pk is not None}
        if not any(next(faults(naming(trial, pk), member=pk), None) for pk in sides):
            facts = trial
    return facts


def naming(facts: list[Fact], pk: int) -> list[Fact]:
    return [fact for fact in facts if pk in (fact.member, fact.other)]


def drafted(deed: Deed, facts: list[Fact]) -> Fact | None:
    number = len(facts) + 1
    if deed.what == "correct":
        open_ = [fact for fact in standing(facts) if fact.kind != Kind.CORRECTION]
        if not open_:
            return None
        wrong = open_[deed.cents % len(open_)]
        return Fact(
            number, Kind.CORRECTION, deed.on, wrong.member, wrong.other, corrects=wrong.number
        )
    state = fold(naming(facts, deed.member)).get(deed.member, State())
    kind = Kind(deed.what)
    about = next(iter(state.pending), None)
    if kind == Kind.SETTLED:
        about = next(iter(state.claims), None)
    if kind == Kind.PAID_OUT:
        about = next(iter(state.payables), None)
    if kind in (Kind.SETTLED, Kind.PAID_OUT, Kind.NOTICE_WITHDRAWN) and about is None:
        return None
    if kind == Kind.TRANSFERRED and deed.other == deed.member:
        return None
    moves = kind in (Kind.REDUCED, Kind.ENDED, Kind.TRANSFERRED)
    shares = state.shares if kind == Kind.ENDED else deed.shares
    freed = max(0, min(state.credit, state.credit - (state.shares - shares) * NOMINAL))
    joins = kind == Kind.ADMITTED or (kind == Kind.TRANSFERRED and not holds(facts, deed.other))
    return Fact(
        number, kind, deed.until if kind in (Kind.NOTICE,) else deed.on, deed.member,
        deed.other if kind == Kind.TRANSFERRED else None,
        shares=shares, nominal=NOMINAL, cents=freed if moves else deed.cents,
        declared_on=deed.on, decided_on=deed.on, about=about,
        member_number=number if joins else None,
    )  # fmt: skip


def holds(facts: list[Fact], pk: int) -> bool:
    return fold(naming(facts, pk)).get(pk, State()).shares > 0


ends = st.integers(0, 60)


@given(histories, days)
def test_shares_are_never_below_zero_and_zero_exactly_when_no_member(history: list[Deed], day):
    for state in fold(facts_of(history), on=day).values():
        assert all(count > 0 for count in state.holdings.values())
        assert (state.shares > 0) == (state.stage == Stage.MEMBER)
        assert state.given_notice <= state.shares
        assert state.credit <= state.nominal


@given(histories, days, ends)
def test_a_state_is_the_sum_of_effects(history: list[Deed], day, last):
    """Whatever the order of recording, and as known at any time."""
    facts = known(facts_of(history), until=last)
    sums = {pk: [0, 0, 0] for pk in range(MEMBERS)}
    for fact in standing(facts):
        for effect in effects(fact):
            if effect.from_on <= day:
                for place, value in enumerate((effect.shares, effect.nominal, effect.credit)):
                    sums[effect.member][place] += value
    states = fold(facts, on=day)
    for pk, values in sums.items():
        state = states.get(pk, State())
        assert [state.shares, state.nominal, state.credit] == values


@given(histories)
def test_a_transfer_conserves_shares_and_credit_and_has_one_owner_a_day(history: list[Deed]):
    facts = facts_of(history)
    for fact in standing(facts):
        if fact.kind != Kind.TRANSFERRED or fact.other is None:
            continue
        gives, takes = effects(fact)
        assert gives.shares + takes.shares == 0
        assert gives.credit + takes.credit == 0
        assert gives.nominal + takes.nominal == 0
        assert gives.from_on == takes.from_on == fact.effective_on + DAY


@given(histories, days)
def test_the_order_in_which_facts_are_read_does_not_matter(history: list[Deed], day):
    """Others made numbers that depend on the order in which an accountant clicks."""
    facts = facts_of(history)
    assert fold(reversed(facts), on=day) == fold(facts, on=day)


@given(histories, days, ends)
def test_what_was_known_then_is_not_changed_by_what_came_later(history: list[Deed], day, last):
    facts = facts_of(history)
    before = fold(known(facts, until=last), on=day)
    longer = facts_of([*history, *history])
    assert longer[: len(facts)] == facts
    assert fold(known(longer, until=min(last, len(facts))), on=day) == before


@given(histories)
def test_nobody_is_admitted_without_a_declaration_and_a_decision(history: list[Deed]):
    for fact in standing(facts_of(history)):
        if fact.kind in (Kind.ADMITTED, Kind.MORE_ADMITTED):
            assert fact.declared_on is not None
            assert fact.decided_on is not None
            assert fact.declared_on <= fact.decided_on <= begins(fact)


@given(histories, days)
def test_leaving_is_known_only_where_something_is_pending(history: list[Deed], day):
    for state in fold(facts_of(history), on=day).values():
        if state.stage != Stage.MEMBER:
            assert state.leaving_on is None
        if state.leaving_on:
            assert state.leaving_on in {one.last_on for one in state.pending.values()}


def test_a_fold_of_nothing_is_nothing():
    assert fold([]) == {}


def test_whoever_leaves_is_a_member_until_midnight():
    last = dt.date(2026, 12, 31)
    decided = {"declared_on": last.replace(month=1), "decided_on": last.replace(month=1)}
    facts = [
        Fact(1, Kind.ADMITTED, last.replace(month=1), 7, shares=1, nominal=5, **decided),
        Fact(2, Kind.ENDED, last, 7, shares=1, nominal=5),
    ]
    shares = [fold(facts, on=day)[7].shares for day in (last, last + DAY)]
    assert shares == [1, 0]
    assert fold(facts)[7].ended_on == last


def test_random_histories_reach_every_kind():
    """Otherwise the properties above would say little."""
    seen = set()
    for seed in itertools.islice(histories_at_random(), 300):
        seen |= {fact.kind for fact in facts_of(seed)}
    assert {Kind.TRANSFERRED, Kind.REDUCED, Kind.ENDED, Kind.NOTICE, Kind.CORRECTION} <= seen


def histories_at_random():
    import random

    chance = random.Random(7)
    from tests.cooperative.histories import SPAN, WHAT

    while True:
        day, history = 0, []
        for _ in range(30):
            day += chance.randint(0, SPAN // 30)
            history.append(
                Deed(
                    chance.choice(WHAT), chance.randrange(MEMBERS), chance.randrange(MEMBERS),
                    chance.randint(1, 4), chance.randint(1, 1200), day, chance.randint(0, 400),
                )
            )  # fmt: skip
        yield history
