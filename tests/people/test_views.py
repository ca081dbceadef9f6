"""The office's screens for people."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from allmende.people.models import Person
from allmende.people.roles import roles_of
from tests.people import cast

pytestmark = pytest.mark.django_db

LIST, ADD = "/redaktion/users/", "/redaktion/users/new/"


@pytest.fixture
def otto(client: Client) -> Person:
    """The office, signed in."""
    person = cast.staff("Otto", "office")
    cast.come_in(client, person)
    return person


@pytest.fixture
def ada(client: Client) -> Person:
    """The administrator, signed in."""
    person = cast.staff("Ada", "admin")
    cast.come_in(client, person)
    return person


def filled(**changes: Any) -> dict[str, Any]:
    return {
        "first_name": "Lene",
        "last_name": "Brandt",
        "email": "Lene@bote.example",
        "language": "de",
        "roles": ["author"],
    } | changes


def edit_address(person: Person) -> str:
    return f"/redaktion/users/edit/{person.pk}/"


@pytest.mark.parametrize("role", ["author", "editor", "chief editor"])
def test_screens_are_closed_to_other_roles(client: Client, role: str) -> None:
    jana = cast.staff("Jana", role)
    cast.come_in(client, jana)
    for address in (LIST, ADD, edit_address(jana), f"/redaktion/users/history/{jana.pk}/"):
        assert client.get(address).status_code == 302


def test_list_shows_what_the_office_asks(client: Client, otto: Person) -> None:
    cast.staff("Lene", "author", "editor")
    page = client.get(LIST).content.decode()
    assert "lene@bote.example" in page
    assert "otto@bote.example" in page


@pytest.mark.parametrize("words", ["Lene", "lene@bote", "reut"])
def test_person_is_found_once_by_name_and_address(client: Client, otto: Person, words: str) -> None:
    lene = cast.staff("Lene", "author")
    cast.accounts.add_sign_in_address(lene, email="reuter-lene@bote.example")
    found = client.get(LIST, {"q": words}).context["object_list"]
    assert [person.pk for person in found].count(lene.pk) == 1


def test_list_asks_as_much_for_three_as_for_one(client: Client, otto: Person) -> None:
    client.get(LIST)
    counts = []
    for names in (["Lene"], ["Tarik", "Milan"]):
        for name in names:
            cast.staff(name, "author")
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_office_adds_a_person_who_may_sign_in(client: Client, otto: Person) -> None:
    assert client.post(ADD, filled()).status_code == 302
    lene = Person.objects.get(first_name="Lene")
    assert (lene.email, roles_of(lene)) == ("lene@bote.example", ["author"])
    stranger = Client()
    cast.pass_first_factor(stranger, lene)
    assert stranger.session["_auth_user_id"] == str(lene.pk)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "otto@bote.example"}, "email"),
        ({"email": "kein"}, "email"),
        ({"first_name": ""}, "first_name"),
        ({"roles": ["admin"]}, "roles"),
        ({"roles": ["emperor"]}, "roles"),
        ({"language": "xx"}, "language"),
    ],
)
def test_wrong_entry_is_named_and_nobody_made(
    client: Client, otto: Person, wrong: dict[str, Any], field: str
) -> None:
    answer = client.post(ADD, filled(**wrong))
    assert list(answer.context["form"].errors) == [field]
    assert Person.objects.count() == 1


def test_office_changes_address_roles_and_entry(client: Client, otto: Person) -> None:
    lene = cast.staff("Lene", "author")
    client.post(edit_address(lene), filled(email="l@bote.example", roles=["editor"]))
    lene = Person.objects.get(pk=lene.pk)
    assert (lene.email, roles_of(lene), lene.is_active) == ("l@bote.example", ["editor"], False)


def test_other_groups_of_a_person_stay(client: Client, otto: Person) -> None:
    lene = cast.staff("Lene", "author")
    lene.groups.add(Group.objects.create(name="Betriebsrat"))
    client.post(edit_address(lene), filled(is_active="on", roles=[]))
    assert [group.name for group in lene.groups.all()] == ["Betriebsrat"]


def test_office_does_not_edit_admins(client: Client, otto: Person) -> None:
    admin = cast.staff("Ada", "admin")
    assert client.get(edit_address(admin)).status_code == 302
    client.post(edit_address(admin), filled(email="otto2@bote.example", is_active="on"))
    assert Person.objects.get(pk=admin.pk).email == "ada@bote.example"


def test_last_admin_keeps_the_role(client: Client, ada: Person) -> None:
    answer = client.post(edit_address(ada), filled(email=ada.email, roles=["office"]))
    assert list(answer.context["form"].errors) == ["roles"]
    assert roles_of(ada) == ["admin"]


def test_admin_makes_an_admin(client: Client, ada: Person) -> None:
    client.post(ADD, filled(roles=["admin"]))
    assert Person.objects.get(first_name="Lene").is_superuser


def test_nobody_is_deleted(client: Client, ada: Person) -> None:
    lene = cast.staff("Lene", "author")
    client.post(f"/redaktion/users/delete/{lene.pk}/")
    client.post(f"/redaktion/bulk/people/person/delete/?id={lene.pk}")
    assert Person.objects.filter(pk=lene.pk).exists()


def test_bulk_actions_do_not_pass_the_rules(client: Client, otto: Person) -> None:
    lene, admins = cast.staff("Lene", "author"), Group.objects.get(name="admin")
    where = "/redaktion/bulk/people/person"
    client.post(f"{where}/assign_role/?id={otto.pk}&id={lene.pk}", {"role": admins.pk})
    client.post(f"{where}/set_active_state/?id={lene.pk}", {"mark_as_active": "False"})
    assert not admins.user_set.exists()
    assert Person.objects.get(pk=lene.pk).is_active


def test_reset_says_what_goes_and_is_written_down(client: Client, ada: Person) -> None:
    lene = cast.staff("Lene", "author")
    cast.give_app(lene)
    address = f"/redaktion/users/reset-second-factor/{lene.pk}/"
    assert address in client.get(LIST).content.decode()
    assert address in client.get(edit_address(lene)).content.decode()
    assert len(client.get(address).context["factors"]) == 2
    assert lene.authenticator_set.count() == 2
    assert client.post(address).status_code == 302
    assert lene.authenticator_set.count() == 0
    entry = ModelLogEntry.objects.get(action="people.second_factor_reset")
    assert (entry.object_id, entry.user, entry.data) == (str(lene.pk), ada, {"removed": 2})


def test_reset_is_closed_to_the_office(client: Client, otto: Person) -> None:
    lene = cast.staff("Lene", "author")
    cast.give_app(lene)
    address = f"/redaktion/users/reset-second-factor/{lene.pk}/"
    assert (client.get(address).status_code, client.post(address).status_code) == (302, 302)
    assert lene.authenticator_set.count() == 2


def test_history_shows_what_was_done(client: Client, ada: Person) -> None:
    lene = cast.staff("Lene", "author")
    client.post(edit_address(lene), filled(is_active="on", roles=["editor"]))
    answer = client.get(f"/redaktion/users/history/{lene.pk}/")
    assert answer.status_code == 200


def test_account_page_leads_to_the_second_factor(client: Client, otto: Person) -> None:
    page = client.get("/redaktion/account/").content.decode()
    assert "/konto/2fa/" in page
    assert "/konto/password/change/" in page


def test_account_page_saves_the_name(client: Client, otto: Person) -> None:
    client.post(
        "/redaktion/account/",
        {
            "name_email-first_name": "Otto",
            "name_email-last_name": "Ohm",
            "locale-preferred_language": "en",
            "theme-theme": "system",
            "theme-contrast": "system",
            "theme-density": "default",
        },
    )
    otto.refresh_from_db()
    assert str(otto) == "Otto Ohm"
