"""A cooperative's whole life in any order, over years, by all deeds: whatever is refused, whatever
comes late or back, at every step the register proves itself, and what was known stays known.

A few people apply again and again, are admitted or refused, pay, have payments go back, take
further shares, transfer, give notice and take it back, are excluded, die, are settled and paid out;
the office corrects entries; days go by.
"""

import datetime as dt
import itertools
import os
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from allmende.cooperative import (
    admission,
    calendar,
    capital,
    changing,
    declaration,
    exclusion,
    inheriting,
    keeping,
    leaving,
    projecting,
    queries,
    register,
    settling,
    shares,
    transfers,
    typing_in,
)
from allmende.cooperative.folding import Kind
from allmende.cooperative.keeping import Applicant
from allmende.cooperative.models import (
    Declaration,
    DeclarationPaper,
    DeclarationText,
    Detail,
    Membership,
    RegisterEvent,
)
from allmende.ledger import post
from allmende.ledger.post import Line
from allmende.payments.models import DueItem, PaymentAttempt
from allmende.payments.rhythm import months_later
from allmende.people.kin import root
from allmende.people.models import Person
from tests.cooperative import books, cast
from tests.factories import payments as make

pytestmark = pytest.mark.django_db
FEW, STEPS = 5, 50
START = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
SHARE, MINIMUM = 500_00, 1500_00
PEOPLE = 5
REFUSALS = (
    admission.NotDecided, changing.NotChanged, declaration.NotNow, exclusion.NotExcluded,
    inheriting.NotDead, leaving.NotLeaving, settling.NotSettled, shares.NoMoreShares,
    transfers.NotTransferred,
)  # fmt: skip
#: What may be taken out by itself; where money moved, the ledger has to move first.
LOOSE = [
    Kind.NOTIFIED, Kind.MORE_DECLARED, Kind.DETAILS, Kind.GROUP, Kind.NOTICE, Kind.NOTICE_WITHDRAWN,
    Kind.EXCLUDED, Kind.EXCLUSION_POSTED, Kind.EXCLUSION_REVOKED, Kind.DIED, Kind.HEIRS,
]  # fmt: skip
numbers = itertools.count(1)
pick = st.integers(0, 99)
few = st.integers(1, 4)
back = st.integers(0, 20)  # days until the office writes it down


