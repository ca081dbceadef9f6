"""Leaving, giving back, handing over, dying: what ends, on which day, and what is owed for it."""

import datetime as dt
from fractions import Fraction

import pytest
from django.core.mail import EmailMessage

from allmende.cooperative import (
    calendar,
    exclusion,
    inheriting,
    leaving,
    projecting,
    proofs,
    settling,
    shares,
    transfers,
)
from allmende.cooperative.folding import DAY as ONE
from allmende.cooperative.folding import Kind, Stage
from allmende.cooperative.models import Membership, RegisterEvent, Statute
from allmende.ledger import balances
from allmende.payments import payouts
from allmende.payments.models import Payout
from tests.cooperative import books, cast, members
from tests.cooperative.cast import DAY, NOW
from tests.cooperative.members import SHARE, refreshed
from tests.factories import payments as make

pytestmark = pytest.mark.django_db
END = dt.date(2026, 12, 31)
NEXT = dt.datetime(2027, 1, 1, 0, 10, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def law(paper: object) -> Statute:
    make.bank_account()
    return cast.statute_like(notice_months=3)


def paid_up(count: int = 2) -> Membership:
    found = members.member(count)
    books.credit(found, count * SHARE, on=DAY)
    return found


def leave(found: Membership, count: int | None = None, on: dt.date = DAY) -> RegisterEvent:
    return leaving.give_notice(found, shares=count, received_on=on, at=NOW)


def night(at: dt.datetime = NEXT) -> int:
    return leaving.end_due(on=projecting.day_of(at), at=at)


# --- Days -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "months", "last"),
    [
        ("2026-03-01", 3, "2026-12-31"),
        ("2026-09-30", 3, "2026-12-31"),
        ("2026-10-01", 3, "2027-12-31"),
        ("2026-12-31", 24, "2028-12-31"),
        ("2027-01-01", 24, "2029-12-31"),
        ("2024-02-29", 60, "2029-12-31"),
    ],
)
def test_notice_ends_with_the_business_year(received: str, months: int, last: str, law: Statute):
    law.notice_months = months
    found = calendar.notice_end(dt.date.fromisoformat(received), statute=law)
    assert found == dt.date.fromisoformat(last)


def test_a_business_year_may_begin_in_july(law: Statute):
    law.year_month = 7
    assert calendar.notice_end(dt.date(2026, 3, 31), statute=law) == dt.date(2026, 6, 30)
    assert calendar.notice_end(dt.date(2026, 4, 1), statute=law) == dt.date(2027, 6, 30)
    assert calendar.year_start(dt.date(2026, 6, 30), statute=law) == dt.date(2025, 7, 1)


def test_hardship_lets_leave_early_after_a_full_year(law: Statute):
    law.notice_months, law.early_exit_months = 60, 3
    joined = dt.date(2026, 3, 1)
    assert not calendar.may_leave_early(joined, dt.date(2027, 12, 31), statute=law)
    assert calendar.may_leave_early(joined, dt.date(2028, 1, 1), statute=law)
    law.notice_months = 24
    assert not calendar.may_leave_early(joined, dt.date(2030, 1, 1), statute=law)


# --- Notice -----------------------------------------------------------------------------------


def test_a_notice_is_confirmed_and_ends_on_its_day(mailoutbox: list[EmailMessage]):
    lene = paid_up()
    lene.person.contact_addresses.create(email="lene@x.example")
    leave(lene)
    assert (lene.stage, lene.leaving_on, lene.next_end_on) == (Stage.MEMBER, END, END)
    assert "2026" in mailoutbox[-1].body
    assert night(dt.datetime(2026, 12, 31, 12, tzinfo=dt.UTC)) == 0
    assert night() == 1
    lene = refreshed(lene)
    assert (lene.stage, lene.ended_on, lene.shares) == (Stage.ENDED, END, 0)
    assert (lene.credit_cents, lene.claim_cents) == (0, 2 * SHARE)
    assert projecting.state_of(lene, on=END).shares == 2
    assert projecting.state_of(lene, on=END + ONE).shares == 0
    assert -balances.balance("left-capital", party=lene.party).cents == 2 * SHARE
    assert books.wrong() == []
    assert night() == 0


