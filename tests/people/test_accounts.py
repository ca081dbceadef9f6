"""Accounts: addresses belong to one person, persons come and are locked out."""

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.test import Client

from allmende.people import accounts, roles
from allmende.people.models import ContactAddress, Person
from tests.people import cast

pytestmark = pytest.mark.django_db


def rows(person: Person) -> list[tuple[str, bool, bool]]:
    return list(
        EmailAddress.objects.filter(user=person)
        .order_by("email")
        .values_list("email", "verified", "primary")
    )


def test_staff_has_a_small_written_verified_address() -> None:
    assert rows(cast.staff("JANA", "author")) == [("jana@bote.example", True, True)]


def test_staff_without_password_has_none() -> None:
    jana = cast.staff("Jana", "author")
    assert not jana.has_usable_password()
    assert jana.confirmed_at == cast.NOW


def test_address_of_another_is_taken_and_nobody_made() -> None:
    cast.staff("Jana", "author")
    with pytest.raises(accounts.AddressTaken), transaction.atomic():
        cast.staff("jana", "author")
    assert Person.objects.count() == 1


def test_database_refuses_a_second_owner() -> None:
    cast.staff("Jana")
    tarik = cast.staff("Tarik")
    with pytest.raises(IntegrityError):
        EmailAddress.objects.create(user=tarik, email="jana@bote.example", verified=True)


def test_second_address_signs_in_too_but_is_not_written_to() -> None:
    jana = cast.staff("Jana")
    accounts.add_sign_in_address(jana, email="j@bote.example")
    assert rows(jana) == [("j@bote.example", True, False), ("jana@bote.example", True, True)]
    assert jana.email == "jana@bote.example"


def test_changed_address_takes_the_place_of_the_old() -> None:
    jana = cast.staff("Jana")
    accounts.change_sign_in_address(jana, email="Reuter@bote.example", by=None)
    assert rows(jana) == [("reuter@bote.example", True, True)]


def test_old_address_is_free_for_another() -> None:
    accounts.change_sign_in_address(cast.staff("Jana"), email="reuter@bote.example", by=None)
    assert rows(cast.staff("Jana")) == [("jana@bote.example", True, True)]


def test_person_without_sign_in_is_reached_by_contact_address() -> None:
    person = Person.objects.create_user(first_name="Gisela")
    assert person.email == ""
    ContactAddress.objects.create(person=person, email="haus@bote.example")
    assert Person.objects.get(pk=person.pk).email == "haus@bote.example"


def test_locked_out_person_is_signed_out(client: Client) -> None:
    jana = cast.staff("Jana", "editor")
    cast.come_in(client, jana)
    accounts.set_active(jana, active=False, by=None, at=cast.NOW)
    assert client.get("/redaktion/").headers["Location"].startswith("/konto/login/")


def test_last_admin_is_not_locked_out() -> None:
    ada = cast.staff("Ada", "admin")
    with pytest.raises(roles.LastAdmin):
        accounts.set_active(ada, active=False, by=ada, at=cast.NOW)


def test_office_locks_no_admin_out() -> None:
    ada, _other = cast.staff("Ada", "admin"), cast.staff("Tarik", "admin")
    with pytest.raises(roles.NotAllowed):
        accounts.set_active(ada, active=False, by=cast.staff("Otto", "office"), at=cast.NOW)
