"""Balances and movements."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from allmende.ledger import balances, chart, post
from allmende.ledger.models import DaySum, Posting
from allmende.ledger.money import Money
from allmende.ledger.post import Draft, Line
from tests.ledger.cast import DAY, GIVER, NOW, posted

NEXT = DAY + dt.timedelta(days=1)


@pytest.mark.django_db
def test_balance_is_of_all_days_or_until_one() -> None:
    posted("a", 1000)
    posted("b", 500, on=NEXT)
    posted("c", 77, currency="CHF")
    assert balances.balance("bank") == Money(1500)
    assert balances.balance("bank", on=DAY) == Money(1000)
    assert balances.balance("bank", currency="CHF") == Money(77, "CHF")
    assert balances.balance("bank", on=DAY - dt.timedelta(days=1)) == Money(0)
    assert balances.turnover("bank", since=NEXT, until=NEXT) == Money(500)


@pytest.mark.django_db
def test_balance_of_a_party_counts_its_own_postings() -> None:
    posted("a", 1000)
    posted("b", 500, party="person:5")
    posted("c", 300, on=NEXT)
    assert balances.balance("contributions", party=GIVER) == Money(-1300)
    assert balances.balance("contributions", party=GIVER, on=DAY) == Money(-1000)
    assert balances.balances("contributions", parties=[GIVER, "person:6"]) == {
        GIVER: Money(-1300),
        "person:6": Money(0),
    }
    assert balances.all_balances("contributions", on=DAY) == {
        GIVER: Money(-1000),
        "person:5": Money(-500),
    }


@pytest.mark.django_db
def test_days_and_months_add_up() -> None:
    posted("a", 1000)
    posted("b", 500, on=NEXT)
    posted("c", 200, on=NEXT)
    assert balances.days("bank", since=DAY, until=NEXT) == {DAY: Money(1000), NEXT: Money(700)}
    assert balances.months("bank", since=DAY, until=NEXT) == {
        dt.date(2026, 3, 1): Money(1000),
        dt.date(2026, 4, 1): Money(700),
    }


@pytest.mark.django_db
def test_movements_are_the_newest_first_and_say_what_was_taken_back() -> None:
    entry = posted("a", 1000)
    back = post.reverse(entry, key="b", on=NEXT, at=NOW, text="return 1")
    told = balances.movements(GIVER)
    assert [(move.entry, move.money, move.reverses, move.reversed) for move in told] == [
        (back.pk, Money(1000), entry.pk, False),
        (entry.pk, Money(-1000), None, True),
    ]
    assert balances.movements(GIVER, most=1) == told[:1]
    assert [move.entry for move in balances.movements_of("bank", since=NEXT, until=NEXT)] == [
        back.pk
    ]


@pytest.mark.django_db
def test_movements_take_as_many_statements_for_many_as_for_one(
    django_assert_num_queries: pytest.FixtureDef[object],
) -> None:
    for count in (1, 3):
        posted(f"n:{count}")
        with django_assert_num_queries(2):  # type: ignore[operator]
            balances.movements(GIVER)


LINES = some.tuples(
    some.sampled_from(chart.codes()),
    some.sampled_from(["", "person:1", "person:2"]),
    some.integers(1, 10**12),
    some.sampled_from(["EUR", "CHF"]),
    some.integers(0, 40),
)


class TotalsTest(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(some.lists(LINES, max_size=12), some.sets(some.integers(0, 11)))
    def test_totals_equal_the_sums_of_postings(self, rows: list, reversals: set[int]) -> None:
        drafts = [
            Draft(
                f"random:{n}",
                DAY + dt.timedelta(days=days),
                "",
                [
                    Line(account, Money(cents, currency), party),
                    Line("suspense", Money(-cents, currency)),
                ],
            )
            for n, (account, party, cents, currency, days) in enumerate(rows)
        ]
        entries = post.post_many(drafts, at=NOW)
        for n in reversals:
            if n < len(entries):
                post.reverse(entries[n], key=f"back:{n}", on=NEXT, at=NOW, text="")
        assert summed() == counted()
        trial = balances.trial()
        for currency in ("EUR", "CHF"):
            assert sum(money[currency].cents for money in trial.values() if currency in money) == 0
        for account in chart.codes():
            assert balances.balance(account, on=NEXT) == sum(
                balances.all_balances(account, on=NEXT).values(), Money(0)
            )


def summed() -> dict[tuple[str, str, dt.date], tuple[int, int]]:
    return added_up(DaySum.objects.values_list("account", "currency", "day", "cents", "postings"))


def counted() -> dict[tuple[str, str, dt.date], tuple[int, int]]:
    rows = Posting.objects.values_list("account", "currency", "booked_on", "cents")
    return added_up((*row, 1) for row in rows)


def added_up(rows) -> dict[tuple[str, str, dt.date], tuple[int, int]]:  # type: ignore[no-untyped-def]
    found: dict[tuple[str, str, dt.date], tuple[int, int]] = {}
    for account, currency, day, cents, count in rows:
        before = found.get((account, currency, day), (0, 0))
        found[account, currency, day] = (before[0] + cents, before[1] + count)
    return found
