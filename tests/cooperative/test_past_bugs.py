"""What other cooperatives' software got wrong, each as a test (COOPERATIVE, BACKGROUND 28–36).

Elsewhere already: the entry date of a second membership and UPDATE or DELETE of what is written
(`test_register`), the price of the statute that was declared for (`test_admission`), numbers given
twice by two processes (`tests/kill/admitting.py`).
"""

import ast
import datetime as dt
import itertools
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from allmende.cooperative import (
    admission,
    converting,
    leaving,
    presets,
    projecting,
    queries,
    register,
    settling,
    transfers,
)
from allmende.cooperative.folding import DAY as ONE
from allmende.cooperative.folding import Kind, Stage
from allmende.cooperative.models import Detail, Membership, RegisterEvent, Statute, Step
from allmende.cooperative.register import Broken, Corrected, Draft
from tests.cooperative import books, cast, members
from tests.cooperative.cast import DAY, NOW
from tests.cooperative.members import SHARE, record, refreshed
from tests.factories import payments as make

pytestmark = pytest.mark.django_db
END = dt.date(2026, 12, 31)
NEXT = dt.datetime(2027, 1, 1, 0, 10, tzinfo=dt.UTC)
SOURCE = Path(leaving.__file__).parent


@pytest.fixture(autouse=True)
def law(paper: object) -> Statute:
    make.bank_account()
    return cast.statute_like(notice_months=3)


def paid_up(count: int = 1) -> Membership:
    found = members.member(count)
    books.credit(found, count * SHARE, on=DAY)
    return found


def dearer(found: Membership, cents: int = 800_00, *, on: dt.date = DAY) -> RegisterEvent:
    """A further share, after the statute made it dearer."""
    return record(
        Kind.MORE_ADMITTED, found, on, shares=1, nominal=cents, declared_on=on, decided_on=on
    )  # fmt: skip


# --- Shares and prices ------------------------------------------------------------------------


def test_price_of_today_is_not_applied_to_an_old_share():
    """Odoo: a register line of a sell-back carries today's price."""
    ada = paid_up(2)
    cast.statute_like(share_cents=800_00, in_force_from=dt.date(2026, 6, 1), notice_months=3)
    assert refreshed(ada).nominal_cents == 2 * SHARE
    leaving.give_notice(ada, shares=1, received_on=dt.date(2026, 7, 1), at=NOW)
    leaving.end_due(on=NEXT.date(), at=NEXT)
    [ended] = RegisterEvent.objects.filter(kind=Kind.REDUCED)
    assert (ended.nominal_cents, ended.cents) == (SHARE, SHARE)
    assert refreshed(ada).claim_cents == SHARE


def test_price_is_not_in_the_code():
    """c3sMembership: 50 euros; SuperCoop: a constant. Only presets, which are data, name one."""
    prices = {preset.values["share_cents"] for preset in presets.PRESETS.values()}
    of_money = re.compile("cent|price|share|nominal|money", re.IGNORECASE)
    named = [
        f"{path.name}:{node.lineno}"
        for path in SOURCE.rglob("*.py")
        if path.name != "presets.py" and "migrations" not in path.parts
        for lines in [path.read_text().splitlines()]
        for node in ast.walk(ast.parse("\n".join(lines)))
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value in prices
        if of_money.search(lines[node.lineno - 1])  # a text of 2,000 letters has no price
    ]
    assert named == []


