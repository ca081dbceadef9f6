"""Yearly statements: every euro that stayed, once, and the words that it is no donation."""

import datetime as dt
import io
import zipfile

import pytest
from django.test import Client
from django.utils import timezone, translation

from allmende.contributions import links, receipts
from allmende.ledger.money import Money
from allmende.paper import identity
from allmende.people.models import Person
from tests.contributions import money
from tests.contributions.cast import AT, LENE
from tests.people import cast

pytestmark = pytest.mark.django_db
ON = dt.date(2027, 1, 4)


@pytest.fixture
def lene() -> Person:
    person = cast.reader(LENE, first_name="Lene", last_name="Ott")
    pledge = money.pledged(person=person)
    for month in (1, 2, 3):
        money.paid(pledge=pledge, period=month, on=dt.date(2026, month, 28))
    money.paid(pledge=pledge, period=4, on=dt.date(2026, 4, 28), refunded=Money(2_00))
    money.paid(pledge=pledge, period=5, on=dt.date(2026, 5, 28), refunded=Money(12_00))
    money.paid(pledge=pledge, period=12, on=dt.date(2027, 1, 2))
    return person


def test_statement_names_what_stayed_in_its_year(lene: Person):
    given = receipts.gifts(lene, year=2026)
    assert [gift.amount.cents for gift in given] == [1200, 1200, 1200, 1000]
    assert receipts.years(lene) == [2027, 2026]


def test_statement_sums_up_and_says_that_it_is_no_donation(lene: Person):
    given = receipts.gifts(lene, year=2026)
    with translation.override("de"):
        data = receipts.written(lene, given, year=2026, paper=identity.paper(), on=ON)
    assert data["sum"] == "46\N{NO-BREAK SPACE}€"
    assert data["recipient"] == ["Lene Ott"]
    assert "nicht absetzbar" in data["words"][0]


def test_statement_is_the_same_whenever_it_is_made_at_a_moment(lene: Person):
    made = [
        receipts.statement(lene, year=2026, paper=identity.paper(), on=ON, at=AT) for _ in range(2)
    ]
    assert made[0] == made[1]
    assert made[0] is not None
    assert made[0].startswith(b"%PDF")


def test_year_without_money_has_no_statement(lene: Person, client: Client):
    assert receipts.statement(lene, year=2025, paper=identity.paper(), on=ON, at=AT) is None
    token = links.to_manage(lene, email=LENE, at=timezone.now())
    page = "/" + token.split("/", 3)[3]
    assert client.get(f"{page}nachweis-2025.pdf").status_code == 404
    answer = client.get(f"{page}nachweis-2026.pdf")
    assert answer["Content-Type"] == "application/pdf"


def test_all_statements_of_a_year_are_one_each(lene: Person):
    otto = cast.reader("otto@bote.example")
    money.paid(pledge=money.pledged(person=otto), on=dt.date(2026, 5, 1))
    assert receipts.count(year=2026) == 2
    parts = receipts.all_statements(year=2026, paper=identity.paper(), on=ON, at=AT)
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as pack:
        assert pack.namelist() == [f"2026-{lene.pk}.pdf", f"2026-{otto.pk}.pdf"]
        assert pack.testzip() is None
