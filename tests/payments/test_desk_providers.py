"""The office sees which ways of paying answer."""

import pytest
from django.test import Client
from django.utils import timezone

from allmende.payments import providers
from allmende.payments.providers import health
from allmende.payments.providers.port import Trouble
from tests.factories import payments as made
from tests.people import cast

pytestmark = pytest.mark.django_db
PATH = "/redaktion/geld/anbieter/"


def names() -> list[str]:
    return [one.name for one in providers.offered("once")]


def test_a_sick_one_is_seen_and_tried_again(client: Client) -> None:
    cast.come_in(client, cast.staff("Berta", "bookkeeper"))
    made.bank_account()
    assert {"debit", "transfer"} <= set(names())
    for _ in range(health.SICK_AFTER):
        health.note("debit", Trouble("GET /x"), at=timezone.now())
    assert "debit" not in names()
    ways = {way.name: way for way in client.get(PATH).context["ways"]}
    assert ways["debit"].rests_until is not None
    assert ways["transfer"].health is None
    client.post(f"{PATH}debit/", {})
    assert "debit" in names()
    assert client.post(f"{PATH}nobody/").status_code == 404


def test_other_roles_try_nothing(client: Client) -> None:
    cast.come_in(client, cast.staff("Jana", "editor"))
    assert client.get(PATH).status_code == 302
    assert client.post(f"{PATH}debit/").status_code == 302
