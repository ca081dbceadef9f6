"""The way in: by code, by password, with the second factor; nothing is told to strangers."""

import re

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from allmende.people.models import Person
from tests.people import cast

pytestmark = pytest.mark.django_db

CONFIRM = "/konto/login/code/confirm/"
AUTHENTICATE = "/konto/2fa/authenticate/"


@pytest.fixture
def jana() -> Person:
    return cast.staff("Jana", "editor", password=cast.PASSWORD)


def ask(client: Client, address: str, email: str) -> HttpResponse:
    field = "login" if "login/" in address and "code" not in address else "email"
    return client.post(address, {field: email}, follow=True)


def without_secrets(answer: HttpResponse, email: str) -> str:
    """The page without what differs by nature: tokens and the address that was typed."""
    page = re.sub(r'value="[^"]{20,}"', "", answer.content.decode())
    return page.replace(email, "")


def test_code_opens_for_staff_without_password(client: Client) -> None:
    lene = cast.staff("Lene", "author")
    cast.pass_first_factor(client, lene)
    assert client.session["_auth_user_id"] == str(lene.pk)


def test_address_is_found_however_it_is_written(client: Client) -> None:
    cast.staff("Lene", "author")
    client.post("/konto/login/", {"login": "LENE@Bote.Example"})
    assert mail.outbox[-1].to == ["lene@bote.example"]


def test_code_leads_on_to_the_second_factor(client: Client, jana: Person) -> None:
    cast.give_app(jana)
    client.post("/konto/login/", {"login": jana.email})
    answer = client.post(CONFIRM, {"code": cast.mailed_code()})
    assert answer.headers["Location"] == AUTHENTICATE
    assert "_auth_user_id" not in client.session


def test_password_leads_on_to_the_second_factor(client: Client, jana: Person) -> None:
    cast.give_app(jana)
    answer = client.post("/konto/login/", {"login": jana.email, "password": cast.PASSWORD})
    assert answer.headers["Location"] == AUTHENTICATE
    assert "_auth_user_id" not in client.session


def test_password_signs_in(client: Client, jana: Person) -> None:
    client.post("/konto/login/", {"login": jana.email, "password": cast.PASSWORD})
    assert client.session["_auth_user_id"] == str(jana.pk)


@pytest.mark.parametrize(
    "address", ["/konto/login/", "/konto/login/code/", "/konto/password/reset/"]
)
def test_unknown_address_gets_the_same_answer(client: Client, jana: Person, address: str) -> None:
    known = ask(client, address, jana.email)
    unknown = ask(Client(), address, "nobody@bote.example")
    assert known.redirect_chain == unknown.redirect_chain
    assert without_secrets(known, jana.email) == without_secrets(unknown, "nobody@bote.example")


def test_wrong_password_says_the_same_of_unknown_addresses(client: Client, jana: Person) -> None:
    pages = [
        without_secrets(client.post("/konto/login/", {"login": who, "password": "x"}), who)
        for who in (jana.email, "nobody@bote.example")
    ]
    assert pages[0] == pages[1]


def test_locked_out_person_gets_the_answer_of_a_stranger(client: Client, jana: Person) -> None:
    cast.accounts.set_active(jana, active=False, by=None, at=cast.NOW)
    ask(client, "/konto/login/", jana.email)
    assert "code" not in client.session.get("account_login", {}).get("state", {})
    assert not re.search(r"[A-Z]{4}-[A-Z]{4}", str(mail.outbox[-1].body))


def test_three_wrong_codes_end_the_try(client: Client, jana: Person) -> None:
    client.post("/konto/login/", {"login": jana.email})
    for _try in range(3):
        client.post(CONFIRM, {"code": "ABCD-EFGH"})
    client.post(CONFIRM, {"code": cast.mailed_code()})
    assert "_auth_user_id" not in client.session


def test_codes_for_one_address_are_limited(jana: Person) -> None:
    for _try in range(5):
        Client().post("/konto/login/code/", {"email": jana.email})
    assert len(mail.outbox) == 3


def test_passwords_for_one_address_are_limited(client: Client, jana: Person) -> None:
    for _try in range(5):
        client.post("/konto/login/", {"login": jana.email, "password": "x"})
    client.post("/konto/login/", {"login": jana.email, "password": cast.PASSWORD})
    assert "_auth_user_id" not in client.session


def test_second_factor_codes_are_limited(client: Client, jana: Person) -> None:
    cast.give_app(jana)
    client.post("/konto/login/", {"login": jana.email, "password": cast.PASSWORD})
    for _try in range(5):
        client.post(AUTHENTICATE, {"code": "000000"})
    client.post(AUTHENTICATE, {"code": cast.app_code()})
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client: Client) -> None:
    client.post("/konto/signup/", {"email": "x@bote.example", "password1": cast.PASSWORD})
    assert not Person.objects.exists()


def test_reset_link_gives_staff_without_password_one(client: Client) -> None:
    lene = cast.staff("Lene", "author")
    client.post("/konto/password/reset/", {"email": lene.email})
    link = re.search(r"http://testserver(/konto/password/reset/key/\S+)", mail.outbox[-1].body)[1]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": cast.PASSWORD, "password2": cast.PASSWORD})
    lene.refresh_from_db()
    assert lene.check_password(cast.PASSWORD)
