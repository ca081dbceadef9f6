"""A pledge's whole life in any order, over months, against a model of every cent.

A giver by direct debit pauses, goes on, changes amount and way of paying, ends; the bank credits,
returns with any code, twice or late; transfers come; days go by. At every step: a period stands
once, nothing is collected twice, periods follow from the anchor alone, what has ended stays ended,
and the ledger holds what came less what went.
"""

import datetime as dt
import itertools
import os

import pytest
from django.db import transaction
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

from allmende.ledger import balances
from allmende.ledger.money import Money
from allmende.payments import codes, due, pledges, proofs, settle
from allmende.payments.models import DueItem, PaymentAttempt, Pledge
from allmende.payments.rhythm import due_on
from tests.factories import payments as made

pytestmark = pytest.mark.django_db
FEW, STEPS = 12, 25
START = dt.datetime(2027, 1, 31, 9, tzinfo=dt.UTC)  # month ends, and a leap year before long
CODES = [*codes.POLICIES, "ZZ99"]
ENDED = [Pledge.State.ENDED, Pledge.State.ENDING]
OPEN = [DueItem.State.PLANNED, DueItem.State.ANNOUNCED, DueItem.State.REOPENED]
numbers = itertools.count(1)


class Life(RuleBasedStateMachine):
    """cents: what the model says lies in contributions."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now, self.cents, self.surplus = START, 0, 0
        self.collected: set[int] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(
        rhythm=st.sampled_from(["once", "monthly", "quarterly", "yearly"]),
        anchor=st.dates(dt.date(2027, 1, 1), dt.date(2028, 3, 1)),
    )
    def begin(self, rhythm: str, anchor: dt.date) -> None:
        self.anchor, self.rhythm = anchor, rhythm
        self.pk = made.pledge(rhythm=rhythm, anchor=anchor, person=None, party="giver:1").pk
        self.day_begins()

    @property
    def pledge(self) -> Pledge:
        return Pledge.objects.get(pk=self.pk)

    @property
    def today(self) -> dt.date:
        return self.now.date()

    def day_begins(self) -> None:
        pledges.resume_all(at=self.now)
        due.retry(on=self.today, at=self.now)
        due.plan_all(at=self.now)

    @rule(days=st.integers(1, 120))
    def days_go_by(self, days: int) -> None:
        self.now += dt.timedelta(days=days)
        self.day_begins()

    # --- The giver ----------------------------------------------------------------------------

    @rule(days=st.none() | st.integers(1, 200))
    def pause(self, days: int | None) -> None:
        until = self.today + dt.timedelta(days=days) if days else None
        pledges.pause(self.pledge, until=until, at=self.now)

    @rule()
    def go_on(self) -> None:
        pledges.resume(self.pledge, at=self.now)

    @precondition(lambda self: self.pledge.state not in ENDED)
    @rule(cents=st.integers(1, 99_99), method=st.sampled_from(["debit", "transfer"]))
    def change(self, cents: int, method: str) -> None:
        pledges.change(self.pledge, amount=Money(cents), method=method, at=self.now)

    @rule(may=st.integers(0, 3))
    def end(self, may: int) -> None:
        if may == 0:  # lives that end at once tell little
            pledges.end(self.pledge, reason="reader", at=self.now)

    # --- The bank -----------------------------------------------------------------------------

    def items(self, *states: str) -> list[DueItem]:
        rows = DueItem.objects.filter(pledge=self.pk, state__in=states, due_on__lte=self.today)
        return list(rows.select_related("pledge").order_by("period"))

    @rule(later=st.booleans())
    def hand_in(self, later: bool) -> None:
        items = self.items(*OPEN)
        if items and self.pledge.state == Pledge.State.ACTIVE:
            name = f"life-{next(numbers)}"
            item = items[-1 if later else 0]
            attempt = settle.try_once(
                item, provider="debit", key=name, external_id=name, at=self.now
            )
            settle.submitted(attempt, at=self.now)

    def attempts(self, *states: str) -> list[PaymentAttempt]:
        rows = PaymentAttempt.objects.filter(item__pledge=self.pk, state__in=states)
        return list(rows.select_related("item__pledge").order_by("pk"))

    @rule(first=st.booleans(), twice=st.booleans())
    def credit(self, first: bool, twice: bool) -> None:
        """Also what had failed: money that comes is true."""
        found = self.attempts("submitted", "failed")
        if not found:
            return
        attempt = found[0 if first else -1]
        paid = DueItem.objects.get(pk=attempt.item_id).state in ("collected", "refunded")
        for _time in range(1 + twice):
            settle.collected(attempt, into="bank", on=self.today, at=self.now)
        attempt.refresh_from_db()
        assert (attempt.state == "surplus") >= paid
        if attempt.state == "settled":
            assert attempt.item.period not in self.collected
            self.collected.add(attempt.item.period)
            self.cents += attempt.cents
        else:
            self.surplus += attempt.cents

    @rule(code=st.sampled_from(CODES), twice=st.booleans())
    def come_back(self, code: str, twice: bool) -> None:
        found = self.attempts("settled", "submitted")
        if not found:
            return
        attempt = found[-1]
        was = attempt.state
        for _time in range(1 + twice):
            if was == "settled":
                settle.returned(
                    attempt.item, code=code, on=self.today, at=self.now, attempt=attempt
                )
            else:
                settle.failed(attempt.item, code=code, on=self.today, at=self.now, attempt=attempt)
        if was == "settled":
            self.collected.discard(attempt.item.period)
            self.cents -= attempt.cents

    # --- What holds always --------------------------------------------------------------------

    @invariant()
    def a_period_stands_once_on_the_day_that_the_anchor_says(self) -> None:
        rows = DueItem.objects.filter(pledge=self.pk)
        periods = list(rows.values_list("period", flat=True))
        assert len(periods) == len(set(periods))
        for item in rows.filter(retries=0):
            assert item.due_on == due_on(self.anchor, self.rhythm, item.period)
        if self.rhythm == "once":
            assert set(periods) <= {0}

    @invariant()
    def no_period_is_collected_twice(self) -> None:
        rows = DueItem.objects.filter(pledge=self.pk, state="collected")
        assert set(rows.values_list("period", flat=True)) == self.collected

    @invariant()
    def the_ledger_holds_what_came_less_what_went(self) -> None:
        party = "giver:1"
        assert balances.balance("contributions", party=party).cents == -self.cents
        assert balances.balance("suspense", party=party).cents == -self.surplus
        assert balances.balance("bank").cents == self.cents + self.surplus

    @invariant()
    def proofs_find_nothing(self) -> None:
        found = {one.name: list(one.wrong()) for one in proofs.PROOFS}
        found.pop("payments-surplus")  # a person has to decide
        assert not any(found.values()), found

    @invariant()
    def what_has_ended_is_over(self) -> None:
        if self.pledge.state == Pledge.State.ENDED:
            loose = DueItem.objects.filter(pledge=self.pk, state__in=["planned", "announced"])
            assert not loose.exists()


def test_a_pledge_lives_through_anything_and_every_cent_is_where_the_model_says() -> None:
    examples = int(os.environ.get("EXAMPLES", FEW))
    enough = how(
        max_examples=examples, stateful_step_count=STEPS, deadline=None,
        derandomize=examples <= FEW, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Life, settings=enough)
