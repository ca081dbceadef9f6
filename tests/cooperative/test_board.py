"""The board's sitting: many at once, two persons where the statute wants them."""

import datetime as dt

import pytest

from allmende.cooperative import board
from allmende.cooperative.admission import TooEarly
from allmende.cooperative.folding import Kind
from allmende.cooperative.models import Membership, Proposal, RegisterEvent
from tests.cooperative import cast
from tests.cooperative.cast import DAY, NOW
from tests.factories import payments as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bank(paper: object) -> None:
    make.bank_account()


def test_many_are_decided_in_the_order_in_which_they_stand():
    law = cast.statute_like()
    found = [cast.confirmed(law, email=f"{name}@x.example") for name in "abc"]
    assert list(board.waiting()) == found
    bea = make.person()
    sitting = board.decide(board.waiting(), admits=True, decided_on=DAY, by=bea, at=NOW)
    assert sitting.done == found
    assert not board.waiting().exists()
    members = {row.key: row.number for row in Membership.objects.all()}
    assert [members[one.key] for one in found] == [1, 2, 3]


def test_two_persons_decide_where_the_statute_says():
    found = cast.confirmed(cast.statute_like(second_person=True))
    bea, cem = make.person(), make.person()
    decide = {"decided_on": DAY, "at": NOW}
    for _twice in range(2):
        sitting = board.decide([found], admits=True, by=bea, **decide)
        assert (sitting.done, sitting.waits) == ([], [found])
    sitting = board.decide([found], admits=False, by=cem, **decide)  # otherwise: that waits now
    assert sitting.waits == [found]
    assert Proposal.objects.get().by == cem
    sitting = board.decide([found], admits=False, by=bea, **decide)
    assert sitting.done == [found]
    assert not Proposal.objects.exists()
    event = RegisterEvent.objects.get(kind=Kind.REFUSED)
    assert (event.actor, event.second) == (cem, bea)


def test_who_cannot_be_decided_about_is_named():
    found = cast.confirmed(cast.statute_like())
    sitting = board.decide(
        [found], admits=True, decided_on=DAY - dt.timedelta(days=1), by=make.person(), at=NOW
    )
    assert [(one, type(why)) for one, why in sitting.left] == [(found, TooEarly)]
    assert board.waiting().exists()
