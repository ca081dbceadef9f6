"""Every invariant of COOPERATIVE.md over random lives of a cooperative, by deeds and with money.

People apply and are admitted, pay and are returned, want more, give notice, take it back, hand
over, are excluded, die; years end and are settled; profit and loss are allocated, shares converted;
some are forgotten. After every step: the chain holds, rows and steps are what the events say, the
ledger says the same of each member and of whoever left; numbers are given in sequence and once;
nobody is two members; nothing ends beside a business year's end; what was known before is known as
it was.
"""

import datetime as dt
import itertools
import os
from contextlib import suppress
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from allmende.cooperative import (
    admission,
    allocating,
    calendar,
    converting,
    exclusion,
    forgetting,
    inheriting,
    leaving,
    projecting,
    proofs,
    queries,
    settling,
    shares,
    statute,
    transfers,
)
from allmende.cooperative.folding import Kind, Stage, effects
from allmende.cooperative.models import Membership, RegisterEvent
from allmende.payments.models import PaymentAttempt
from tests.cooperative import books, cast
from tests.cooperative.test_register import without_refusals_of_changes
from tests.factories import payments as make

pytestmark = pytest.mark.django_db
FEW, STEPS = 8, 30
START = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
names = itertools.count(1)
which = st.integers(0, 50)


