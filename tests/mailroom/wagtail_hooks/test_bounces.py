"""The office's report of mail that came back."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allmende.mailroom.bounces import record
from tests.mailroom.bounces.ordinary import BOUNCE
from tests.mailroom.cast import NOON
from tests.people import cast

pytestmark = pytest.mark.django_db
FULL = BOUNCE.replace(b"5.1.1 User unknown", b"5.2.2 Mailbox full").replace(b"5.1.1", b"5.2.2")


@pytest.fixture
def address() -> str:
    return reverse("mailroom_bounces")


@pytest.fixture
def office(client: Client) -> Client:
    cast.come_in(client, cast.staff("Otto", "office"))
    return client


def test_report_tells_reasons_and_how_often(office: Client, address: str) -> None:
    record.record(BOUNCE, at=NOON)
    record.record(BOUNCE + b"\n", at=NOON)
    record.record(FULL.replace(b"anna@", b"bernd@"), at=NOON)
    page = office.get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "anna@example.org" in page
    assert "bernd@example.org" in page
    assert "User unknown" in page
    assert "(2)" in page
    one = office.get(address, {"reason": "full"}).content.decode()
    assert "bernd@example.org" in one
    assert "anna@example.org" not in one


def test_report_of_nothing_is_a_page(office: Client, address: str) -> None:
    assert office.get(address).status_code == 200


def test_report_asks_no_more_for_three_than_for_one(office: Client, address: str) -> None:
    counts = []
    for number in (1, 2):
        for part in range(number):
            record.record(BOUNCE + b"\n%d %d" % (number, part), at=NOON)
        office.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert office.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_report_is_closed_to_authors(client: Client, address: str) -> None:
    cast.come_in(client, cast.staff("Jana", "author"))
    assert client.get(address).status_code == 302