class Cooperative(RuleBasedStateMachine):
    """seen: lists as of a day, as they were known by an entry."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = START
        self.seen: list[tuple[dt.date, int, list[queries.Line]]] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(
        minimum=st.booleans(), goes_on=st.booleans(),
        lots=st.lists(st.tuples(few, st.booleans()), min_size=3, max_size=PEOPLE),
    )  # fmt: skip
    def begin(self, minimum: bool, goes_on: bool, lots: list[tuple[int, bool]]) -> None:
        """lots: of those who are members from the first day: shares, and whether they are paid."""
        make.bank_account()
        self.law = cast.statute_like(
            notice_months=27, early_exit_months=3, most_shares=9, instalments=4,
            instalment_cents=SHARE // 4, minimum_capital_cents=MINIMUM if minimum else None,
            on_death="continues" if goes_on else "ends",
        )  # fmt: skip
        office = Person.objects.create_user()
        for who, (count, paid) in enumerate(lots):
            paper = typing_in.type_in(
                self.applicant(who), cast.wish(self.law, shares=count), declared_on=self.today,
                by=office, at=self.now,
            )  # fmt: skip
            found = admission.admit(paper, decided_on=self.today, by=None, at=self.now)
            if paid:
                books.pay(found, on=self.today, at=self.now)

    @staticmethod
    def applicant(who: int) -> Applicant:
        return cast.applicant(email=f"lene{who}@bote.example", last_name=f"Ott-{who}")

    @property
    def today(self) -> dt.date:
        return self.now.date()

    def ago(self, days: int) -> dt.date:
        return self.today - dt.timedelta(days=days)

    @staticmethod
    def one(rows: Any, chosen: int) -> Any:
        found = list(rows.order_by("pk"))
        return found[chosen % len(found)] if found else None

    def member(self, chosen: int) -> Membership | None:
        found: Membership | None = self.one(Membership.objects.members(), chosen)
        return found

    def do(self, deed: Callable[[], object]) -> bool:
        """Whether the house let it be done."""
        self.now += dt.timedelta(minutes=1)
        try:
            with transaction.atomic():
                deed()
        except REFUSALS:
            return False
        return True

    @rule(days=st.integers(1, 400))
    def days_go_by(self, days: int) -> None:
        on, known = self.ago(days // 2), projecting.known_at(self.now)
        self.seen = [*self.seen[-5:], (on, known, queries.listing(on=on, known=known))]
        self.now += dt.timedelta(days=days)
        leaving.end_due(on=self.today, at=self.now)
        declaration.forget_due(at=self.now)

    # --- Joining --------------------------------------------------------------------------------

    @rule(who=st.integers(0, PEOPLE + 2), count=few, parts=st.sampled_from([1, 1, 4]))
    def apply(self, who: int, count: int, parts: int) -> None:
        wish = cast.wish(self.law, shares=count, instalments=parts)
        try:
            found = declaration.declare(
                self.applicant(who), wish, way=Declaration.Way.ONLINE, at=self.now
            )
        except declaration.NotAllowed:
            return
        assert declaration.confirm(found, at=self.now)

    def waiting(self, chosen: int) -> Declaration | None:
        found: Declaration | None = self.one(
            Declaration.objects.filter(state=Declaration.State.STANDS), chosen
        )
        return found

    @rule(chosen=pick, what=st.sampled_from(["admit", "admit", "admit", "refuse", "withdraw"]))
    def decide(self, chosen: int, what: str) -> None:
        found = self.waiting(chosen)
        if found is None:
            return
        if what == "withdraw":
            self.do(lambda: declaration.withdraw(found, at=self.now))
            return
        deed: Any = admission.admit if what == "admit" else admission.refuse
        self.do(lambda: deed(found, decided_on=self.today, by=None, at=self.now))

    # --- Money ----------------------------------------------------------------------------------

    @rule(chosen=pick, days=st.integers(0, 3))
    def pay(self, chosen: int, days: int) -> None:
        """What is due next, of whoever owes something."""
        parties = [row.party for row in Membership.objects.order_by("pk") if books.asked(row)]
        if not parties:
            return
        member = capital.of_party(parties[chosen % len(parties)])
        assert member is not None
        self.do(lambda: books.pay(member, on=self.ago(days), at=self.now))

    @rule(chosen=pick)
    def send_back(self, chosen: int) -> None:
        rows = PaymentAttempt.objects.filter(
            state="settled", item__state=DueItem.State.COLLECTED
        ).select_related("item__pledge")
        if attempt := self.one(rows, chosen):
            self.do(lambda: books.send_back(attempt, on=self.today, at=self.now))

    @rule(chosen=pick, cents=st.integers(1, 700_00))
    def money_comes_by_itself(self, chosen: int, cents: int) -> None:
        member = self.one(Membership.objects.exclude(number=None), chosen)
        if member:
            self.do(lambda: books.credit(member, cents, on=self.today, at=self.now))

    # --- Shares ---------------------------------------------------------------------------------

    @rule(chosen=pick, count=few, parts=st.sampled_from([1, 1, 4]))
    def declare_further(self, chosen: int, count: int, parts: int) -> None:
        if member := self.member(chosen):
            self.do(lambda: shares.declare(
                member, shares=count, instalments=parts, declared_on=self.today, at=self.now
            ))  # fmt: skip

    @rule(chosen=pick, admits=st.sampled_from([True, True, False]))
    def decide_further(self, chosen: int, admits: bool) -> None:
        wish = self.one(RegisterEvent.objects.filter(kind=Kind.MORE_DECLARED), chosen)
        if wish is None:
            return
        before = projecting.state_of(wish.membership)
        deed: Any = shares.admit if admits else shares.refuse
        done = self.do(lambda: deed(wish, decided_on=self.today, by=None, at=self.now))
        if done and admits:  # § 15b GenG: all but the last were paid
            assert before.credit >= (before.shares - 1) * SHARE

    @rule(giver=pick, taker=pick, count=few, joins=st.booleans())
    def transfer(self, giver: int, taker: int, count: int, joins: bool) -> None:
        rows = Membership.objects.applications() if joins else Membership.objects.members()
        one, other = self.member(giver), self.one(rows, taker)
        if one is None or other is None or one == other:
            return
        before = self.held()
        self.do(lambda: transfers.transfer(
            one, to=other, shares=count, declared_on=self.today, on=self.today, at=self.now
        ))  # fmt: skip
        assert self.held() == before  # no share and no cent is made or lost

    @staticmethod
    def held() -> dict[str, int | None]:
        return Membership.objects.aggregate(shares=Sum("shares"), credit=Sum("credit_cents"))

    # --- Leaving --------------------------------------------------------------------------------

    @rule(chosen=pick, count=st.none() | few, early=st.booleans(), days=back)
    def give_notice(self, chosen: int, count: int | None, early: bool, days: int) -> None:
        if member := self.member(chosen):
            self.do(lambda: leaving.give_notice(
                member, shares=None if early else count, received_on=self.ago(days), early=early,
                decided_on=self.today if early else None, at=self.now,
            ))  # fmt: skip

    @rule(chosen=pick)
    def withdraw_notice(self, chosen: int) -> None:
        notice = self.one(RegisterEvent.objects.filter(kind=Kind.NOTICE), chosen)
        if notice:
            self.do(lambda: leaving.withdraw(
                notice.membership, notice=notice.number, on=self.today, at=self.now
            ))  # fmt: skip

    @rule(chosen=pick, what=st.sampled_from(["decide", "decide", "posted", "revoke"]))
    def exclude(self, chosen: int, what: str) -> None:
        member = self.member(chosen)
        if member is None:
            return
        told: dict[str, Any] = {"by": None, "at": self.now}
        deeds: dict[str, Callable[[], object]] = {
            "decide": lambda: exclusion.decide(member, decided_on=self.today, why="…", **told),
            "posted": lambda: exclusion.posted(member, on=self.today, **told),
            "revoke": lambda: exclusion.revoke(member, on=self.today, **told),
        }
        self.do(deeds[what])

    @rule(chosen=pick, days=back, often=st.integers(0, 2))
    def die(self, chosen: int, days: int, often: int) -> None:
        member = self.member(chosen)
        if member is None or often:  # where all die, little is told
            return
        if self.do(lambda: inheriting.died(member, on=self.ago(days), by=None, at=self.now)):
            heirs = [{"last_name": "Ott"}]
            assert self.do(lambda: inheriting.name_heirs(
                member, heirs, on=self.today, by=None, at=self.now
            ))  # fmt: skip

    # --- Settlement -----------------------------------------------------------------------------

    @rule(part=st.sampled_from(["0", "0", "1/3"]))
    def settle(self, part: str) -> None:
        last_on = dt.date(self.today.year - 1, 12, 31)
        self.do(lambda: settling.settle_year(
            last_on, on=self.today, loss=Fraction(part), by=None, at=self.now
        ))  # fmt: skip

    @rule(chosen=pick, returns=st.booleans())
    def pay_out(self, chosen: int, returns: bool) -> None:
        due = settling.due(on=self.today)
        if not due:  # what ended is settled first
            self.settle("0")
            due = settling.due(on=self.today)
        if not due:
            return
        one = due[chosen % len(due)]
        before = self.equity()
        if one.held_back:
            return
        self.bank(one, settling.paid_out, "payouts", "bank")
        minimum = self.law.minimum_capital_cents
        assert minimum is None or self.equity() >= min(before, minimum)
        if returns:
            self.bank(one, settling.came_back, "bank", "payouts")

    def bank(self, one: settling.Due, deed: Any, debit: str, credit: str) -> None:
        key, party = f"test:payout:{next(numbers)}", one.membership.party
        sides = {"payouts": party, "bank": ""}
        lines = [Line(debit, one.now, sides[debit]), Line(credit, -one.now, sides[credit])]
        post.post(key, on=self.today, at=self.now, text="test", lines=lines)
        assert self.do(lambda: deed(
            one.membership, one.event.number, one.now, entry=key, on=self.today, at=self.now
        ))  # fmt: skip

    @staticmethod
    def equity() -> int:
        """Credits, and those of former members that are not paid out (§ 337 HGB)."""
        sums = Membership.objects.aggregate(
            a=Sum("credit_cents"), b=Sum("claim_cents"), c=Sum("payable_cents")
        )
        return sum(cents or 0 for cents in sums.values()) - settling.overpaid()

    # --- The office -----------------------------------------------------------------------------

    @rule(chosen=pick, days=back, town=st.sampled_from(["Auental", "Niederau"]))
    def move_house(self, chosen: int, days: int, town: str) -> None:
        if member := self.member(chosen):
            details = {**queries.details_of(member.pk, on=self.today), "town": town}
            self.do(lambda: changing.change_details(
                member, details, on=self.ago(days), by=None, at=self.now
            ))  # fmt: skip

    @rule(chosen=pick, group=st.sampled_from(["readers", "staff"]))
    def change_group(self, chosen: int, group: str) -> None:
        if member := self.member(chosen):
            self.do(lambda: changing.change_group(
                member, group, on=self.today, by=None, at=self.now
            ))  # fmt: skip

    @rule(chosen=pick)
    def correct(self, chosen: int) -> None:
        """What the register then could not be is refused, and stays."""
        event = self.one(RegisterEvent.objects.filter(kind__in=LOOSE), chosen)
        if event is None:
            return
        before = RegisterEvent.objects.count()
        try:
            with transaction.atomic():
                register.correct(event, why="slip", by=None, at=self.now)
        except register.NotRecorded:
            assert RegisterEvent.objects.count() == before

    # --- What holds always ----------------------------------------------------------------------

    @invariant()
    def proofs_find_nothing(self) -> None:
        """The chain holds, projections are what events say, and the ledger balances with both."""
        assert books.wrong() == []

    @invariant()
    def nobody_owes_credit_but_by_a_payment_that_went_back(self) -> None:
        below = Membership.objects.filter(credit_cents__lt=0)
        back = RegisterEvent.objects.filter(kind=Kind.UNPAID).values("membership")
        assert not below.exclude(pk__in=back).exists()

    @invariant()
    def further_shares_are_let_in_by_money(self) -> None:
        """§ 15b GenG, but where a payment went back, or shares came from somebody else."""
        rows = RegisterEvent.objects.filter(kind__in=[Kind.UNPAID, Kind.TRANSFERRED])
        excused = {key for pair in rows.values_list("membership", "other") for key in pair}
        more = RegisterEvent.objects.filter(kind=Kind.MORE_ADMITTED).values("membership")
        for row in Membership.objects.members().filter(pk__in=more).exclude(pk__in=excused):
            assert row.credit_cents >= (row.shares - 2) * SHARE

    @invariant()
    def what_was_known_then_is_not_changed(self) -> None:
        for on, known, lines in self.seen:
            assert queries.listing(on=on, known=known) == lines

    @invariant()
    def nobody_is_a_member_twice(self) -> None:
        people = Membership.objects.living().exclude(person=None)
        found = [root(row.person) for row in people.select_related("person")]
        assert len(found) == len(set(found))

    @invariant()
    def notices_end_with_a_business_year_and_not_before_their_period(self) -> None:
        for one in RegisterEvent.objects.filter(kind=Kind.NOTICE):
            assert one.declared_on is not None
            early = one.word == leaving.EARLY
            months = self.law.early_exit_months if early else self.law.notice_months
            assert months is not None
            assert one.effective_on == calendar.year_end(one.effective_on, statute=self.law)
            assert one.effective_on >= months_later(one.declared_on, months)

    @invariant()
    def whoever_was_refused_or_withdrew_leaves_a_tally(self) -> None:
        """Once the notice has left; here it leaves with the day."""
        gone = Declaration.objects.exclude(forgotten_at=None)
        assert all(keeping.was_forgotten(one) for one in gone)
        marks = {(one.email_mark, one.name_mark, one.paper_hash) for one in gone}
        assert marks <= {("", "", "")}
        for kept in (DeclarationText, DeclarationPaper):
            assert not kept.objects.filter(declaration__in=gone).exists()
        mine = Membership.objects.filter(key__in=gone.values("key"))
        assert not Detail.objects.filter(membership__in=mine).exists()
        assert not mine.exclude(person=None).exists()

    @invariant()
    def numbers_are_given_in_a_row(self) -> None:
        rows = RegisterEvent.objects.filter(member_number__isnull=False).order_by("number")
        given = list(rows.values_list("member_number", flat=True))
        assert given == list(range(1, len(given) + 1))


def test_a_cooperative_lives_through_anything_and_its_register_proves_it(paper: object) -> None:
    examples = int(os.environ.get("EXAMPLES", FEW))
    enough = how(
        max_examples=examples, stateful_step_count=STEPS, deadline=None,
        derandomize=examples <= FEW, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Cooperative, settings=enough)
