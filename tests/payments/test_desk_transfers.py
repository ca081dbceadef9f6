"""The office takes statements in, and decides whose money a transfer is."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from allmende.ledger.balances import balance
from allmende.payments import matching
from allmende.payments.models import Pledge, Transfer
from allmende.payments.providers.dummy_bank.bank import Bank
from tests.factories import payments as made
from tests.factories.payments import NOW
from tests.payments.test_matching import come, look, promise, states
from tests.people import cast

pytestmark = pytest.mark.django_db
DESK = "/redaktion/geld/"
DAY = dt.date(2027, 1, 18)


@pytest.fixture
def bank() -> Bank:
    return Bank(made.bank_account().iban)


@pytest.fixture(autouse=True)
def berta(client: Client) -> None:
    """The bookkeeper, signed in."""
    cast.come_in(client, cast.staff("Berta", "bookkeeper"))


def hand_in(client: Client, *files: bytes):
    sent = [SimpleUploadedFile(f"auszug-{n}.xml", data) for n, data in enumerate(files)]
    return client.post(f"{DESK}auszuege/", {"files": sent})


def post(client: Client, row: Transfer, deed: str, **sent):
    return client.post(f"{DESK}zuordnen/{row.pk}/{deed}/", sent)


def on(*codes: str) -> list[int]:
    return [balance(code).cents for code in codes]


def named(pledge: Pledge, first_name: str) -> Pledge:
    pledge.person.first_name = first_name
    pledge.person.save()
    return pledge


def test_other_roles_see_no_rows(bank):
    row, other = come(bank, 1200), Client()
    cast.come_in(other, cast.staff("Jana", "editor"))
    for path in ("auszuege/", "zuordnen/", f"zuordnen/{row.pk}/"):
        assert other.get(DESK + path).status_code == 302
    for deed in ("nehmen", "teilen", "beiseite", "zurueck"):
        assert post(other, row, deed).status_code == 302
    row.refresh_from_db()
    assert row.state == "open"


def test_a_statement_is_taken_in_with_a_report(client, bank):
    pledge = promise()
    bank.come_in(1200, on=DAY, name="Ada", iban=made.IBAN, purpose=pledge.transfer_reference)
    bank.come_in(900, on=DAY, name="Bo", iban=made.IBAN, purpose="von mir")
    first = hand_in(client, bank.statement(DAY, DAY))
    assert (first.status_code, first.context["matched"], first.context["waiting"]) == (200, 1, 1)
    assert [(one.rows, one.new) for one in first.context["reports"]] == [(2, 2)]
    again = hand_in(client, bank.statement(DAY, DAY))
    assert [(one.rows, one.new) for one in again.context["reports"]] == [(2, 0)]
    assert on("bank", "suspense", "contributions") == [2100, -900, -1200]


def test_a_wrong_file_is_refused_with_its_line_and_the_right_one_beside_it_is_read(client, bank):
    bank.come_in(1200, on=DAY, name="Ada", iban=made.IBAN)
    good = bank.statement(DAY, DAY)
    answer = hand_in(client, good.replace(b">12.00<", b">13.00<", 1), b"no XML", good)
    assert answer.status_code == 422
    refused = [one.refused for one in answer.context["reports"]]
    assert "Zeile" in refused[0]
    assert "Zeile 1" in refused[1]
    assert refused[2] == ""
    assert on("bank") == [1200]
    assert hand_in(client).status_code == 422


def test_a_suggestion_is_taken_and_leads_to_the_next_row(client, bank):
    pledge = promise()
    row = come(bank, 1500, purpose=pledge.transfer_reference)
    later = come(bank, 700, on=DAY + dt.timedelta(days=1), purpose="?")
    assert not look(row)
    shown = client.get(f"{DESK}zuordnen/{row.pk}/")
    (best,) = shown.context["suggestions"]
    told = " ".join(f"{part.item.pk}:{part.cents}" for part in best.parts)
    answer = post(client, row, "nehmen", parts=told)
    assert answer.url == f"{DESK}zuordnen/{later.pk}/"
    assert states(pledge) == ["collected"]
    assert post(client, row, "nehmen", parts=told).url == f"{DESK}zuordnen/{row.pk}/"
    assert on("suspense", "contributions") == [-700, -1500]


def test_a_couple_is_found_split_and_suggested_the_next_time(client, bank):
    one, two = named(promise(), "Frieda"), named(promise(cents=2000), "Gustav")
    row = come(bank, 3200, purpose="von uns beiden")
    page = f"{DESK}zuordnen/{row.pk}/"
    assert client.get(page, {"suche": "Frieda"}).context["found"] == [one]
    assert client.get(page, {"suche": "Gustav", "mit": one.pk}).context["found"] == [two]
    assert client.get(page, {"suche": one.transfer_reference}).context["found"] == [one]
    fields = [f"amount-{pledge.pk}" for pledge in (one, two)]
    short = post(client, row, "teilen", **dict(zip(fields, ("12,00", "10"), strict=True)))
    assert short.status_code == 422
    assert "10 € sind" in short.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert 'value="12,00"' in short.content.decode()
    assert post(client, row, "teilen", **{fields[0]: "zwölf"}).status_code == 422
    assert post(client, row, "teilen").status_code == 422
    done = post(client, row, "teilen", **dict(zip(fields, ("12,00", "20"), strict=True)))
    assert done.status_code == 302
    assert (states(one), states(two)) == (["collected"], ["collected"])
    for pledge in (one, two):
        made.item(pledge, period=1)
    again = come(bank, 3200, on=DAY + dt.timedelta(days=30), purpose="von uns beiden")
    (line,) = client.get(f"{DESK}zuordnen/").context["lines"]
    assert line.best.reason == "decided before"
    assert look(again)


def test_money_that_is_no_givers_is_set_aside_and_taken_back(client, bank):
    row = come(bank, 5000, purpose="Zinsen")
    assert post(client, row, "beiseite", account="fees").status_code == 422
    assert post(client, row, "beiseite", account="nowhere", why="x").status_code == 422
    for times in range(2):
        assert post(client, row, "beiseite", account="fees", why="Zinsen").status_code == 302
        assert on("bank", "suspense", "fees") == [5000, 0, -5000], times
        assert post(client, row, "zurueck").status_code == 302
        assert on("bank", "suspense", "fees") == [5000, -5000, 0], times


def test_what_was_given_to_the_wrong_pledge_is_taken_back_and_given_anew(client, bank):
    wrong, right = promise(), promise()
    row = come(bank, 1200, purpose=wrong.transfer_reference)
    assert look(row)
    post(client, row, "zurueck")
    row.refresh_from_db()
    assert (row.state, states(wrong), on("suspense", "contributions")) == (
        "open", ["reopened"], [-1200, 0],
    )  # fmt: skip
    assert matching.work(at=NOW) == 0  # a person decides over it from now on
    for pledge in (right, wrong):
        post(client, row, "teilen", **{f"amount-{pledge.pk}": "12"})
        assert (states(pledge), on("suspense", "contributions")) == (["collected"], [0, -1200])
        post(client, row, "zurueck")
    assert on("bank", "suspense", "contributions") == [1200, -1200, 0]
    assert post(client, row, "zurueck").status_code == 302  # open: nothing to take back


def test_a_gift_whose_pledge_has_ended_is_taken_back_and_nobody_is_asked_for_more(client, bank):
    pledge = promise(rhythm="once")
    row = come(bank, 1200, purpose=pledge.transfer_reference)
    assert look(row)
    post(client, row, "zurueck")
    assert (states(pledge), on("suspense", "contributions")) == (["closed"], [-1200, 0])


def test_money_that_went_is_only_set_aside(client, bank):
    bank.correct(-300, on=DAY, purpose="Entgelt")
    hand_in(client, bank.statement(DAY, DAY))
    row = Transfer.objects.get()
    assert client.get(f"{DESK}zuordnen/{row.pk}/").context["suggestions"] == []
    assert post(client, row, "beiseite", account="fees", why="Kontoführung").status_code == 302
    assert on("bank", "fees") == [-300, 300]