def test_a_worker_that_was_down_ends_it_with_its_own_day():
    lene = paid_up()
    leave(lene)
    night(NEXT + dt.timedelta(days=20))
    assert refreshed(lene).ended_on == END


def test_single_shares_end_and_the_others_stay():
    lene = paid_up(3)
    leave(lene, 1)
    leave(lene, 1)
    with pytest.raises(leaving.Compulsory):
        leave(lene, 1)
    with pytest.raises(leaving.TooMany):
        leave(lene, 2)
    night()
    lene = refreshed(lene)
    assert (lene.stage, lene.shares, lene.claim_cents) == (Stage.MEMBER, 1, 2 * SHARE)
    assert books.wrong() == []


def test_shares_that_are_not_paid_in_set_nothing_free():
    lene = members.member(2)
    books.credit(lene, 300_00, on=DAY)
    leave(lene, 1)
    night()
    lene = refreshed(lene)
    assert (lene.shares, lene.credit_cents, lene.claim_cents) == (1, 300_00, 0)


def test_the_same_member_does_not_leave_twice():
    lene = paid_up()
    leave(lene)
    with pytest.raises(leaving.Leaving):
        leave(lene)
    night()
    with pytest.raises(leaving.NoMember):
        leave(lene)


def test_who_has_not_paid_may_leave():
    lene = members.member()
    leave(lene)
    night()
    assert refreshed(lene).stage == Stage.ENDED
    assert books.wrong() == []


def test_a_withdrawn_notice_ends_nothing():
    lene = paid_up()
    notice = leave(lene)
    leaving.withdraw(lene, notice=notice.number, on=DAY, at=NOW)
    assert night() == 0
    assert refreshed(lene).leaving_on is None
    with pytest.raises(leaving.NoNotice):
        leaving.withdraw(lene, notice=notice.number, on=DAY, at=NOW)


def test_leaving_early_takes_the_board():
    cast.statute_like(notice_months=60, early_exit_months=3, in_force_from=DAY)
    lene = paid_up()
    on = dt.date(2028, 2, 1)
    early = {"received_on": on, "early": True, "at": NOW}
    with pytest.raises(leaving.NoDecision):
        leaving.give_notice(lene, **early)
    leaving.give_notice(lene, **early, decided_on=on)
    assert lene.leaving_on == dt.date(2028, 12, 31)


def test_further_shares_are_not_for_who_leaves():
    lene = paid_up()
    leave(lene)
    with pytest.raises(shares.NoMember):
        shares.declare(lene, shares=1, declared_on=DAY, at=NOW)


# --- Transfer ---------------------------------------------------------------------------------


def test_a_transfer_has_one_owner_on_every_day():
    """Others had two live shares on the day of a transfer."""
    giver, taker = paid_up(2), paid_up(1)
    transfers.transfer(giver, to=taker, shares=2, declared_on=DAY, on=DAY, at=NOW)
    for day, held in [(DAY, [2, 1]), (DAY + ONE, [0, 3])]:
        assert [projecting.state_of(one, on=day).shares for one in (giver, taker)] == held
    giver, taker = refreshed(giver), refreshed(taker)
    assert (giver.stage, giver.ended_on, giver.credit_cents) == (Stage.ENDED, DAY, 0)
    assert (taker.shares, taker.credit_cents) == (3, 3 * SHARE)
    assert giver.claim_cents == 0
    assert books.wrong() == []


def test_what_is_still_to_be_paid_goes_along():
    giver, taker = members.member(2), paid_up(1)
    books.credit(giver, 700_00, on=DAY)
    transfers.transfer(giver, to=taker, shares=1, declared_on=DAY, on=DAY, at=NOW)
    giver, taker = refreshed(giver), refreshed(taker)
    assert (giver.shares, giver.credit_cents) == (1, 500_00)
    assert (taker.shares, taker.credit_cents) == (2, 700_00)
    assert books.asked(giver) == []
    assert [pledge.cents for pledge in books.asked(taker)] == [300_00]
    assert books.wrong() == []


