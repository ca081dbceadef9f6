"""The register answers: as of a day, as known on a day, the same for ever."""

import datetime as dt
import random

import pytest
from django.core.mail import EmailMessage
from hypothesis import HealthCheck, Phase, given, settings

from allmende.cooperative import (
    board_letters,
    changing,
    forgetting,
    leaving,
    projecting,
    proofs,
    proving,
    queries,
    register,
    reports,
    sealing,
)
from allmende.cooperative.folding import DAY as ONE
from allmende.cooperative.folding import Fact, Kind, Stage, effects, fold, standing
from allmende.cooperative.models import (
    Detail,
    Membership,
    RegisterCheck,
    RegisterEvent,
    RegisterPayload,
)
from allmende.cooperative.register import Draft
from tests.cooperative import books, cast, members
from tests.cooperative.cast import DAY, NOW
from tests.cooperative.histories import BEGIN, SPAN, Deed, histories
from tests.cooperative.members import DETAILS, SHARE, record, refreshed
from tests.cooperative.test_folding import facts_of
from tests.factories import payments as make
from tests.people import cast as people

pytestmark = pytest.mark.django_db
YEARS = dt.timedelta(days=365)


# Shrinking a history takes minutes, so none is shrunk here.
@settings(
    max_examples=6,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(histories)
def test_the_list_of_any_day_as_known_on_any_day_is_what_the_events_say(history: list[Deed]):
    """... and rows, steps and chain are what they should be after any history. Examples share one
    transaction: each begins with the register of those before it."""
    chance = random.Random(len(history))
    play(history)
    assert [fault for fault in proved() if fault] == []
    everything = projecting.facts_until()
    last = everything[-1].number if everything else 0
    for _ in range(4):
        on = BEGIN + dt.timedelta(days=chance.randrange(SPAN + 500))
        known = chance.randrange(last + 1)
        said = {line.membership: line for line in queries.listing(on=on, known=known)}
        facts = projecting.facts_until(known)
        states, joined = fold(facts, on=on), first_days(facts)
        held = {pk: one for pk, one in states.items() if one.shares}
        assert said.keys() == held.keys()
        for pk, state in held.items():
            line = said[pk]
            assert (line.shares, line.nominal, line.credit) == (
                state.shares, state.nominal, state.credit,
            )  # fmt: skip
            assert line.leaves_on == state.leaving_on
            assert (line.number, line.joined_on) == (state.number, joined[pk])


def first_days(facts: list[Fact]) -> dict[int, dt.date]:
    """Of whoever was given a number."""
    found: dict[int, dt.date] = {}
    for fact in standing(facts):
        for effect in effects(fact):
            if fact.member_number and effect.shares > 0:
                found.setdefault(effect.member, effect.from_on)
    return found


def proved() -> list[str]:
    money = ("register-ledger", "register-owed")
    asked = [proof for proof in proofs.PROOFS if proof.name not in money]
    return [fault for proof in asked for fault in proof.wrong()]


def play(history: list[Deed]) -> None:
    """What a register would have let pass, recorded by the only way there is."""
    cast_of: dict[int, Membership] = {}
    numbers: dict[int, int] = {}
    for fact in facts_of(history):
        if fact.corrects and fact.corrects not in numbers:
            continue  # the register refused what it corrects
        for side in (fact.member, fact.other):
            if side is not None and side not in cast_of:
                cast_of[side] = Membership.objects.create()
        assert fact.member is not None
        draft = Draft(
            fact.kind, cast_of[fact.member], fact.effective_on,
            other=cast_of[fact.other] if fact.other is not None else None,
            shares=fact.shares, nominal=fact.nominal, cents=fact.cents,
            declared_on=fact.declared_on, decided_on=fact.decided_on,
            about=numbers.get(fact.about or 0), corrects=numbers.get(fact.corrects or 0),
            member_number=number_of(fact, cast_of),
        )  # fmt: skip
        try:
            numbers[fact.number] = register.record(draft, at=NOW).number
        except register.NotRecorded:
            continue


def number_of(fact, cast_of: dict[int, Membership]) -> int | None:
    if not fact.member_number:
        return None
    side = cast_of[fact.other if fact.kind == Kind.TRANSFERRED else fact.member]
    had = RegisterEvent.objects.filter(member_number__isnull=False)
    for event in had:
        joined = event.other_id if event.kind == Kind.TRANSFERRED else event.membership_id
        if joined == side.pk:
            return event.member_number
    return register.next_number()


def test_a_move_shows_from_its_day_and_only_to_who_knew():
    ada = members.member()
    before = proofs.head().number
    later = DAY + 30 * ONE
    changing.change_details(ada, {**DETAILS, "street": "Neugasse 1"}, on=later, by=None, at=NOW)
    streets = [
        queries.listing(on=on, known=known)[0].details["street"]
        for on, known in [(later - ONE, None), (later, None), (later, before)]
    ]
    assert streets == ["Am Auwald 3", "Neugasse 1", "Am Auwald 3"]


def test_a_name_is_needed():
    ada = members.member()
    with pytest.raises(changing.NotChanged):
        changing.change_details(ada, {"street": "Neugasse 1"}, on=DAY, by=None, at=NOW)


def test_further_shares_are_those_beyond_the_first():
    members.member(3)
    [line] = queries.listing(on=DAY)
    assert (line.shares, line.further) == (3, 2)


def test_the_list_leaves_as_csv_without_formulas():
    members.member(last_name="=1+1")
    text = "".join(reports.as_csv(queries.listing(on=DAY)))
    assert text.startswith("\ufeff")
    assert "'=1+1" in text
    assert text.count("\r\n") == 2


def test_list_and_extract_are_papers():
    ada = members.member(2, paid=100)
    lines = queries.listing(on=DAY)
    paper = reports.as_pdf(lines, on=DAY, known_on=DAY, language="de", at=NOW)
    own = reports.extract(ada, language="en", at=NOW)
    assert paper.startswith(b"%PDF")
    assert own.startswith(b"%PDF")


def test_a_year_s_figures_are_the_same_whenever_they_are_asked_for_as_then():
    cast.statute_like(notice_months=3)
    stays, goes = members.member(2, paid=SHARE), members.member(1)
    leaving.give_notice(goes, received_on=DAY, at=NOW)
    leaving.end_due(on=dt.date(2027, 1, 1), at=NOW + YEARS)
    members.member(4, on=dt.date(2027, 1, 1), at=NOW + YEARS)  # of the next year
    known = proofs.head().number
    found = reports.figures(DAY, known=known)
    assert (found.members_before, found.joined, found.left, found.members) == (0, 2, 1, 1)
    assert (found.shares, found.credit) == (2, SHARE)
    event = reports.freeze(found, by=None, at=NOW + YEARS)
    assert event.document == found.hash
    admitted = stays.events.get(kind=Kind.ADMITTED)
    right = Draft(
        Kind.ADMITTED, stays, DAY, shares=3, nominal=SHARE, declared_on=DAY, decided_on=DAY,
        member_number=stays.number,
    )  # fmt: skip
    register.correct(admitted, why="3 were declared", by=None, instead=right, at=NOW + 2 * YEARS)
    assert reports.figures(DAY, known=known).hash == found.hash
    assert reports.figures(DAY).shares == 3
    following = reports.figures(dt.date(2027, 6, 1))
    assert (following.members_before, following.joined, following.members) == (1, 1, 2)


def test_two_lists_are_compared():
    ada, bela = members.member(), members.member()
    before = queries.listing(on=DAY)
    record(Kind.ENDED, bela, DAY, shares=1, nominal=SHARE)
    changing.change_details(ada, {**DETAILS, "town": "Oberau"}, on=DAY + ONE, by=None, at=NOW)
    members.member(on=DAY + ONE)
    found = queries.difference(before, queries.listing(on=DAY + ONE))
    assert [line.number for line in found.came] == [3]
    assert [line.number for line in found.went] == [2]
    assert [new.details["town"] for _old, new in found.changed] == ["Oberau"]


def test_notices_are_foreseen_by_the_day_on_which_they_end():
    cast.statute_like(notice_months=3)
    ada = members.member(3, paid=2 * SHARE)
    bela = members.member(1, paid=SHARE)
    leaving.give_notice(ada, shares=1, received_on=DAY, at=NOW)
    leaving.give_notice(bela, received_on=DAY, at=NOW)
    end = dt.date(2026, 12, 31)
    assert queries.forecast() == [queries.Leaving(end, 1, 2, SHARE)]


def test_lists_that_should_be_empty(paper: object):
    make.bank_account()
    cast.statute_like()
    ada = members.member()
    assert list(queries.not_told()) == [ada]
    books.credit(ada, SHARE, on=DAY)
    record(
        Kind.MORE_ADMITTED, ada, DAY, shares=1, nominal=SHARE, declared_on=DAY, decided_on=DAY
    )  # fmt: skip
    assert list(queries.unguarded()) == []
    record(Kind.UNPAID, ada, DAY, cents=1)
    assert list(queries.unguarded()) == [ada]


# --- Forgetting, proving ----------------------------------------------------------------------


def test_who_left_is_forgotten_after_three_years():
    ada, stays = members.member(), members.member()
    record(Kind.ENDED, ada, dt.date(2026, 12, 31), shares=1, nominal=SHARE)
    owner = sealing.owner_of(ada, 0)
    assert forgetting.kept_until(dt.date(2026, 12, 31)) == dt.date(2029, 12, 31)
    assert forgetting.forget_old(on=dt.date(2029, 12, 31), at=NOW) == 0
    assert forgetting.forget_old(on=dt.date(2030, 1, 1), at=NOW) == 1
    assert not RegisterPayload.objects.filter(owner=owner).exists()
    assert list(Detail.objects.values_list("membership", flat=True)) == [stays.pk]
    assert refreshed(ada).person is None
    assert proved() == []
    assert [line.name for line in queries.listing(on=DAY)] == ["", "Ada Lovelace"]
    assert forgetting.forget_old(on=dt.date(2030, 1, 2), at=NOW) == 0


def test_nobody_is_forgotten_to_whom_something_is_owed():
    ada = members.member(paid=SHARE)
    record(Kind.ENDED, ada, dt.date(2026, 12, 31), shares=1, nominal=SHARE, cents=SHARE)
    assert refreshed(ada).stage == Stage.ENDED
    assert forgetting.forget_old(on=dt.date(2040, 1, 1), at=NOW) == 0


def proved_now() -> RegisterCheck:
    return proving.carry_out(RegisterCheck.objects.create(asked_at=NOW), at=NOW)


def test_the_board_gets_the_head_of_the_chain(mailoutbox: list[EmailMessage]):
    board = people.staff("Bea", "board")
    assert board_letters.head(proved_now(), on=DAY) == 0
    members.member()
    assert board_letters.head(proved_now(), on=DAY) == 1
    assert proofs.head().hash in mailoutbox[-1].body
    assert mailoutbox[-1].to == [board.email]
