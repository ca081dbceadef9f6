"""Shares become others, profit and loss go to credits: to the cent, and never beyond the shares."""

import datetime as dt

import pytest

from allmende.cooperative import allocating, converting, leaving, projecting, queries
from allmende.cooperative.folding import DAY as ONE
from allmende.cooperative.folding import Kind
from allmende.cooperative.models import Membership, RegisterEvent, Statute
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
    with pytest.raises(converting.NotConverted):
        converting.convert(ada, into=law, on=NEW_YEAR, by=None, at=AT)
    assert not RegisterEvent.objects.filter(kind=Kind.CONVERTED).exists()


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
