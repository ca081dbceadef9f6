"""What an assembly decided, carried out on screen: the result of a year, another kind of share."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from allmende.cooperative import allocating, converting, tasks
from allmende.cooperative.models import Conversion, Membership, RegisterEvent
from allmende.people.roles import Role
from tests.cooperative import books, members, screens
from tests.cooperative.cast import statute_like
from tests.cooperative.screens import text
from tests.factories import payments as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper")]
ALLOCATION = "/redaktion/cooperative/allocation/"
CONVERSION = "/redaktion/cooperative/conversion/"
BEGUN = dt.date(2025, 3, 1)
THEN = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
PROFIT = {
    "year_end": "2025-12-31", "what": "profit", "amount": "140", "decided_on": "2026-05-04",
    "on": "2026-05-05",
}  # fmt: skip


@pytest.fixture(autouse=True)
def bank(paper: object) -> None:
    make.bank_account()


def paid(shares: int, cents: int, **more: str) -> Membership:
    found = members.member(shares, on=BEGUN, at=THEN, **more)
    books.credit(found, cents, on=BEGUN, at=THEN)
    return found


# --- Profit and loss ----------------------------------------------------------------------------


def test_a_profit_is_seen_in_numbers_and_then_allocated_once(bea: Client):
    statute_like()
    ada, ben = paid(2, 900_00), paid(1, 500_00, first_names="Ben")
    seen = text(bea.post(ALLOCATION, PROFIT))
    assert "90 € werden 1 Mitglied gutgeschrieben." in seen
    assert "50 € nimmt kein Guthaben auf" in seen
    assert not RegisterEvent.objects.filter(kind="allocated").exists()
    done = text(bea.post(ALLOCATION, {**PROFIT, "sure": "1"}, follow=True))
    assert "50 € nimmt kein Guthaben auf" in done
    credits = [members.refreshed(one).credit_cents for one in (ada, ben)]
    assert credits == [990_00, 500_00]
    assert RegisterEvent.objects.get(kind="allocated").actor.first_name == "Bea"
    assert books.wrong() == []
    again = bea.post(ALLOCATION, {**PROFIT, "sure": "1"})
    assert again.status_code == 422
    assert "Das Ergebnis dieses Jahres ist schon verteilt." in text(again)


def test_a_loss_is_taken_from_credits(bea: Client):
    statute_like()
    ada = paid(2, 900_00)
    loss = {**PROFIT, "what": "loss", "amount": "12,50"}
    assert "12,50 € werden vom Guthaben von 1 Mitglied abgezogen." in text(
        bea.post(ALLOCATION, loss)
    )
    bea.post(ALLOCATION, {**loss, "sure": "1"})
    assert members.refreshed(ada).credit_cents == 887_50


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"amount": "viel"}, "Bitte schreiben Sie einen Betrag"),
        ({"amount": "-5"}, "Bitte schreiben Sie einen Betrag"),
        ({"decided_on": "2999-01-01"}, "Dieser Tag kommt erst noch."),
        ({"on": "2025-12-31"}, "Da war das Geschäftsjahr noch nicht zu Ende."),
        ({"year_end": "2024-12-31"}, "Niemand hatte damals ein Guthaben"),
    ],
)
def test_what_cannot_be_allocated_is_said_in_plain_words(
    bea: Client, changed: dict[str, str], words: str
):
    statute_like()
    paid(2, 900_00)
    answer = bea.post(ALLOCATION, {**PROFIT, **changed, "sure": "1"})
    assert answer.status_code == 422
    assert words in text(answer)
    assert not allocating.is_allocated(dt.date(2025, 12, 31))


# --- Other shares -------------------------------------------------------------------------------


def smaller() -> None:
    statute_like(share_cents=100_00, in_force_from=dt.date(2026, 1, 1))


def worked() -> None:
    """What was asked for is done by a worker."""
    tasks.convert.func(Conversion.objects.get(done_at=None).pk)


def test_shares_are_seen_in_numbers_and_then_converted_by_one_press(
    bea: Client, django_capture_on_commit_callbacks: Any
):
    statute_like()
    ada = paid(2, 900_00)
    smaller()
    sent = {"on": "2026-01-01"}
    assert "1 Mitglied hält 2 Anteile mit anderem Wert; daraus werden 10." in text(
        bea.post(CONVERSION, sent)
    )
    with django_capture_on_commit_callbacks() as enqueued:
        done = text(bea.post(CONVERSION, {**sent, "sure": "1"}, follow=True))
    assert "Die Anteile werden jetzt im Hintergrund umgestellt" in done
    assert len(enqueued) == 1
    again = text(bea.post(CONVERSION, {**sent, "sure": "1"}))
    assert "Zuerst wird gezählt." in again
    assert Conversion.objects.count() == 1
    assert members.refreshed(ada).shares == 2
    worked()
    assert (members.refreshed(ada).shares, ada.credit_cents) == (10, 900_00)
    assert books.wrong() == []
    after = text(bea.get(CONVERSION))
    assert "1 Mitglied hält seit 1. Januar 2026 Anteile nach Fassung 2." in after
    assert "Niemand hält Anteile mit anderem Wert" in after
    assert "Umgestellt auf 10 Anteile zu je 100 €" in text(
        bea.get(f"/redaktion/cooperative/members/{ada.pk}/")
    )


def test_how_far_a_conversion_is_stands_on_the_screen(bea: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(converting, "LOT", 1)
    statute_like()
    for name in ("Ada", "Ben", "Cem"):
        paid(1, 500_00, first_names=name)
    smaller()
    bea.post(CONVERSION, {"on": "2026-01-01", "sure": "1"})
    found = Conversion.objects.get()
    converting.carry_on(found, at=timezone.now())
    answer = bea.get(CONVERSION)
    assert "1 von 3 Mitgliedern umgestellt" in text(answer)
    assert '<progress max="3" value="1"' in answer.content.decode()
    assert '<meta http-equiv="refresh"' in answer.content.decode()


def test_a_statute_that_wants_two_persons_lets_the_second_begin(bea: Client):
    statute_like()
    ada = paid(2, 900_00)
    statute_like(share_cents=100_00, in_force_from=dt.date(2026, 1, 1), second_person=True)
    sent = {"on": "2026-01-01"}
    assert "sobald eine zweite Person des Vorstands zustimmt" in text(bea.post(CONVERSION, sent))
    done = bea.post(CONVERSION, {**sent, "sure": "1"}, follow=True)
    assert "Jetzt fehlt eine zweite Person des Vorstands." in text(done)
    assert "Zustimmen und umstellen" not in text(done)
    carl, person = screens.of("Carl", Role.BOARD)
    assert "Umstellung von Anteilen" in text(carl.get("/redaktion/cooperative/tasks/"))
    assert "andere Person" in text(bea.post(CONVERSION, {"agree": "1"}, follow=True))
    assert "Beantragt von Bea" in text(carl.get(CONVERSION))
    assert "jetzt im Hintergrund umgestellt" in text(
        carl.post(CONVERSION, {"agree": "1"}, follow=True)
    )
    assert "inzwischen schon geschehen" in text(carl.post(CONVERSION, {"agree": "1"}, follow=True))
    worked()
    assert members.refreshed(ada).shares == 10
    event = RegisterEvent.objects.get(kind="converted")
    assert (event.actor.first_name, event.second) == ("Bea", person)


def test_what_waits_for_a_second_person_is_taken_back(bea: Client):
    statute_like()
    paid(2, 900_00)
    statute_like(share_cents=100_00, in_force_from=dt.date(2026, 1, 1), second_person=True)
    bea.post(CONVERSION, {"on": "2026-01-01", "sure": "1"})
    assert "Zurückgenommen; nichts wurde umgestellt." in text(
        bea.post(CONVERSION, {"take_back": "1"}, follow=True)
    )
    assert not Conversion.objects.exists()
    assert "schon geschehen" in text(bea.post(CONVERSION, {"take_back": "1"}, follow=True))


def test_what_does_not_come_out_even_is_named(bea: Client):
    statute_like()
    ada = paid(1, 500_00)
    statute_like(share_cents=300_00, in_force_from=dt.date(2026, 1, 1))
    html = text(bea.get(CONVERSION))
    assert "Geht nicht in ganzen Anteilen auf (1)" in html
    assert f"Ada Lovelace ({ada.number})" in html
    bea.post(CONVERSION, {"on": "2026-01-01", "sure": "1"})
    worked()
    assert Conversion.objects.get().done == 0
    assert members.refreshed(ada).nominal_cents == 500_00


def test_a_day_before_the_statute_or_before_somebody_joined_is_refused(bea: Client):
    statute_like()
    ada = paid(1, 500_00)
    late = members.member(1, on=dt.date(2026, 3, 1))
    smaller()
    assert "Da galt die Satzung noch nicht." in text(bea.post(CONVERSION, {"on": "2025-12-31"}))
    bea.post(CONVERSION, {"on": "2026-01-01", "sure": "1"})
    worked()
    done = text(bea.get(CONVERSION))
    assert "1 Mitglied hält seit 1. Januar 2026 Anteile nach Fassung 2." in done
    assert f"Wählen Sie für sie einen späteren Tag. Es sind die Nummern: {late.number}" in done
    assert [members.refreshed(one).shares for one in (ada, late)] == [5, 1]
    assert books.wrong()[:1] == []  # what it refused has left nothing


def test_both_are_the_board_s():
    office, _person = screens.of("Nora", Role.OFFICE)
    statute_like()
    for path in (ALLOCATION, CONVERSION):
        assert office.get(path).status_code in (302, 403)
    assert "Gewinn oder Verlust" not in text(office.get("/redaktion/cooperative/settlement/"))