def test_money_on_the_day_of_a_transfer_counts_from_the_first_day_on_which_it_fits():
    giver, taker = members.member(2), paid_up(1)
    books.credit(giver, 700_00, on=DAY)
    transfers.transfer(giver, to=taker, shares=1, declared_on=DAY, on=DAY, at=NOW)
    books.pay(taker, on=DAY)
    for day, credit in [(DAY, SHARE), (DAY + ONE, 2 * SHARE)]:
        assert projecting.state_of(taker, on=day).credit == credit
    assert books.wrong() == []


def test_who_applied_joins_by_a_transfer(mailoutbox: list[EmailMessage], law: Statute):
    giver = paid_up(2)
    found = cast.confirmed(law)
    taker = Membership.objects.get(key=found.key)
    transfers.transfer(giver, to=taker, shares=2, declared_on=DAY, on=DAY, at=NOW)
    taker = refreshed(taker)
    assert (taker.number, taker.stage, taker.joined_on) == (2, Stage.MEMBER, DAY + ONE)
    assert (taker.told, taker.shares) == (True, 2)
    assert str(taker.details.get()) == "Lene Marie Ott"
    assert books.wrong() == []


def test_a_transfer_keeps_to_the_statute():
    giver, poor = paid_up(3), members.member(2)
    give = {"declared_on": DAY, "on": DAY, "at": NOW}
    with pytest.raises(transfers.Unpaid):
        transfers.transfer(giver, to=poor, shares=1, **give)
    with pytest.raises(transfers.TooMany):
        transfers.transfer(giver, to=paid_up(1), shares=4, **give)
    leave(giver, 1)
    with pytest.raises(transfers.TooMany):
        transfers.transfer(giver, to=paid_up(1), shares=2, **give)
    cast.statute_like(in_force_from=DAY, most_shares=3)
    with pytest.raises(transfers.TooManyTaken):
        transfers.transfer(giver, to=paid_up(3), shares=1, **give)
    cast.statute_like(in_force_from=DAY, transfers=False)
    with pytest.raises(transfers.Excluded):
        transfers.transfer(giver, to=paid_up(1), shares=1, **give)


def test_who_gives_all_away_needs_no_notice_any_more():
    giver, taker = paid_up(2), paid_up(1)
    leave(giver, 1)
    transfers.transfer(giver, to=taker, shares=2, declared_on=DAY, on=DAY, at=NOW)
    assert night() == 0
    assert refreshed(giver).claim_cents == 0


# --- Exclusion, death -------------------------------------------------------------------------


def test_an_exclusion_has_three_days():
    lene = paid_up()
    decided, letter = dt.date(2026, 5, 2), dt.date(2026, 5, 4)
    exclusion.decide(lene, decided_on=decided, why="…", by=None, at=NOW)
    with pytest.raises(exclusion.NotExcluded):
        exclusion.posted(lene, on=decided - ONE, by=None, at=NOW)
    exclusion.posted(lene, on=letter, by=None, at=NOW)
    lene = refreshed(lene)
    assert (lene.rights_end_on, lene.leaving_on, lene.stage) == (letter, END, Stage.MEMBER)
    night()
    assert refreshed(lene).ended_on == END
    ended = RegisterEvent.objects.get(kind=Kind.ENDED)
    assert ended.word == Kind.EXCLUDED


def test_a_revoked_exclusion_gives_the_rights_back():
    lene = paid_up()
    exclusion.decide(lene, decided_on=DAY, why="…", by=None, at=NOW)
    exclusion.posted(lene, on=DAY, by=None, at=NOW)
    exclusion.revoke(lene, on=DAY, by=None, at=NOW)
    lene = refreshed(lene)
    assert (lene.rights_end_on, lene.leaving_on) == (None, None)
    assert night() == 0


