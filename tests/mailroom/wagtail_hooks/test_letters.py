"""Everything that was written to one person, and what came back of it."""

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allmende.mailroom import deliver, outbox, verp
from allmende.mailroom.bounces import record
from allmende.mailroom.models import Message
from allmende.mailroom.transports.dummy import Dummy
from allmende.people.models import ContactAddress, Person
from tests.mailroom.bounces.ordinary import BOUNCE
from tests.mailroom.cast import CONTENT, NOON
from tests.people import cast

pytestmark = pytest.mark.django_db
ANNA = "anna@example.org"


@pytest.fixture(autouse=True)
def own_journal(settings: Any, tmp_path: Path) -> None:
    settings.MAILROOM = settings.MAILROOM | {
        "journal": tmp_path / "journal",
        "bounces": "bounces@bote.example",
    }


@pytest.fixture
def office(client: Client) -> Client:
    cast.come_in(client, cast.staff("Otto", "office"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def anna() -> Person:
    person = Person.objects.create(first_name="Anna", last_name="Auer")
    ContactAddress.objects.create(person=person, email=ANNA)
    return person


def mailing(person: Person, number: int = 1) -> Message:
    opened = outbox.open_batch(f"weekly:{number}", content=CONTENT, at=NOON)
    pieces = {"greeting": "Guten Tag", "token": "t"}
    people = [(person.pk, ANNA, pieces), (10**9, "bernd@example.org", pieces)]
    outbox.freeze(opened, people, at=NOON)
    deliver.work(at=NOON, transport=Dummy())
    return Message.objects.get(batch=opened, recipient=person.pk)


def page(client: Client, **asked: object) -> str:
    answer = client.get(reverse("mailroom_letters"), asked)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_letters_of_mailings_single_mails_and_what_came_back(office: Client, anna: Person) -> None:
    letter = mailing(anna)
    outbox.enqueue(EmailMessage("Ihr Code", "geheim", to=[ANNA]), at=NOON)
    path = verp.return_path(letter.pk).encode()
    record.record(BOUNCE.replace(b"bounces@bote.example", path), at=NOON)
    for found in (page(office, address="Anna@Example.org"), page(office, person=anna.pk)):
        assert CONTENT.subject in found
        assert "Single mail" in found
        assert "geheim" not in found
        assert "did not arrive: nobody of that name" in found
        assert "gets no mailing since" in found
        assert "bernd@" not in found


def test_nobody_and_nothing_are_pages(office: Client) -> None:
    assert "Nothing was sent to x@example.org" in page(office, address="x@example.org")
    assert "Nothing was sent" not in page(office)
    assert office.get(reverse("mailroom_letters"), {"person": "9" * 18}).status_code == 404
    page(office, person="x")


def test_page_asks_no_more_for_three_letters_than_for_one(office: Client, anna: Person) -> None:
    counts = []
    for number in (1, 2, 3):
        mailing(anna, number)
        page(office, person=anna.pk)
        with CaptureQueriesContext(connection) as seen:
            assert page(office, person=anna.pk).count(CONTENT.subject) == number
        counts.append(len(seen))
    assert counts[0] == counts[2]
