"""The office's screens of money."""

import datetime as dt
import io
import re
import uuid
import zipfile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from allmende.ledger.money import Money
from allmende.payments import mandates, pledges, questions, refunds, settle
from allmende.payments.desk import files
from allmende.payments.models import BankAccount, DueItem, Question, SepaBatch
from allmende.people.models import Person
from tests.factories import payments as made
from tests.factories.payments import IBAN, NOW
from tests.payments import sepa
from tests.people import cast

pytestmark = pytest.mark.django_db
DESK = "/redaktion/geld/"
MASKED = "DE … 2051"


@pytest.fixture
def otto(client: Client) -> Person:
    """The office, signed in."""
    person = cast.staff("Otto", "office")
    cast.come_in(client, person)
    return person


def paid(item: DueItem, cents: int = 1200, *, on: dt.date = dt.date(2027, 1, 20)) -> None:
    attempt = made.attempt(item, external_id=f"T-{item.pk}")
    settle.collected(attempt, amount=Money(cents), into="bank", on=on, at=NOW)


def text(client: Client, path: str, **asked: str) -> str:
    answer = client.get(f"{DESK}{path}", asked)
    assert answer.status_code == 200, answer
    content = re.sub(r"<script.*?</script>", " ", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", content).split())


PAGES = ["", "faellig/", "einzuege/", "buecher/", "buecher/ausgeben/", "pruefung/"]


def test_screens_are_closed_to_other_roles(client: Client) -> None:
    cast.come_in(client, cast.staff("Jana", "chief editor"))
    one = sepa.debit().pledge
    mandate = one.mandates.get()
    assert one.person
    deeds = [
        "fragen/1/",
        "einzuege/sammeln/",
        "einzuege/1/freigeben/",
        f"mandate/{mandate.pk}/iban/",
    ]
    for page in [*PAGES, f"personen/{one.person.pk}/"]:
        assert client.get(DESK + page).status_code == 302
    for deed in deeds:
        assert client.post(DESK + deed).status_code == 302
    assert not ModelLogEntry.objects.filter(action="payments.see_iban").exists()


def test_bookkeeper_sees_all_screens_but_no_iban_in_full(client: Client) -> None:
    cast.come_in(client, cast.staff("Berta", "bookkeeper"))
    mandate = sepa.debit().pledge.mandates.get()
    for page in PAGES:
        assert client.get(DESK + page).status_code == 200
    assert client.post(f"{DESK}mandate/{mandate.pk}/iban/").status_code == 302
    assert not ModelLogEntry.objects.filter(action="payments.see_iban").exists()


def test_question_is_answered_once_and_leaves_the_list(client: Client, otto: Person) -> None:
    questions.ask("surplus", detail="attempt 7", item=made.item(), at=NOW)
    question = Question.objects.get()
    assert "attempt 7" in text(client, "")
    client.post(f"{DESK}fragen/{question.pk}/", {"reply": " "})
    assert "attempt 7" in text(client, "")
    client.post(f"{DESK}fragen/{question.pk}/", {"reply": "sent back"})
    client.post(f"{DESK}fragen/{question.pk}/", {"reply": "sent back again"})
    question.refresh_from_db()
    assert (question.reply, question.answered_by) == ("sent back", otto)
    assert "attempt 7" not in text(client, "")
    assert "sent back" in text(client, "", beantwortet="")


def test_questions_lead_to_what_they_are_about(client: Client, otto: Person) -> None:
    item, payout = made.item(), made.payout()
    attempt, pledge = made.attempt(item), item.pledge
    details = {
        "surplus": f"attempt {attempt.pk}",
        "iban_needed": f"item {item.pk} AC01",
        "payout": f"payout {payout.pk} AC04",
        "death": f"pledge {pledge.pk}",
        "zombie": "paypal I-BW452GLLEP1G",
    }
    for what, detail in details.items():
        of = item if what in ("surplus", "iban_needed") else None
        questions.ask(what, detail=detail, item=of, at=NOW)
    told = client.get(DESK).content.decode()
    for address in (f"zahlungen/{attempt.pk}/", f"auszahlungen/{payout.pk}/"):
        assert f'href="{DESK}{address}"' in told
    assert told.count(f'href="{DESK}personen/{pledge.person_id}/"') == 3
    for code in ("AC01", "AC04", "I-BW452GLLEP1G"):
        assert code in told
    for detail in (f"attempt {attempt.pk}", f"payout {payout.pk}", f"item {item.pk}"):
        assert detail not in told


def test_due_items_are_chosen_by_state_way_and_month(client: Client, otto: Person) -> None:
    first = made.pledge(cents=1111, anchor=dt.date(2027, 1, 15))
    made.item(first)
    made.item(made.pledge(cents=2222, method="paypal", anchor=dt.date(2027, 2, 1)))
    paid(made.item(made.pledge(cents=3333, anchor=dt.date(2027, 1, 31))), 3333)

    def amounts(**asked: str) -> list[str]:
        return sorted(
            item.amount.cents for item in client.get(f"{DESK}faellig/", asked).context["shown"]
        )

    assert amounts() == [1111, 2222, 3333]
    assert amounts(group="open") == [1111, 2222]
    assert amounts(state="collected") == [3333]
    assert amounts(method="paypal") == [2222]
    assert amounts(month="2027-01") == [1111, 3333]
    assert amounts(month="2027-13", state="nonsense", group="nonsense") == [1111, 2222, 3333]
    assert "66,66 €" in text(client, "faellig/").replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("path", ["faellig/", ""])
def test_lists_take_as_many_statements_for_three_as_for_one(
    client: Client, otto: Person, path: str
) -> None:
    counts = []
    for number in (1, 2):
        for _ in range(number):
            item = made.item()
            questions.ask("surplus", detail=f"attempt {item.pk}", item=item, at=NOW)
        with CaptureQueriesContext(connection) as queries:
            client.get(DESK + path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Direct debits ---------------------------------------------------------------------------


@pytest.fixture
def gathered() -> SepaBatch:
    account = made.bank_account()
    sepa.debit(cents=1200)
    return sepa.gathered(account)


def step(client: Client, batch: SepaBatch, name: str, **sent: str) -> str:
    client.post(f"{DESK}einzuege/{batch.pk}/{name}/", sent)
    batch.refresh_from_db()
    return batch.state


def test_batch_takes_two_persons_and_gives_the_same_file_each_time(
    client: Client, otto: Person, gathered: SepaBatch
) -> None:
    page = f"einzuege/{gathered.pk}/"
    assert MASKED in text(client, page)
    assert IBAN not in text(client, page)
    assert step(client, gathered, "einfrieren") == "frozen"
    assert step(client, gathered, "freigeben") == "frozen"  # not by the same person
    assert client.get(f"{DESK}{page}datei/").status_code == 302
    other = Client()
    cast.come_in(other, cast.staff("Berta", "bookkeeper"))
    assert step(other, gathered, "freigeben") == "exported"
    first, again = (client.get(f"{DESK}{page}datei/") for _ in range(2))
    assert first.content == again.content
    assert IBAN.encode() in first.content
    assert "no-store" in first["Cache-Control"]
    assert step(client, gathered, "angenommen") == "accepted"
    assert step(client, gathered, "angenommen") == "accepted"
    assert step(client, gathered, "ablehnen", code="AM05") == "rejected"
    assert "AM05" in text(client, page)


def test_rows_of_a_large_open_batch_are_checked_when_asked_for(
    client: Client, otto: Person, gathered: SepaBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = gathered.lines.get()
    mandates.revoke(line.mandate, at=NOW)
    page = f"einzuege/{gathered.pk}/"
    assert line.end_to_end_id in text(client, page).partition("Ausgelassen")[2]
    monkeypatch.setattr(files, "AT_ONCE", 0)
    assert "Ausgelassen" not in text(client, page)
    assert "?pruefen" in client.get(DESK + page).content.decode()
    assert "Ausgelassen" in text(client, page, pruefen="")
    assert "Ausgelassen" not in text(client, page, pruefen="", p="2")


def test_batches_are_gathered_by_the_office(client: Client, otto: Person) -> None:
    assert "Noch zieht kein Bankkonto ein" in text(client, "einzuege/")
    account = made.bank_account()
    assert client.post(f"{DESK}einzuege/sammeln/").status_code == 302
    assert account.batches.count() == 0
    BankAccount.objects.all().delete()
    assert client.post(f"{DESK}einzuege/sammeln/").status_code == 404


def test_iban_in_full_is_shown_once_and_written_down(client: Client, otto: Person) -> None:
    mandate = made.mandate()
    assert client.get(f"{DESK}mandate/{mandate.pk}/iban/").status_code == 405
    answer = client.post(f"{DESK}mandate/{mandate.pk}/iban/")
    assert IBAN in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    logged = ModelLogEntry.objects.get(action="payments.see_iban")
    assert (logged.user, logged.object_id) == (otto, str(mandate.pk))
    assert IBAN not in str(logged.data)


# --- Books -----------------------------------------------------------------------------------


def test_year_and_month_show_what_was_booked(client: Client, otto: Person) -> None:
    paid(made.item(), 1200, on=dt.date(2027, 1, 20))
    paid(made.item(), 800, on=dt.date(2027, 3, 1))
    year = client.get(f"{DESK}buecher/", {"jahr": "2027"})
    rows = {row.name: row for row in year.context["accounts"]}
    assert [row.replace("\N{NO-BREAK SPACE}", " ") for row in rows["Beiträge"].turnovers[:4]] == [
        "12 €",
        "–",
        "8 €",
        "–",
    ]
    assert rows["Bank"].after == rows["Beiträge"].after
    assert year.context["drawn"] is not None
    month = client.get(f"{DESK}buecher/", {"jahr": "2027", "monat": "3"})
    rows = {row.name: row for row in month.context["accounts"]}
    assert len(rows["Bank"].turnovers) == 31
    assert rows["Bank"].before.startswith("12")
    assert client.get(f"{DESK}buecher/", {"jahr": "x", "monat": "13"}).status_code == 200


def test_books_leave_for_datev_and_beancount(client: Client, otto: Person) -> None:
    paid(made.item(), 1200)
    asked = {"since": "2027-01-01", "until": "2027-01-31", "form": "datev"}
    one = b"".join(client.get(f"{DESK}buecher/ausgeben/", asked))
    assert one.startswith(b'"EXTF";700;21;')
    two = b"".join(client.get(f"{DESK}buecher/ausgeben/", asked | {"since": "2026-12-01"}))
    assert len(zipfile.ZipFile(io.BytesIO(two)).namelist()) == 2
    text = b"".join(client.get(f"{DESK}buecher/ausgeben/", asked | {"form": "beancount"}))
    assert b"Income:Contributions  -12.00 EUR" in text


def test_wrong_period_is_told_beside_the_field(client: Client, otto: Person) -> None:
    asked = {"since": "2027-02-01", "until": "2027-01-31", "form": "datev"}
    answer = client.get(f"{DESK}buecher/ausgeben/", asked)
    assert answer.status_code == 422
    assert "until" in answer.context["form"].errors


def test_proof_says_that_all_lists_are_empty(client: Client, otto: Person) -> None:
    paid(made.item())
    answer = client.get(f"{DESK}pruefung/", {"pruefen": "1"})
    assert answer.context["wrong"] == 0


# --- One person ------------------------------------------------------------------------------


def test_timeline_tells_everything_of_one_person(client: Client, otto: Person) -> None:
    item = sepa.debit(cents=1200)
    pledge = item.pledge
    attempt = made.attempt(item, external_id="T-1", state="submitted")
    settle.collected(attempt, amount=Money(1200), into="bank", on=NOW.date(), at=NOW)
    refunds.ask(attempt, amount=Money(200), why="asked", by=otto, key=uuid.uuid4(), at=NOW)
    pledges.end(pledge, reason="reader", at=NOW)
    told = text(client, f"personen/{pledge.person_id}/")
    for words in (
        "Zusage begonnen",
        "Zahlung 1",
        "Buchung",
        "Erstattung",
        "Zusage beendet",
        MASKED,
    ):
        assert words in told
    assert IBAN not in told
    nobody = made.person()
    assert "nichts zugesagt" in text(client, f"personen/{nobody.pk}/")
