"""Shares become others, profit and loss go to credits: to the cent, and never beyond the shares."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from allmende.cooperative import allocating, converting, leaving, projecting, queries, tasks
from allmende.cooperative.folding import DAY as ONE
from allmende.cooperative.folding import Kind
from allmende.cooperative.models import Conversion, Membership, RegisterEvent, Statute
from allmende.ledger import balances
from tests.cooperative import books, cast, members
from tests.cooperative.cast import DAY, NOW
from tests.cooperative.members import record, refreshed
from tests.factories import payments as make

pytestmark = pytest.mark.django_db
END = dt.date(2026, 12, 31)
NEW_YEAR = END + ONE
AT = dt.datetime(2027, 6, 1, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def law(paper: object) -> Statute:
    make.bank_account()
    return cast.statute_like(notice_months=3)


def paid(count: int, cents: int) -> Membership:
    found = members.member(count)
    books.credit(found, cents, on=DAY)
    return found


def smaller() -> Statute:
    return cast.statute_like(share_cents=100_00, in_force_from=NEW_YEAR, notice_months=3)


def test_shares_become_smaller_ones_of_the_same_value():
    ada = paid(2, 700_00)
    leaving.give_notice(ada, shares=1, received_on=dt.date(2026, 12, 1), at=NOW)
    converting.convert(refreshed(ada), into=smaller(), on=NEW_YEAR, by=None, at=AT)
    state = projecting.state_of(ada)
    assert (state.holdings, state.credit, state.given_notice) == ({100_00: 10}, 700_00, 5)
    assert (state.joined_on, refreshed(ada).next_end_on) == (DAY, dt.date(2027, 12, 31))
    before, after = (queries.listing(on=day)[0] for day in (END, NEW_YEAR))
    assert (before.shares, before.credit, after.shares, after.credit) == (2, 700_00, 10, 700_00)
    assert queries.moved(start=NEW_YEAR, end=dt.date(2027, 12, 31)) == ([], [])
    assert converting.convert(ada, into=Statute.objects.first(), on=NEW_YEAR, by=None, at=AT) == []
    assert books.wrong() == []


def test_lots_of_two_values_become_one():
    ada = paid(1, 500_00)
    record(
        Kind.MORE_ADMITTED, ada, DAY, shares=1, nominal=300_00, declared_on=DAY, decided_on=DAY
    )  # fmt: skip
    converting.convert(refreshed(ada), into=smaller(), on=NEW_YEAR, by=None, at=AT)
    assert projecting.state_of(ada).holdings == {100_00: 8}
    assert books.wrong() == []


def test_what_does_not_come_out_even_is_refused():
    ada = paid(1, 500_00)
    law = cast.statute_like(share_cents=300_00, in_force_from=NEW_YEAR)
    with pytest.raises(converting.Uneven):
        converting.convert(ada, into=law, on=NEW_YEAR, by=None, at=AT)
    assert not RegisterEvent.objects.filter(kind=Kind.CONVERTED).exists()


# --- Everybody's --------------------------------------------------------------------------------


def everybody(count: int) -> list[Membership]:
    found = [paid(1, 500_00) for _ in range(count)]
    return sorted(found, key=lambda one: one.number or 0)


def asked(into: Statute, name: str = "Bea") -> Conversion:
    return converting.ask(into=into, on=NEW_YEAR, by=members.person(first_name=name), at=AT)


def held(rows: list[Membership]) -> list[int]:
    return [refreshed(one).shares for one in rows]


def test_everybody_s_are_converted_in_lots_each_a_commit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(converting, "LOT", 2)
    rows = everybody(3)
    found = asked(smaller())
    assert converting.carry_on(found, at=AT) is False
    assert held(rows) == [5, 5, 1]
    found.refresh_from_db()
    assert (found.total, found.done, found.number, found.done_at) == (3, 2, 2, None)
    assert converting.carry_on(found, at=AT) is False
    assert converting.carry_on(found, at=AT) is True
    assert converting.carry_on(found, at=AT) is True  # once more does no harm
    assert held(rows) == [5, 5, 5]
    found.refresh_from_db()
    assert (found.total, found.done, found.refused, found.done_at) == (3, 3, [], AT)
    events = RegisterEvent.objects.filter(kind=Kind.CONVERTED)
    assert sorted(events.values_list("membership", "actor")) == [
        (one.pk, found.by_id) for one in sorted(rows, key=lambda one: one.pk)
    ]
    assert books.wrong() == []


def test_whoever_dies_in_a_lot_has_converted_nobody_of_it():
    rows = everybody(2)
    found = asked(smaller())
    with pytest.raises(ConnectionError), lost_after(1):
        converting.carry_on(found, at=AT)
    assert held(rows) == [1, 1]
    found.refresh_from_db()
    assert (found.done, found.number, found.moved_at) == (0, 0, None)
    assert converting.carry_on(found, at=AT) is False
    assert held(rows) == [5, 5]
    assert RegisterEvent.objects.filter(kind=Kind.CONVERTED).count() == 2
    assert books.wrong() == []


@contextmanager
def lost_after(members: int) -> Iterator[None]:
    """The connection is lost when the events of one more member are written."""
    written = 0

    def lost(execute: Any, sql: str, *arguments: Any) -> Any:
        nonlocal written
        if sql.startswith(f'INSERT INTO "{RegisterEvent._meta.db_table}"'):
            written += 1
            if written > members:
                raise ConnectionError
        return execute(sql, *arguments)

    with connection.execute_wrapper(lost):
        yield


def test_one_that_is_open_is_not_asked_for_again():
    everybody(1)
    law = smaller()
    asked(law)
    with pytest.raises(converting.UnderWay):
        asked(law, "Carl")


def test_where_the_statute_wants_two_persons_the_second_begins_it():
    (ada,) = everybody(1)
    law = cast.statute_like(share_cents=100_00, in_force_from=NEW_YEAR, second_person=True)
    found = asked(law)
    assert converting.carry_on(found, at=AT) is True  # there is nothing to do yet
    assert refreshed(ada).shares == 1
    with pytest.raises(converting.OnePerson):
        converting.agree(found, by=found.by, at=AT)
    second = members.person(first_name="Carl")
    converting.agree(found, by=second, at=AT)
    with pytest.raises(converting.UnderWay):
        converting.agree(found, by=second, at=AT)
    with pytest.raises(converting.UnderWay):
        converting.take_back(found)
    assert converting.carry_on(found, at=AT) is False
    events = RegisterEvent.objects.filter(kind__in=[Kind.CONVERTED, Kind.REPLACED])
    assert set(events.values_list("actor", "second")) == {(found.by_id, second.pk)}


def test_one_that_waits_for_the_second_person_can_be_taken_back():
    law = cast.statute_like(share_cents=100_00, in_force_from=NEW_YEAR, second_person=True)
    converting.take_back(asked(law))
    assert converting.under_way() is None


def test_one_whose_worker_died_is_taken_up_by_the_next():
    everybody(1)
    found = asked(smaller())
    assert not converting.broken_off(at=AT + converting.SILENCE).exists()
    late = AT + converting.SILENCE + ONE
    assert list(converting.broken_off(at=late)) == [found]
    tasks.convert_on(at=late)
    (job,) = DBTaskResult.objects.all()
    assert (job.task_path, job.args_kwargs["args"]) == (
        "allmende.cooperative.tasks.convert", [found.pk]
    )  # fmt: skip
    tasks.convert.func(found.pk)
    assert not converting.broken_off(at=late + ONE).exists()
    found.refresh_from_db()
    assert (found.done, found.done_at is not None) == (1, True)


# --- Profit and loss ----------------------------------------------------------------------------


def test_a_profit_fills_credits_up_to_the_shares_and_no_further():
    ada, ben = paid(2, 900_00), paid(1, 500_00)
    left = allocating.allocate(
        140_00, year_end=END, on=AT.date(), decided_on=AT.date(), by=None, at=AT
    )  # fmt: skip
    assert [refreshed(one).credit_cents for one in (ada, ben)] == [990_00, 500_00]
    assert left == 50_00
    assert balances.balance("result").cents == 90_00
    assert books.wrong() == []
    with pytest.raises(allocating.NotAllocated):
        allocating.allocate(
            140_00, year_end=END, on=AT.date(), decided_on=AT.date(), by=None, at=AT
        )  # fmt: skip


def test_a_loss_is_borne_by_the_credits_of_the_year_s_end():
    ada, ben, late = paid(2, 900_00), paid(1, 300_00), members.member(1, on=NEW_YEAR)
    left = allocating.allocate(
        -120_00, year_end=END, on=AT.date(), decided_on=AT.date(), by=None, at=AT
    )  # fmt: skip
    assert [refreshed(one).credit_cents for one in (ada, ben, late)] == [810_00, 270_00, 0]
    assert left == 0
    assert books.wrong() == []


def test_a_year_without_credits_is_not_allocated():
    with pytest.raises(allocating.NotAllocated):
        allocating.allocate(1, year_end=END, on=END, decided_on=END, by=None, at=AT)
