"""The board's sitting on the screen: chosen, shown in numbers, done, told line by line."""

import datetime as dt

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allmende.cooperative import board, shares
from allmende.cooperative.models import Declaration, Membership, Proposal, RegisterEvent
from allmende.people.roles import Role
from tests.cooperative import books, members, screens
from tests.cooperative.cast import DAY, NOW, confirmed, statute_like
from tests.cooperative.screens import text
from tests.factories import payments as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper")]
BOARD = "/redaktion/cooperative/board/"
DATED = {"decided_on": DAY.isoformat(), "words": ""}


@pytest.fixture(autouse=True)
def bank(paper: object) -> None:
    make.bank_account()


def choose(*found: Declaration, **more: str) -> dict[str, str]:
    return {**DATED, **{f"choice-d{one.pk}": "admit" for one in found}, **more}


def test_nothing_waits(bea: Client):
    assert "Nichts wartet auf eine Entscheidung." in text(bea.get(BOARD))


def test_others_are_kept_out():
    statute_like()
    for role in (Role.EDITOR, Role.OFFICE, Role.BOOKKEEPER):
        own, _person = screens.of(f"K{role[:3]}", role)
        assert own.get(BOARD).status_code in (302, 403)
        assert own.post(BOARD, {"sure": "1"}).status_code in (302, 403)
        assert BOARD not in own.get("/redaktion/").content.decode()


def test_the_menu_leads_there(bea: Client):
    assert BOARD in bea.get("/redaktion/").content.decode()


def test_many_are_shown_in_numbers_then_admitted(bea: Client, mailoutbox: list[mail.EmailMessage]):
    law = statute_like()
    found = [confirmed(law, email=f"{name}@x.example", last_name=name) for name in ("Ast", "Beck")]
    del mailoutbox[:]
    told = text(bea.post(BOARD, choose(*found, check="1")))
    assert "2 werden aufgenommen" in told
    assert "2.000 €" in told
    assert not Membership.objects.members().exists()
    told = text(bea.post(BOARD, choose(*found, sure="1")))
    assert "aufgenommen, Mitglied 1" in told
    assert "aufgenommen, Mitglied 2" in told
    assert [row.number for row in Membership.objects.members()] == [1, 2]
    assert len(mailoutbox) == 2
    again = text(bea.post(BOARD, choose(*found, sure="1")))  # a second click
    assert "aufgenommen, Mitglied 2" in again
    assert "Nicht entschieden" not in again
    assert Membership.objects.members().count() == 2
    assert len(mailoutbox) == 2


def test_each_line_has_its_own_decision(bea: Client, mailoutbox: list[mail.EmailMessage]):
    law = statute_like()
    admitted, refused, later = [confirmed(law, email=f"{name}@x.example") for name in "abc"]
    sent = choose(admitted, **{f"choice-d{refused.pk}": "refuse", f"choice-d{later.pk}": ""})
    bea.post(BOARD, {**sent, "words": "Leider.", "sure": "1"})
    states = list(Declaration.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["admitted", "refused", "stands"]
    assert any("Leider." in str(letter.body) for letter in mailoutbox)


def test_all_are_marked_without_script(bea: Client):
    law = statute_like()
    one, two = [confirmed(law, email=f"{name}@x.example") for name in "ab"]
    html = bea.post(
        BOARD, {**DATED, f"choice-d{one.pk}": "refuse", "mark": "admit"}
    ).content.decode()
    assert f'name="choice-d{one.pk}" value="refuse" checked' in html
    assert f'name="choice-d{two.pk}" value="admit" checked' in html
    html = bea.post(BOARD, {**choose(one), "mark": "none"}).content.decode()
    assert html.count('value="" checked') == 2


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"decided_on": "2099-01-01"}, "Dieser Tag kommt erst noch."),
        ({"decided_on": ""}, "Dieses Feld"),
    ],
)
def test_a_wrong_day_is_said_beside_its_field(bea: Client, sent: dict[str, str], words: str):
    found = confirmed(statute_like())
    answer = bea.post(BOARD, {**choose(found, check="1"), **sent})
    assert answer.status_code == 422
    assert words in text(answer)
    assert f'name="choice-d{found.pk}" value="admit" checked' in answer.content.decode()