def test_death_stops_collections_and_mail_at_once(mailoutbox: list[EmailMessage]):
    lene = members.member(2)
    lene.person.contact_addresses.create(email="lene@x.example")
    gift = make.pledge(person=lene.person)
    inheriting.died(lene, on=dt.date(2026, 5, 5), by=None, at=NOW)
    gift.refresh_from_db()
    assert (gift.state, gift.reason) == ("ended", "death")
    lene = refreshed(lene)
    assert (lene.died_on, lene.leaving_on) == (dt.date(2026, 5, 5), END)
    inheriting.name_heirs(lene, [{"name": "Ida"}], on=DAY, by=None, at=NOW)
    night()
    assert refreshed(lene).stage == Stage.ENDED
    assert mailoutbox == []
    with pytest.raises(inheriting.NotDead):
        inheriting.died(lene, on=DAY, by=None, at=NOW)


def test_heirs_go_on_where_the_statute_says():
    cast.statute_like(in_force_from=DAY, on_death="continues")
    lene = paid_up()
    inheriting.died(lene, on=DAY, by=None, at=NOW)
    assert night() == 0
    assert refreshed(lene).stage == Stage.MEMBER


# --- Settlement -------------------------------------------------------------------------------

LATER = dt.datetime(2027, 4, 1, 12, tzinfo=dt.UTC)
SHEET = dt.date(2027, 4, 1)


def left(count: int = 2) -> Membership:
    found = paid_up(count)
    leave(found)
    night()
    return refreshed(found)


def test_credit_is_settled_and_paid_within_six_months():
    lene = left()
    assert settling.settle_year(END, on=SHEET, by=None, at=LATER) == 1
    [one] = settling.due(on=SHEET)
    assert (one.membership, one.money.cents, one.due_on) == (lene, 1000_00, dt.date(2027, 6, 30))
    asked = settling.ask(
        one.event, to=payouts.Receiver("Lene Ott", make.IBAN), on=SHEET, at=LATER
    )  # fmt: skip
    assert Payout.objects.get() == asked
    assert asked.party == lene.party
    assert settling.ask(
        one.event, to=payouts.Receiver("Lene Ott", make.IBAN), on=SHEET, at=LATER
    ) == asked  # fmt: skip
    assert books.wrong() == []
    with pytest.raises(settling.NotSettled):
        settling.settle(lene, RegisterEvent.objects.get(kind=Kind.ENDED), on=SHEET, by=None,
                        at=LATER)  # fmt: skip


def test_a_loss_is_shared_by_credit():
    lene = left()
    settling.settle_year(END, on=SHEET, loss=Fraction(1, 3), by=None, at=LATER)
    lene = refreshed(lene)
    assert (lene.claim_cents, lene.payable_cents) == (0, 1000_00 - 333_33)
    assert balances.balance("result").cents == -333_33
    assert books.wrong() == []


def test_minimum_capital_holds_payouts_back():
    cast.statute_like(in_force_from=dt.date(2027, 2, 1), minimum_capital_cents=1200_00)
    first, second = left(1), left(2)
    settling.settle_year(END, on=SHEET, by=None, at=LATER)
    assert [(one.membership, one.now.cents) for one in settling.due(on=SHEET)] == [
        (first, 100_00), (second, 200_00),
    ]  # fmt: skip
    cast.statute_like(in_force_from=dt.date(2027, 2, 2), minimum_capital_cents=1500_00)
    found = settling.due(on=SHEET)
    assert [one.held_back for one in found] == [True, True]
    with pytest.raises(settling.HeldBack):
        settling.ask(
            found[0].event, to=payouts.Receiver("Lene Ott", make.IBAN), on=SHEET, at=LATER
        )  # fmt: skip
    paid_up(3)  # new members bring capital
    assert [one.now for one in settling.due(on=SHEET)] == [one.money for one in found]


