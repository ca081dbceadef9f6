"""The office's screens of persons."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allmende.people import merging
from allmende.people.models import ContactAddress, Person
from tests.newsletters.test_subscribe import confirmed, newsletter
from tests.people import cast

pytestmark = pytest.mark.django_db
LIST, LENE = "/redaktion/personen/", "lene@bote.example"


@pytest.fixture
def otto(client: Client) -> Person:
    """The office, signed in."""
    person = cast.staff("Otto", "office")
    cast.come_in(client, person)
    return person


@pytest.fixture
def lene() -> Person:
    return confirmed(newsletter("friday"), LENE).person


def of(person: Person, more: str = "") -> str:
    return f"{LIST}{person.pk}/{more}"


def found(client: Client, words: str) -> list[Person]:
    return list(client.get(LIST, {"q": words}).context["shown"])


def test_screens_are_closed_to_other_roles(client: Client, lene: Person) -> None:
    cast.come_in(client, cast.staff("Jana", "chief editor"))
    pages = (LIST, *(of(lene, part) for part in ("", "daten/", "loeschen/", "zusammenfuehren/")))
    for page in (*pages, of(lene, f"zusammenfuehren/{lene.pk}/")):
        assert [client.get(page).status_code, client.post(page).status_code] in (
            [302, 302],
            [302, 405],
        )
    assert Person.objects.get(pk=lene.pk).erased_at is None


@pytest.mark.parametrize("words", ["Gisela", "gisela brandt", "haus@", "Amselweg", "weit.example"])
def test_person_is_found_by_name_and_address(client: Client, otto: Person, words: str) -> None:
    gisela = cast.reader("haus@bote.example", first_name="Gisela", last_name="Brandt")
    ContactAddress.objects.create(person=gisela, street="Amselweg 1", town="Niederau")
    double = cast.reader("g@weit.example")
    merging.merge(double, into=gisela, by=None, at=cast.NOW)
    cast.reader("otto@anders.example", first_name="Otto")
    assert found(client, words) == [gisela]
    assert found(client, "nobody") == []


def test_list_asks_as_much_for_three_as_for_one(client: Client, otto: Person) -> None:
    client.get(LIST)
    counts = []
    for names in ("a", "bc"):
        for name in names:
            cast.reader(f"{name}@bote.example")
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_history_tells_what_happened_in_every_app(
    client: Client, otto: Person, lene: Person
) -> None:
    answer = client.get(of(lene))
    told = [(str(event.what), str(event.detail)) for event in answer.context["shown"]]
    assert len(told) == 4  # asked, confirmed, agreed, first known
    assert any("The friday letter" in what for what, _how in told)
    assert "/artikel/1.steg.html" in str(told)


def test_office_takes_everything_out(client: Client, otto: Person, lene: Person) -> None:
    assert LENE in client.get(of(lene, "daten/")).content.decode()
    told = json.loads(client.get(of(lene, "daten/?json")).content)
    assert [row["email"] for row in told["addresses"]] == [LENE]


def test_office_merges_after_seeing_both(client: Client, otto: Person, lene: Person) -> None:
    double = cast.reader(LENE, first_name="Lene")
    assert [row.pk for row in client.get(of(lene, "zusammenfuehren/")).context["offered"]] == [
        double.pk
    ]
    both = of(lene, f"zusammenfuehren/{double.pk}/")
    assert client.get(both).status_code == 200
    assert "refused" in client.post(both).context
    assert not Person.objects.filter(merged_into__isnull=False).exists()
    assert client.post(both, {"stays": double.pk}).headers["Location"] == of(double)
    assert client.post(both, {"stays": double.pk}).status_code == 302  # pressed twice
    assert client.get(of(lene)).headers["Location"] == of(double)
    page = client.get(of(double))
    names = [str(event.detail) for event in page.context["shown"]]
    assert any("Otto" in name for name in names)
    assert [row.pk for row in page.context["merged"]] == [lene.pk]


def test_office_erases_and_the_row_says_so(client: Client, otto: Person, lene: Person) -> None:
    assert LENE in client.get(of(lene, "loeschen/")).content.decode()
    assert Person.objects.get(pk=lene.pk).erased_at is None
    client.post(of(lene, "loeschen/"))
    page = client.get(of(lene)).content.decode()
    assert LENE not in page
    assert client.post(of(lene, "loeschen/")).status_code == 302  # pressed twice
    assert len(Person.objects.get(pk=lene.pk).consents.all()) == 2
    assert client.get(f"/redaktion/users/edit/{lene.pk}/").status_code == 302  # nobody is let in
    assert client.post(of(otto, "loeschen/")).context["refused"]