def test_nothing_chosen_is_said(bea: Client):
    confirmed(statute_like())
    assert "mindestens eine Zeile" in text(bea.post(BOARD, {**DATED, "check": "1"}))


def test_who_cannot_be_admitted_is_told_why_and_holds_up_nobody(bea: Client):
    law = statute_like()
    first = confirmed(law)
    bea.post(BOARD, choose(first, sure="1"))
    twin, other = confirmed(law), confirmed(law, email="o@x.example", last_name="Weiß")
    assert "ist schon Mitglied" in text(bea.post(BOARD, choose(twin, other, check="1")))
    told = text(bea.post(BOARD, choose(twin, other, sure="1")))
    assert "Nicht entschieden: Diese Person ist schon Mitglied" in told
    assert "aufgenommen, Mitglied 2" in told
    early = confirmed(law, email="e@x.example", first_names="Eva")
    day = (DAY - dt.timedelta(days=1)).isoformat()
    told = text(bea.post(BOARD, choose(early, sure="1", decided_on=day)))
    assert "vor der Erklärung" in told


def test_two_of_the_board_decide_where_the_statute_wants_it(bea: Client):
    found = confirmed(statute_like(second_person=True))
    told = text(bea.post(BOARD, choose(found, check="1")))
    assert "1 wartet auf eine zweite Person" in told
    assert "wird aufgenommen" not in told
    for _click in range(2):
        assert "wartet auf eine zweite Person" in text(bea.post(BOARD, choose(found, sure="1")))
    cem, person = screens.of("Cem", Role.BOARD)
    assert "Bea Reuter hat am" in text(cem.get(BOARD))
    assert "1 wird aufgenommen" in text(cem.post(BOARD, choose(found, check="1")))
    cem.post(BOARD, choose(found, sure="1"))
    event = RegisterEvent.objects.get(kind="admitted")
    assert (str(event.actor), event.second) == ("Bea Reuter", person)


def wish(**values: object) -> tuple[Membership, RegisterEvent]:
    statute_like(**values)  # type: ignore[arg-type]
    found = members.member(2)
    event = shares.declare(found, shares=1, declared_on=DAY, at=NOW)
    found.refresh_from_db()
    return found, event


def test_further_shares_wait_for_what_is_paid(bea: Client):
    found, event = wish()
    assert "§ 15b GenG" in text(bea.get(BOARD))
    sent = {**DATED, f"choice-w{event.number}": "admit"}
    assert "§ 15b GenG" in text(bea.post(BOARD, {**sent, "sure": "1"}))
    books.credit(found, members.SHARE, on=DAY)
    assert "§ 15b GenG" not in text(bea.get(BOARD))
    assert "1 weiterer Anteil, 500 €" in text(bea.post(BOARD, {**sent, "check": "1"}))
    for _click in range(2):
        told = text(bea.post(BOARD, {**sent, "sure": "1"}))
        assert f"aufgenommen, Mitglied {found.number}" in told
    found.refresh_from_db()
    assert (found.shares, found.wanted) == (3, 0)
    assert "Nichts wartet" in text(bea.get(BOARD))


def test_further_shares_take_two_persons_too(bea: Client):
    found, event = wish(second_person=True)
    books.credit(found, 2 * members.SHARE, on=DAY)
    bea.post(BOARD, {**DATED, f"choice-w{event.number}": "refuse", "sure": "1"})
    assert Proposal.objects.get().wish == event
    cem, _person = screens.of("Cem", Role.BOARD)
    cem.post(BOARD, {**DATED, f"choice-w{event.number}": "refuse", "sure": "1"})
    assert not Proposal.objects.exists()
    assert not board.wishes().exists()


def test_foreign_keys_are_passed_over(bea: Client):
    statute_like()
    for key in ("d99", "w1", "x1", "d", "dä"):
        answer = bea.post(BOARD, {**DATED, f"choice-{key}": "admit", "sure": "1"})
        assert answer.status_code == 200


def test_the_sitting_asks_the_same_whatever_its_length(bea: Client):
    law = statute_like()
    asked = []
    for number in range(3):
        confirmed(law, email=f"r{number}@bote.example", first_names=f"R{number}")
        bea.get(BOARD)
        with CaptureQueriesContext(connection) as queries:
            bea.get(BOARD)
        asked.append(len(queries))
    assert asked[0] == asked[2]