def test_leavers_of_one_day_share_what_the_minimum_capital_leaves():
    """And nobody who left later overtakes them."""
    first, second = left(1), left(2)
    settling.settle_year(END, on=SHEET, by=None, at=LATER)
    later = paid_up(1)
    leaving.give_notice(later, received_on=SHEET, at=LATER)
    leaving.end_due(on=dt.date(2028, 1, 1), at=LATER.replace(year=2028))
    on, at = dt.date(2028, 5, 1), LATER.replace(year=2028, month=5)
    settling.settle_year(dt.date(2027, 12, 31), on=on, by=None, at=at)
    cast.statute_like(in_force_from=dt.date(2027, 2, 1), minimum_capital_cents=1400_00)
    to = payouts.Receiver("Lene Ott", make.IBAN)
    found = settling.due(on=on)
    assert [one.membership for one in found] == [first, second, later]
    assert [one.now.cents for one in found] == [200_00, 400_00, 0]
    asked = [settling.ask(one.event, to=to, on=on, at=at) for one in found[:2]]
    assert [payout.cents for payout in asked] == [200_00, 400_00]
    with pytest.raises(settling.HeldBack):
        settling.ask(found[2].event, to=to, on=on, at=at)
    books.pay_out(asked[0], on=on, at=at)
    found = settling.due(on=on)
    assert [(one.money.cents, one.now.cents) for one in found] == [
        (300_00, 0), (1000_00, 400_00), (500_00, 0),
    ]  # fmt: skip
    books.pay_out(asked[1], on=on, at=at)
    paid_up(1)  # a new member's capital is for those who wait longest
    found = settling.due(on=on)
    assert [one.now.cents for one in found] == [166_67, 333_33, 0]
    again = settling.ask(found[0].event, to=to, on=on, at=at)
    assert (again != asked[0], again.cents) == (True, 166_67)
    assert [fault for proof in proofs.PROOFS for fault in proof.wrong()] == []


def test_a_payout_that_was_cancelled_is_asked_for_anew():
    left(1)
    settling.settle_year(END, on=SHEET, by=None, at=LATER)
    [one] = settling.due(on=SHEET)
    to = payouts.Receiver("Lene Ott", make.IBAN)
    payout = settling.ask(one.event, to=to, on=SHEET, at=LATER)
    payouts.cancel(payout, at=LATER)
    assert settling.ask(one.event, to=to, on=SHEET, at=LATER) != payout


def test_money_that_comes_after_the_end_is_owed_back():
    lene = members.member(2)
    books.credit(lene, 400_00, on=DAY)
    leave(lene)
    night()
    books.credit(lene, 25_00, on=END + ONE, at=NEXT)
    assert (lene.credit_cents, lene.claim_cents) == (0, 425_00)
    settling.settle_year(END + ONE, on=SHEET, loss=Fraction(1, 2), by=None, at=LATER)
    assert refreshed(lene).payable_cents == 225_00  # what was paid too much shares no loss
    assert books.wrong() == []


def test_more_than_owed_is_owed_back():
    lene = members.member(1)
    books.credit(lene, SHARE + 10_00, on=DAY)
    assert (lene.credit_cents, lene.claim_cents) == (SHARE, 10_00)
    assert books.wrong() == []


def test_what_was_paid_beyond_the_shares_is_no_capital_and_not_held_back():
    """§ 8a GenG speaks of credits; an overpayment is a debt from the first day."""
    cast.statute_like(in_force_from=dt.date(2026, 2, 1), minimum_capital_cents=1500_00)
    lene = paid_up(3)
    books.credit(lene, 70_00, on=DAY)
    assert (lene.credit_cents, lene.claim_cents) == (1500_00, 70_00)
    assert settling.spare(on=DAY) == 0
    [over] = [event for _membership, event in settling.claims(until=DAY)]
    settling.settle(lene, over, on=DAY, by=None, at=NOW)
    assert settling.spare(on=DAY) == 0
    assert [(one.money.cents, one.held_back) for one in settling.due(on=DAY)] == [(70_00, False)]
