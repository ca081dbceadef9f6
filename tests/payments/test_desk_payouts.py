"""The office's screens of payouts."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from allmende.payments import payout_batches, payouts
from allmende.payments.models import BankAccount, Payout, PayoutBatch
from allmende.people.models import Person
from tests.factories import payments as made
from tests.factories.payments import IBAN
from tests.payments.sending import ask, exported
from tests.people import cast

pytestmark = pytest.mark.django_db
DESK = "/redaktion/geld/auszahlungen/"
MASKED = "DE … 2051"
OTHER = "NL91ABNA0417164300"


@pytest.fixture
def otto(client: Client) -> Person:
    person = cast.staff("Otto", "office")
    cast.come_in(client, person)
    return person


def text(client: Client, path: str = "", status: int = 200, **asked: str) -> str:
    answer = client.get(DESK + path, asked)
    assert answer.status_code == status, answer
    content = re.sub(r"<script.*?</script>", " ", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", content).split())


def test_screens_are_closed_to_other_roles(client: Client) -> None:
    cast.come_in(client, cast.staff("Jana", "chief editor"))
    payout = ask()
    for page in ["", "dateien/", "dateien/1/", "dateien/1/datei/", f"{payout.pk}/"]:
        assert client.get(DESK + page).status_code == 302
    for deed in ["dateien/sammeln/", "dateien/1/freigeben/", f"{payout.pk}/iban/"]:
        assert client.post(DESK + deed).status_code == 302
    assert not ModelLogEntry.objects.filter(action="payments.see_iban").exists()


def test_empty_screens_say_so(client: Client, otto: Person) -> None:
    assert "Nichts ist auszuzahlen." in text(client)
    assert "Noch zahlt kein Bankkonto aus." in text(client, "dateien/")
    assert "Hier ist noch nichts." in text(client, zeige="bezahlt")
    assert client.post(f"{DESK}dateien/sammeln/").status_code == 404


def step(client: Client, batch: PayoutBatch, name: str, **sent: str) -> str:
    client.post(f"{DESK}dateien/{batch.pk}/{name}/", sent)
    batch.refresh_from_db()
    return batch.state


def test_payouts_take_two_persons_and_give_the_same_file_each_time(
    client: Client, otto: Person
) -> None:
    made.bank_account()
    payout = ask(pay_on=dt.date(2026, 1, 2))
    assert "1 Auszahlung über 500 €" in text(client, "dateien/").replace("\N{NO-BREAK SPACE}", " ")
    client.post(f"{DESK}dateien/sammeln/")
    batch = PayoutBatch.objects.get()
    page = f"dateien/{batch.pk}/"
    assert MASKED in text(client, page)
    assert IBAN not in text(client, page)
    assert step(client, batch, "einfrieren") == "frozen"
    assert step(client, batch, "freigeben") == "frozen"  # not by the same person
    assert client.get(f"{DESK}{page}datei/").status_code == 302
    other = Client()
    cast.come_in(other, cast.staff("Berta", "bookkeeper"))
    assert step(other, batch, "freigeben") == "exported"
    first, again = (client.get(f"{DESK}{page}datei/") for _ in range(2))
    assert first.content == again.content
    assert IBAN.encode() in first.content
    assert "no-store" in first["Cache-Control"]
    assert "eingereicht" in text(client)
    assert step(client, batch, "angenommen") == "accepted"
    assert step(client, batch, "ablehnen", code="FF01") == "rejected"
    assert "FF01" in text(client, page)
    payout.refresh_from_db()
    assert payout.state == "waiting"


def test_an_account_in_full_is_shown_once_and_written_down(client: Client, otto: Person) -> None:
    payout = ask()
    assert client.get(f"{DESK}{payout.pk}/iban/").status_code == 405
    answer = client.post(f"{DESK}{payout.pk}/iban/")
    assert IBAN in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    logged = ModelLogEntry.objects.get(action="payments.see_iban")
    assert (logged.user, logged.object_id) == (otto, str(payout.pk))
    Payout.objects.update(iban=b"", last4="")
    assert client.post(f"{DESK}{payout.pk}/iban/").status_code == 302
    assert ModelLogEntry.objects.filter(action="payments.see_iban").count() == 1


def test_what_came_back_is_given_another_account(client: Client, otto: Person) -> None:
    payout = ask()
    now = timezone.now()
    line = exported(made.bank_account()).lines.get()
    payouts.paid(line, on=now.date(), at=now)
    payouts.returned(line, code="AC04", on=now.date(), at=now, came=payout.amount)
    assert "kam zurück (AC04)" in text(client)
    page = f"{DESK}{payout.pk}/"
    wrong = client.post(f"{page}konto/", {"holder": "Ada", "iban": "DE00"})
    assert wrong.status_code == 422
    assert "iban" in wrong.context["form"].errors
    swiss = {"holder": "Ada", "iban": "CH9300762011623852957"}
    assert "town" in client.post(f"{page}konto/", swiss).context["form"].errors
    client.post(f"{page}konto/", swiss | {"town": "Bern", "country": "ch"})
    payout.refresh_from_db()
    assert (payout.state, payout.country) == ("waiting", "CH")
    address = payouts.receiver(payout).address
    assert address is not None
    assert (address.country, address.town) == ("CH", "Bern")
    exported(BankAccount.objects.get())
    client.post(f"{page}konto/", {"holder": "Ada", "iban": OTHER})
    payout.refresh_from_db()
    assert payout.country == "CH"


@pytest.mark.parametrize("path", ["", "dateien/"])
def test_lists_take_as_many_statements_for_three_as_for_one(
    client: Client, otto: Person, path: str
) -> None:
    account = made.bank_account(most=1)
    counts = []
    for number in (1, 2):
        for one in range(number):
            ask(f"k:{number}:{one}", person=made.person())
        payout_batches.gather(account, on=made.NOW.date(), at=made.NOW)
        with CaptureQueriesContext(connection) as queries:
            client.get(DESK + path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_timeline_tells_of_payouts(client: Client, otto: Person) -> None:
    person = made.person()
    ask(person=person)
    exported(made.bank_account())
    answer = client.get(f"/redaktion/geld/personen/{person.pk}/")
    told = sorted(event.what for event in answer.context["shown"])
    assert told == ["Auszahlung", "Auszahlung eingereicht"]
    assert IBAN not in answer.content.decode()