class Cooperative(RuleBasedStateMachine):
    """seen: a day, an event, and the list that was told then."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = START
        self.paid: list[int] = []
        self.seen: list[tuple[dt.date, int, list[queries.Line]]] = []

    def teardown(self) -> None:
        try:
            self.assert_one_flipped_byte_is_found()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        make.bank_account()
        self.law = cast.statute_like(notice_months=3, minimum_capital_cents=600_00)
        self.join(2, True)

    @property
    def today(self) -> dt.date:
        return self.now.date()

    def one(self, place: int) -> Membership | None:
        rows = list(Membership.objects.members().order_by("pk"))
        return rows[place % len(rows)] if rows else None

    # --- Coming -------------------------------------------------------------------------------

    @rule(count=st.integers(1, 3), welcome=st.booleans())
    def join(self, count: int, welcome: bool) -> None:
        number = next(names)
        found = cast.declaration.declare(
            cast.applicant(email=f"n{number}@x.example", last_name=f"Ott{number}"),
            cast.wish(statute.in_force(on=self.today), shares=count),
            way=cast.declaration.Way.ONLINE, at=self.now,
        )  # fmt: skip
        cast.declaration.confirm(found, at=self.now)
        found.refresh_from_db()
        decide = admission.admit if welcome else admission.refuse
        decide(found, decided_on=self.today, by=None, at=self.now)

    @rule(place=which, cents=st.sampled_from([1, 100_00, 250_00, 500_00, 1200_00]))
    def money_comes(self, place: int, cents: int) -> None:
        if one := self.one(place):
            books.credit(one, cents, on=self.today, at=self.now)

    @rule(place=which)
    def pays(self, place: int) -> None:
        one = self.one(place)
        if one and books.asked(one) and one.credit_cents < one.nominal_cents:
            with suppress(AssertionError):  # everything that is asked for has come
                self.paid.append(books.pay(one, on=self.today, at=self.now).pk)

    @precondition(lambda self: self.paid)
    @rule(place=which)
    def bank_takes_it_back(self, place: int) -> None:
        attempt = PaymentAttempt.objects.get(pk=self.paid.pop(place % len(self.paid)))
        books.send_back(attempt, on=self.today, at=self.now)

    @rule(place=which, count=st.integers(1, 2))
    def wants_more(self, place: int, count: int) -> None:
        one = self.one(place)
        with suppress(shares.NoMoreShares):
            if one:
                wish = shares.declare(one, shares=count, declared_on=self.today, at=self.now)
                paid = projecting.state_of(one)
                shares.admit(wish, decided_on=self.today, by=None, at=self.now)
                assert paid.credit >= paid.nominal - paid.newest  # § 15b GenG

    # --- Going --------------------------------------------------------------------------------

    @rule(place=which, count=st.none() | st.integers(1, 2))
    def gives_notice(self, place: int, count: int | None) -> None:
        one = self.one(place)
        with suppress(leaving.NotLeaving):
            if one:
                leaving.give_notice(one, shares=count, received_on=self.today, at=self.now)

    @rule(place=which)
    def takes_notice_back(self, place: int) -> None:
        one = self.one(place)
        with suppress(leaving.NotLeaving):
            if one:
                for notice in projecting.state_of(one).pending:
                    leaving.withdraw(one, notice=notice, on=self.today, at=self.now)

    @rule(giver=which, taker=which, count=st.integers(1, 3))
    def hands_over(self, giver: int, taker: int, count: int) -> None:
        one, other = self.one(giver), self.one(taker)
        if one is None or other is None or one == other:
            return
        before = self.sums()
        with suppress(transfers.NotTransferred, leaving.NotLeaving):
            transfers.transfer(
                one, to=other, shares=count, declared_on=self.today, on=self.today, at=self.now
            )  # fmt: skip
        assert self.sums() == before

    def sums(self) -> tuple[int, int]:
        rows = Membership.objects.values_list("shares", "credit_cents")
        return sum(row[0] for row in rows), sum(row[1] for row in rows)

    @rule(place=which, posted=st.booleans())
    def is_excluded(self, place: int, posted: bool) -> None:
        one = self.one(place)
        with suppress(exclusion.NotExcluded):
            if one:
                exclusion.decide(one, decided_on=self.today, why="…", by=None, at=self.now)
                if posted:
                    exclusion.posted(one, on=self.today, by=None, at=self.now)

    @rule(place=which)
    def dies(self, place: int) -> None:
        one = self.one(place)
        with suppress(inheriting.NotDead):
            if one:
                inheriting.died(one, on=self.today, by=None, at=self.now)

    # --- Years --------------------------------------------------------------------------------

    @rule(days=st.integers(1, 120))
    def days_go_by(self, days: int) -> None:
        self.remember()
        self.now += dt.timedelta(days=days)
        leaving.end_due(on=self.today, at=self.now)

    @rule(loss=st.sampled_from([Fraction(0), Fraction(1, 7)]))
    def the_balance_sheet_is_there(self, loss: Fraction) -> None:
        last = calendar.year_start(self.today, statute=self.law) - dt.timedelta(days=1)
        settling.settle_year(last, on=self.today, loss=loss, by=None, at=self.now)

    @rule(cents=st.integers(-200_00, 200_00))
    def a_result_is_allocated(self, cents: int) -> None:
        last = calendar.year_start(self.today, statute=self.law) - dt.timedelta(days=1)
        with suppress(allocating.NotAllocated):
            left = allocating.allocate(
                cents, year_end=last, on=self.today, decided_on=self.today, by=None, at=self.now
            )  # fmt: skip
            assert abs(left) <= abs(cents)

    @rule(cents=st.sampled_from([100_00, 250_00, 500_00]))
    def shares_are_converted(self, cents: int) -> None:
        law = cast.statute_like(
            share_cents=cents, in_force_from=self.today, notice_months=3,
            minimum_capital_cents=600_00,
        )  # fmt: skip
        for one in Membership.objects.members().order_by("pk"):
            with suppress(converting.NotConverted):
                converting.convert(one, into=law, on=self.today, by=None, at=self.now)

    @rule()
    def time_has_come_to_forget(self) -> None:
        later = self.now.replace(year=self.now.year + 5)
        forgetting.forget_old(on=later.date(), at=self.now)

    # --- What must hold -----------------------------------------------------------------------

    @invariant()
    def all_proofs_hold(self) -> None:
        assert books.wrong() == []

    @invariant()
    def numbers_are_given_in_sequence_and_once(self) -> None:
        rows = Membership.objects.filter(number__isnull=False)
        numbers = sorted(rows.values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def nobody_is_two_members(self) -> None:
        living = Membership.objects.living().filter(person__isnull=False)
        assert living.values("person").distinct().count() == living.count()

    @invariant()
    def credit_fits_and_shares_make_a_member(self) -> None:
        for one in Membership.objects.all():
            assert one.credit_cents <= one.nominal_cents
            assert (one.shares > 0) == (one.stage == Stage.MEMBER)

    @invariant()
    def a_transfer_has_one_owner_a_day(self) -> None:
        for fact in projecting.facts_until():
            if fact.kind == Kind.TRANSFERRED:
                gives, takes = effects(fact)
                assert gives.from_on == takes.from_on
                assert (gives.shares + takes.shares, gives.credit + takes.credit) == (0, 0)

    @invariant()
    def membership_ends_with_a_business_year(self) -> None:
        ends = [Kind.NOTICE, Kind.EXCLUDED, Kind.DIED, Kind.REDUCED, Kind.ENDED]
        days = RegisterEvent.objects.filter(kind__in=ends).values_list("effective_on", flat=True)
        assert {(day.month, day.day) for day in days} <= {(12, 31)}

    def remember(self) -> None:
        known = proofs.head().number
        self.seen.append((self.today, known, queries.listing(on=self.today, known=known)))

    @invariant()
    def what_was_known_is_known_as_it_was(self) -> None:
        for day, known, lines in self.seen[-2:]:
            again = {line.membership: line for line in queries.listing(on=day, known=known)}
            for line in lines:
                now = again[line.membership]
                assert (now.number, now.shares, now.credit) == (
                    line.number, line.shares, line.credit,
                )  # fmt: skip

    def assert_one_flipped_byte_is_found(self) -> None:
        """And the database itself refuses to flip it."""
        number = proofs.head().number
        if not number:
            return
        with connection.cursor() as cursor:
            for sql in ("UPDATE cooperative_registerevent SET word = 'x' WHERE number = %s",
                        "DELETE FROM cooperative_registerevent WHERE number = %s"):  # fmt: skip
                with pytest.raises(DatabaseError), transaction.atomic():
                    cursor.execute(sql, [number])
            with without_refusals_of_changes():
                cursor.execute(
                    "UPDATE cooperative_registerevent SET word = word || 'x' WHERE number = %s",
                    [max(1, number // 2)],
                )
        assert any("was changed" in fault for fault in proofs.unchained())


@pytest.mark.long
def test_a_cooperative_keeps_its_promises_whatever_happens(paper: object) -> None:
    examples = int(os.environ.get("EXAMPLES", FEW))
    enough = how(
        max_examples=examples, stateful_step_count=STEPS, deadline=None,
        derandomize=examples <= FEW, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Cooperative, settings=enough)
