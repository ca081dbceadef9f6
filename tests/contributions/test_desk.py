"""The office's screens: who gives, what asks, by which ways, what was declared."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from allmende.contributions import managing, staff_roles, ways
from allmende.contributions.models import Campaign, Declaration, Offer
from allmende.payments.models import Method, Refund
from allmende.people.roles import Role
from tests.contributions import money
from tests.contributions.cast import LENE, appeal, campaign, open_ways
from tests.people import cast

pytestmark = pytest.mark.django_db
GIVERS = "/redaktion/contributions/givers/"


@pytest.fixture
def office(client: Client) -> Client:
    person = cast.staff("Nora", Role.OFFICE)
    staff_roles.lay_permissions()
    cast.come_in(client, person)
    return client


@pytest.fixture(autouse=True)
def some_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    open_ways(monkeypatch)


def test_contributors_are_found_by_name_and_address(office: Client):
    money.pledged(person=cast.reader(LENE, first_name="Lene", last_name="Ott"))
    money.pledged(person=cast.reader("otto@bote.example", first_name="Otto"))
    for words in ("Lene", "lene@bote", "Ott lene"):
        html = office.get(GIVERS, {"q": words}).content.decode()
        assert "Lene Ott" in html
        assert "otto@bote.example" not in html


def test_contributors_are_filtered_by_state(office: Client):
    money.pledged(person=cast.reader(LENE, first_name="Lene"))
    assert LENE in office.get(GIVERS, {"state": "active"}).content.decode()
    assert LENE not in office.get(GIVERS, {"state": "ended"}).content.decode()


def test_contributor_shows_payments_and_statement(office: Client):
    person = cast.reader(LENE)
    attempt = money.paid(pledge=money.pledged(person=person), on=dt.date(2026, 5, 1))
    pledge = attempt.item.pledge
    html = office.get(f"{GIVERS}{pledge.pk}/").content.decode()
    assert f"{GIVERS}{pledge.pk}/2026.pdf" in html
    answer = office.get(f"{GIVERS}{pledge.pk}/2026.pdf")
    assert answer["Content-Type"] == "application/pdf"


def test_statements_of_a_year_leave_as_one_file(office: Client):
    money.paid(pledge=money.pledged(person=cast.reader(LENE)), on=timezone.localdate())
    assert office.get("/redaktion/contributions/statements/").status_code == 200
    year = str(timezone.localdate().year)
    answer = office.post("/redaktion/contributions/statements/", {"year": year})
    assert answer["Content-Type"] == "application/zip"
    assert b"".join(answer).startswith(b"PK")  # type: ignore[arg-type]


def test_declaration_is_settled_once_by_whom(office: Client):
    found = Declaration.objects.create(kind="withdraw", received_at=timezone.now(), name="Lene")
    listed = office.get("/redaktion/contributions/declarations/").content.decode()
    path = f"/redaktion/contributions/declarations/{found.pk}/"
    assert path in listed
    assert office.get(path).status_code == 200
    assert office.post(path).status_code == 302
    found.refresh_from_db()
    assert found.handled_at is not None
    assert str(found.handled_by) == "Nora Reuter"


def test_what_was_paid_of_a_withdrawn_contribution_goes_back_once(office: Client):
    pledge = money.pledged(person=cast.reader(LENE), at=timezone.now())
    first, second = money.paid(pledge=pledge), money.paid(pledge=pledge, period=1)
    found = managing.declare(pledge, kind="withdraw", at=timezone.now())
    assert found.handled_at is None
    path = f"/redaktion/contributions/declarations/{found.pk}/"
    assert "Zurückgeben" in office.get(path).content.decode()
    for _twice in range(2):
        office.post(path, {"give_back": ""})
    asked = Refund.objects.order_by("attempt").values_list("attempt", "cents", "state")
    assert list(asked) == [(first.pk, 1200, "asked"), (second.pk, 1200, "asked")]
    found.refresh_from_db()
    assert str(found.handled_by) == "Nora Reuter"
    assert "Zurückgeben" not in office.get(path).content.decode()


def test_ways_are_ordered_and_switched_but_not_made(office: Client):
    address = "/redaktion/snippets/payments/method/"
    assert office.get(address).status_code == 200
    first = [row.name for row in Method.objects.all()]
    last = Method.objects.get(name=first[-1])
    ways.move(last, to=0)
    assert [row.name for row in Method.objects.all()] == [first[-1], *first[:-1]]
    assert office.post(f"{address}edit/{last.pk}/", {}).status_code == 302
    last.refresh_from_db()
    assert last.is_on is False
    assert office.get(f"{address}add/").status_code == 302


def test_words_and_amounts_are_the_offices(office: Client):
    Offer.load()
    found = appeal()
    campaign()
    for address in (
        "/redaktion/snippets/contributions/appeal/",
        f"/redaktion/snippets/contributions/appeal/edit/{found.pk}/",
        "/redaktion/snippets/contributions/campaign/",
        f"/redaktion/snippets/contributions/campaign/edit/{Campaign.objects.get().pk}/",
        f"/redaktion/settings/contributions/offer/{Offer.load().pk}/",
    ):
        assert office.get(address).status_code == 200, address


def test_authors_see_no_contributors(client: Client):
    person = cast.staff("Jana", Role.AUTHOR)
    staff_roles.lay_permissions()
    cast.come_in(client, person)
    assert client.get(GIVERS).status_code in (302, 403)
    assert client.get("/redaktion/contributions/statements/").status_code in (302, 403)
