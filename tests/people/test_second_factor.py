"""The second factor: set up, shown, lost and reset."""

import json
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core import mail
from django.core.cache import cache
from django.test import Client

from allmende.people import accounts, roles
from allmende.people.models import Person
from tests.people import cast
from tests.people.passkey import Passkey

ROOM = "/redaktion/account/"  # needs no page tree
# The factor counts once the set-up is committed, so these tests commit.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_rates_left_over() -> None:
    """The cache's table is none of Django's models, so it is not emptied after a commit."""
    cache.clear()


@pytest.fixture
def jana() -> Person:
    return cast.staff("Jana", "editor")


def options(client: Client, address: str, part: str) -> dict[str, dict[str, str]]:
    page = client.get(address).content.decode()
    data = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page)[1]
    return json.loads(data)[part]


def add_passkey(client: Client) -> Passkey:
    key = Passkey("testserver")
    asked = options(client, "/konto/2fa/webauthn/add/", "creation_options")
    answer = {"credential": json.dumps(key.register(asked)), "passwordless": "on", "name": "Handy"}
    assert client.post("/konto/2fa/webauthn/add/", answer).status_code == 302
    return key


def sign_in_with(client: Client, key: Passkey) -> None:
    asked = client.get("/konto/2fa/webauthn/login/", headers={"Accept": "application/json"})
    answer = {"credential": json.dumps(key.sign_in(asked.json()["request_options"]))}
    client.post("/konto/2fa/webauthn/login/", answer)


def test_app_set_up_opens_the_door_at_once(client: Client, jana: Person) -> None:
    cast.pass_first_factor(client, jana)
    client.get("/konto/2fa/totp/activate/")
    secret = client.session[auth.SECRET_SESSION_KEY]
    code = cast.app_code(secret)
    answer = client.post("/konto/2fa/totp/activate/", {"code": code}, follow=True)
    assert answer.redirect_chain == [("/konto/2fa/recovery-codes/", 302)]
    assert answer.content.count(b"<li><code>") == 10
    assert client.get(ROOM).status_code == 200


def test_app_set_up_without_a_mail_server(client: Client, jana: Person, settings: Any) -> None:
    """The first administrator may come before the mail does."""
    cast.pass_first_factor(client, jana)
    client.get("/konto/2fa/totp/activate/")
    code = cast.app_code(client.session[auth.SECRET_SESSION_KEY])
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens
    answer = client.post("/konto/2fa/totp/activate/", {"code": code})
    assert answer.headers["Location"] == "/konto/2fa/recovery-codes/"
    assert client.get(ROOM).status_code == 200


def test_wrong_code_sets_up_nothing(client: Client, jana: Person) -> None:
    cast.pass_first_factor(client, jana)
    client.get("/konto/2fa/totp/activate/")
    client.post("/konto/2fa/totp/activate/", {"code": "000000"})
    assert not Authenticator.objects.exists()


def test_set_up_is_told_to_its_owner(client: Client, jana: Person) -> None:
    cast.pass_first_factor(client, jana)
    add_passkey(client)
    assert mail.outbox[-1].to == [jana.email]


def test_passkey_set_up_opens_the_door_at_once(client: Client, jana: Person) -> None:
    cast.pass_first_factor(client, jana)
    add_passkey(client)
    assert client.get(ROOM).status_code == 200


def test_passkey_alone_counts_as_both_factors(client: Client, jana: Person) -> None:
    cast.pass_first_factor(client, jana)
    key = add_passkey(client)
    later = Client()
    sign_in_with(later, key)
    assert later.get(ROOM).status_code == 200


def test_passkey_of_another_opens_nothing(client: Client, jana: Person) -> None:
    cast.pass_first_factor(client, jana)
    handle = add_passkey(client).user_handle
    later = Client()
    sign_in_with(later, Passkey("testserver", handle))
    assert "_auth_user_id" not in later.session


def test_removing_the_app_closes_the_door(client: Client, jana: Person) -> None:
    cast.come_in(client, jana)
    client.post("/konto/2fa/reauthenticate/", {"code": next(recovery(jana))})
    client.post("/konto/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert client.get(ROOM).headers["Location"].startswith("/konto/2fa/")


def recovery(person: Person):
    yield from person.authenticator_set.get(type="recovery_codes").wrap().generate_codes()


def test_new_recovery_codes_keep_the_door_open(client: Client, jana: Person) -> None:
    codes = recovery(jana) if cast.give_app(jana) else None
    cast.pass_first_factor(client, jana)
    client.post("/konto/2fa/authenticate/", {"code": next(codes)})
    client.post("/konto/2fa/reauthenticate/", {"code": next(codes)})
    client.post("/konto/2fa/recovery-codes/generate/")
    assert client.get(ROOM).status_code == 200


def test_reset_removes_all_and_signs_out_everywhere(client: Client, jana: Person) -> None:
    ada = cast.staff("Ada", "admin")
    cast.come_in(client, jana)
    assert accounts.reset_second_factor(jana, by=ada, at=cast.NOW) == 2
    assert client.get(ROOM).headers["Location"].startswith("/konto/login/")
    cast.pass_first_factor(client, jana)
    assert client.get(ROOM).headers["Location"].startswith("/konto/2fa/")


def test_reset_leaves_other_sessions_alone(client: Client, jana: Person) -> None:
    ada = cast.staff("Ada", "admin")
    cast.come_in(client, ada)
    accounts.reset_second_factor(jana, by=ada, at=cast.NOW)
    assert client.get(ROOM).status_code == 200


def test_reset_is_refused_to_the_office(jana: Person) -> None:
    cast.give_app(jana)
    with pytest.raises(roles.NotAllowed):
        accounts.reset_second_factor(jana, by=cast.staff("Otto", "office"), at=cast.NOW)
    assert jana.authenticator_set.count() == 2
