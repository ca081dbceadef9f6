"""The staff's rooms: no address opens without everything that is asked for."""

from collections.abc import Callable

import pytest
from django.test import Client

from allmende.people.models import Person
from tests.people import addresses, cast

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

DOORS = ("/redaktion/login/", "/redaktion/password_reset/")


def answers(client: Client, **headers: str) -> dict[tuple[str, str], tuple[int, str]]:
    """What every staff address answers to GET and POST: status and where it leads."""
    found = {}
    for address in addresses.below("/redaktion/"):
        if address.startswith(DOORS):
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(address, headers=headers)
            to = answer.headers.get("Location", "").partition("?")[0]
            found[method, address] = (answer.status_code, to)
    return found


def test_addresses_of_the_admin_are_found() -> None:
    found = addresses.below("/redaktion/")
    assert len(found) > 200
    for known in ("/redaktion/", "/redaktion/users/edit/1/", "/redaktion/reports/site-history/"):
        assert known in found


def test_every_address_leads_strangers_to_the_sign_in(client: Client) -> None:
    assert set(answers(client).values()) == {(302, "/konto/login/")}


def test_every_address_leads_staff_without_factor_to_set_up(client: Client) -> None:
    cast.pass_first_factor(client, cast.staff("Jana", "admin"))
    assert set(answers(client).values()) == {(302, "/konto/2fa/")}


def test_every_address_asks_a_session_that_showed_no_factor(client: Client) -> None:
    jana = cast.staff("Jana", "admin")
    cast.pass_first_factor(client, jana)
    cast.give_app(jana)
    assert set(answers(client).values()) == {(302, "/konto/2fa/reauthenticate/")}


def test_every_address_refuses_persons_without_role(client: Client) -> None:
    cast.come_in(client, cast.staff("Rolf"))
    assert set(answers(client).values()) == {(403, "")}


@pytest.mark.parametrize("name", ["stranger", "without factor", "without role"])
def test_every_address_answers_scripts_with_403(client: Client, name: str) -> None:
    come: dict[str, Callable[[], None]] = {
        "stranger": lambda: None,
        "without factor": lambda: cast.pass_first_factor(client, cast.staff("Jana", "admin")),
        "without role": lambda: cast.come_in(client, cast.staff("Rolf")),
    }
    come[name]()
    script = {"X-Requested-With": "XMLHttpRequest"}
    assert set(answers(client, **script).values()) == {(403, "")}


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "application/json"},
        {"Sec-Fetch-Dest": "empty"},
        {"Content-Type": "application/json"},
    ],
)
def test_script_is_known_by_its_headers(client: Client, headers: dict[str, str]) -> None:
    assert client.get("/redaktion/", headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("door", "leads_to"),
    [
        ("/redaktion/login/?next=/redaktion/pages/", "/konto/login/?next=/redaktion/pages/"),
        ("/redaktion/password_reset/", "/konto/password/reset/"),
        ("/redaktion/password_reset/confirm/MQ/a-token/", "/konto/password/reset/"),
        ("/redaktion/password_reset/complete/", "/konto/password/reset/"),
    ],
)
def test_doors_of_wagtail_lead_to_ours(client: Client, door: str, leads_to: str) -> None:
    for answer in (client.get(door), client.post(door)):
        assert (answer.status_code, answer.headers["Location"]) == (302, leads_to)


def test_logout_from_the_admin_signs_out(client: Client) -> None:
    cast.come_in(client, cast.staff("Jana", "editor"))
    assert client.post("/redaktion/logout/").headers["Location"] == "/konto/login/"
    assert client.get("/redaktion/").headers["Location"].startswith("/konto/login/")


def test_second_factor_opens_the_door(client: Client) -> None:
    cast.come_in(client, cast.staff("Jana", "editor"))
    assert client.get("/redaktion/").status_code == 200


def test_recovery_code_opens_the_door_once(client: Client) -> None:
    jana = cast.staff("Jana", "editor")
    cast.give_app(jana)
    code = jana.authenticator_set.get(type="recovery_codes").wrap().generate_codes()[0]
    for status in (200, 302):
        client.logout()
        cast.pass_first_factor(client, jana)
        client.post("/konto/2fa/authenticate/", {"code": code})
        assert client.get("/redaktion/").status_code == status


def test_removed_factor_no_longer_counts(client: Client) -> None:
    jana = cast.staff("Jana", "editor")
    cast.come_in(client, jana)
    jana.authenticator_set.all().delete()
    assert client.get("/redaktion/").headers["Location"].startswith("/konto/2fa/")


def test_role_taken_away_closes_the_door(client: Client) -> None:
    jana = cast.staff("Jana", "editor")
    cast.come_in(client, jana)
    cast.accounts.set_roles(jana, to=[], by=None)
    assert client.get("/redaktion/").status_code == 403


def test_demo_asks_for_no_second_factor(client: Client, settings: pytest.FixtureRequest) -> None:
    settings.DEMO = True
    cast.pass_first_factor(client, cast.staff("Jana", "editor"))
    assert client.get("/redaktion/").status_code == 200


@pytest.fixture
def stolen(client: Client) -> Person:
    """A session from before the second factor, in a stranger's hands."""
    jana = cast.staff("Jana", "admin", password=cast.PASSWORD)
    cast.pass_first_factor(client, jana)
    cast.give_app(jana)
    return jana


@pytest.mark.parametrize(
    "address",
    [
        "/konto/2fa/",
        "/konto/2fa/webauthn/add/",
        "/konto/2fa/totp/deactivate/",
        "/konto/2fa/recovery-codes/",
        "/konto/2fa/recovery-codes/generate/",
        "/konto/2fa/recovery-codes/download/",
        "/konto/password/change/",
        "/konto/reauthenticate/",
        "/konto/email/",
    ],
)
def test_account_is_closed_to_a_session_without_its_factor(
    client: Client, stolen: Person, address: str
) -> None:
    for answer in (client.get(address), client.post(address, {"password": cast.PASSWORD})):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/konto/2fa/reauthenticate/")


def test_session_goes_on_once_the_factor_is_shown(client: Client, stolen: Person) -> None:
    client.post("/konto/2fa/reauthenticate/", {"code": cast.app_code()})
    assert client.get("/redaktion/").status_code == 200