def test_money_is_no_float():
    """SuperCoop: money as FloatField."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("allmende.")]
    money = ("cooperative", "payments", "ledger")
    floats = [
        f"{model._meta.label}.{field.name}"
        for model in ours
        if model._meta.app_label in money
        for field in model._meta.fields
        if isinstance(field, models.FloatField | models.DecimalField)
    ]
    assert floats == []


def test_a_sell_back_leaves_no_lot_of_zero_shares():
    """Odoo: given up exactly, a lot with no share stays, and dates the member."""
    ada = paid_up(1)
    dearer(ada)
    leaving.give_notice(ada, shares=1, received_on=DAY, at=NOW)
    leaving.end_due(on=NEXT.date(), at=NEXT)
    state = projecting.state_of(ada)
    assert state.holdings == {SHARE: 1}
    assert (state.joined_on, refreshed(ada).joined_on) == (DAY, DAY)
    assert not Step.objects.filter(shares=0, nominal_cents=0, credit_cents=0).exists()


def test_a_lot_that_went_is_named_with_its_own_value():
    """Odoo: which lot went is not recorded. Here it is the one that was acquired last."""
    ada = paid_up(2)
    dearer(ada)
    leaving.give_notice(ada, shares=2, received_on=DAY, at=NOW)
    leaving.end_due(on=NEXT.date(), at=NEXT)
    rows = RegisterEvent.objects.filter(kind=Kind.REDUCED).order_by("number")
    assert [(row.shares, row.nominal_cents) for row in rows] == [(1, 800_00), (1, SHARE)]


def test_a_conversion_takes_no_lot_s_day_away():
    """Odoo: all lots but one are deleted, and the one that is left keeps the first one's day."""
    ada = paid_up(1)
    later, changed = DAY + ONE * 40, DAY + ONE * 80
    dearer(ada, 700_00, on=later)
    into = cast.statute_like(share_cents=100_00, in_force_from=changed)
    before = list(Step.objects.order_by("pk").values())
    converting.convert(refreshed(ada), into=into, on=changed, by=None, at=NOW)
    held = [queries.listing(on=day)[0].shares for day in (DAY, later, changed - ONE, changed)]
    assert held == [1, 2, 2, 12]
    assert list(Step.objects.order_by("pk").values())[: len(before)] == before
    assert refreshed(ada).joined_on == DAY


def test_giving_back_one_share_does_not_end_the_membership():
    """juntagrico: the payback of one share deactivates the member."""
    ada = paid_up(3)
    leaving.give_notice(ada, shares=1, received_on=DAY, at=NOW)
    leaving.end_due(on=NEXT.date(), at=NEXT)
    assert (refreshed(ada).stage, ada.shares, ada.ended_on) == (Stage.MEMBER, 2, None)


def test_shares_that_are_not_paid_can_be_given_notice_of():
    """juntagrico #670; and #538: the last day of single shares was missing."""
    ada = members.member(2)
    found = leaving.give_notice(ada, shares=1, received_on=DAY, at=NOW)
    assert (found.effective_on, refreshed(ada).next_end_on) == (END, END)
    leaving.end_due(on=NEXT.date(), at=NEXT)
    assert (refreshed(ada).shares, ada.claim_cents) == (1, 0)


def test_shares_go_never_below_zero():
    """Odoo 16: they did, and certificates were sent for none."""
    ada = members.member(1)
    for kind in (Kind.REDUCED, Kind.ENDED):
        with pytest.raises(Broken):
            record(kind, ada, END, shares=2, nominal=SHARE)
    assert refreshed(ada).shares == 1


def test_nothing_is_deleted_when_somebody_cancels():
    """wirgarten: cancelling deletes the shares, and lowers or deletes the payment."""
    ada = paid_up(2)
    before = list(RegisterEvent.objects.values_list("number", "hash"))
    steps = list(Step.objects.values())
    leaving.give_notice(ada, received_on=DAY, at=NOW)
    leaving.end_due(on=NEXT.date(), at=NEXT)
    assert list(RegisterEvent.objects.values_list("number", "hash"))[: len(before)] == before
    assert list(Step.objects.order_by("pk").values())[: len(steps)] == steps
    [line] = queries.listing(on=END)
    assert (line.shares, line.credit) == (2, 2 * SHARE)
    assert queries.listing(on=END + ONE) == []


def test_a_payment_that_came_back_takes_no_share():
    """§§ 19 to 22 GenG: a chargeback reopens what is owed."""
    ada = members.member(2)
    event = record(Kind.PAID, ada, cents=700_00)
    record(Kind.UNPAID, ada, cents=event.cents)
    assert (refreshed(ada).shares, ada.credit_cents) == (2, 0)


# --- Transfers --------------------------------------------------------------------------------


def test_no_two_live_shares_on_the_day_of_a_transfer():
    """SuperCoop PR 595: for one day both had them."""
    giver, taker = paid_up(3), paid_up(1)
    on = DAY + ONE * 40
    transfers.transfer(giver, to=taker, shares=2, declared_on=on, on=on, at=NOW + ONE * 40)
    for day in (on - ONE, on, on + ONE, on + ONE * 2):
        held = queries.holdings(on=day)
        assert sum(shares for shares, _nominal, _credit in held.values()) == 4
        assert held[giver.pk][0] == (3 if day <= on else 1)


def test_a_transfer_goes_to_whom_it_names():
    """Odoo: the taker that is asked for is ignored."""
    giver, other, taker = paid_up(2), paid_up(1), paid_up(1)
    transfers.transfer(giver, to=taker, shares=1, declared_on=DAY, on=DAY, at=NOW)
    held = [refreshed(one).shares for one in (giver, other, taker)]
    assert held == [1, 1, 2]


def test_nobody_resigns_twice():
    """SuperCoop PR 495."""
    ada = paid_up()
    leaving.give_notice(ada, received_on=DAY, at=NOW)
    with pytest.raises(leaving.Leaving):
        leaving.give_notice(refreshed(ada), received_on=DAY + ONE, at=NOW)
    leaving.end_due(on=NEXT.date(), at=NEXT)
    assert leaving.end_due(on=NEXT.date(), at=NEXT) == 0
    with pytest.raises(leaving.NoMember):
        leaving.give_notice(refreshed(ada), received_on=END + ONE, at=NEXT)


# --- Days and numbers -------------------------------------------------------------------------


def test_no_wizard_rewrites_a_date():
    """Odoo: the register's date is changed in place, found by shares and day; where nothing
    matches, nothing happens and nobody is told."""
    ada = members.member()
    event = RegisterEvent.objects.get(kind=Kind.ADMITTED)
    right = Draft(
        Kind.ADMITTED, ada, DAY + ONE, shares=1, nominal=SHARE, declared_on=DAY,
        decided_on=DAY, member_number=1,
    )  # fmt: skip
    last = event.number
    register.correct(event, why="the minutes say so", by=None, instead=right, at=NOW)
    event.refresh_from_db()
    assert event.effective_on == DAY
    assert refreshed(ada).joined_on == DAY + ONE
    assert [line.joined_on for line in queries.listing(on=END, known=last)] == [DAY]
    with pytest.raises(Corrected):
        register.correct(event, why="once more", by=None, at=NOW)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_numbers_do_not_depend_on_the_order_of_clicks(order: tuple[int, ...]):
    """Odoo: a member's number comes when an accountant reconciles the payment."""
    law = Statute.objects.get()
    found = [cast.confirmed(law, email=f"{name}@x.example") for name in "abc"]
    rows, _left = admission.admit_many(found, decided_on=DAY, by=None, at=NOW)
    for place in order:
        books.pay(rows[place], on=DAY + ONE)
    assert [refreshed(row).number for row in rows] == [1, 2, 3]
    assert [line.membership for line in queries.listing(on=END)] == [row.pk for row in rows]


def test_who_comes_back_begins_after_the_break():
    """vertical-association #190, wirgarten: the first purchase ever dates the membership."""
    ada = members.member()
    record(Kind.ENDED, ada, END, shares=1, nominal=SHARE)
    back = dt.date(2028, 5, 1)
    members.member(on=back, by=ada.person, at=NOW)
    days = {day: queries.listing(on=day) for day in (END, END + ONE, back - ONE, back)}
    assert [len(lines) for lines in days.values()] == [1, 0, 0, 1]
    [line] = days[back]
    assert (line.number, line.joined_on) == (2, back)


def test_what_is_not_known_is_no_day_of_1970():
    """c3sMembership."""
    law = Statute.objects.get()
    cast.confirmed(law)
    [row] = Membership.objects.all()
    assert {row.joined_on, row.ended_on, row.leaving_on, row.died_on, row.rights_end_on} == {None}


def test_a_payout_is_asked_for_once():
    """CiviSEPA and others: the same money leaves twice."""
    ada = paid_up()
    leaving.give_notice(ada, received_on=DAY, at=NOW)
    leaving.end_due(on=NEXT.date(), at=NEXT)
    assert settling.settle_year(END, on=NEXT.date(), by=None, at=NEXT) == 1
    assert settling.settle_year(END, on=NEXT.date(), by=None, at=NEXT) == 0
    assert [one.money.cents for one in settling.due(on=NEXT.date())] == [SHARE]


def test_a_name_is_not_lost_when_it_changes():
    ada = members.member()
    record(
        Kind.DETAILS, ada, DAY + ONE,
        payload={"details": {**members.DETAILS, "last_name": "Byron"}},
    )  # fmt: skip
    names = [queries.listing(on=day)[0].name for day in (DAY, DAY + ONE)]
    assert names == ["Ada Lovelace", "Ada Byron"]
    assert Detail.objects.count() == 2
