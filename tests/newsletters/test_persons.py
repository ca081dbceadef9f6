"""Letters follow a person who takes another address."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from allmende.newsletters import links, subscribe
from allmende.newsletters.models import Change, Subscription
from allmende.people import addresses
from allmende.people.models import ContactAddress
from tests.newsletters.test_subscribe import (
    AT,
    HOUR,
    LENE,
    OURS,
    confirmed,
    newsletter,
    path_in_mail,
)
from tests.people import cast

pytestmark = pytest.mark.django_db
NEW = "neu@bote.example"


@pytest.fixture
def row() -> Subscription:
    return confirmed(newsletter("friday"))


def change(client: Client, row: Subscription, email: str) -> Any:
    path = links.to_preferences(row.address, at=dt.datetime.now(dt.UTC))
    path = path.removeprefix(cast.settings.PAPER_URL)
    return client.post(path, {"email": email}, headers=OURS)


def test_letters_go_to_the_new_address_once_it_is_confirmed(client: Client, row) -> None:
    assert change(client, row, NEW).status_code == 200
    row.refresh_from_db()
    assert (row.address.email, mail.outbox[-1].to) == (LENE, [NEW])
    path = path_in_mail()
    for _twice in range(2):
        assert client.post(path, headers=OURS).status_code == 200
    row.refresh_from_db()
    assert (row.address.email, row.state) == (NEW, "confirmed")
    assert [one.to for one in mail.outbox[-2:]] == [[NEW], [LENE]]
    assert client.cookies == {}


def test_answer_is_the_same_whoever_has_the_address(client: Client, row) -> None:
    confirmed(newsletter("sunday"), "otto@bote.example")
    known, unknown = (
        change(client, row, "otto@bote.example"),
        change(client, row, "ohne@bote.example"),
    )
    assert known.content.replace(b"otto@", b"ohne@") == unknown.content


@pytest.mark.parametrize("email", ["", "x", "a@b", "a@b.c\nBcc: d"])
def test_wrong_address_is_named_beside_its_field(client: Client, row, email: str) -> None:
    answer = change(client, row, email)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


def test_suspension_ends_with_an_address_that_works(client: Client, row) -> None:
    subscribe.suspend(row, reason="full", at=AT + HOUR, way=Change.Way.BOUNCE)
    change(client, row, NEW)
    client.post(path_in_mail(), headers=OURS)
    row.refresh_from_db()
    assert (row.address.email, row.state, row.reason) == (NEW, "confirmed", "")


def test_primary_address_takes_the_letters_and_the_page_leads_to_them(client: Client, row) -> None:
    cast.sign_in(client, LENE)
    client.post("/konto/adresse/neu/", {"email": NEW})
    client.post(path_in_mail(), headers=OURS)
    client.post("/konto/adresse/", {"do": f"primary {NEW}"})
    row.refresh_from_db()
    assert row.address.email == NEW
    page = client.get("/konto/").content.decode()
    assert "The friday letter" in page
    client.post("/konto/adresse/", {"do": f"remove {NEW}"})
    row.refresh_from_db()
    assert row.address.email == LENE


def test_wish_of_another_for_an_address_takes_no_subscription(client: Client, row) -> None:
    addresses.ask(row.person, email=NEW, at=AT)
    subscribe.ask(newsletter("sunday"), email=NEW, at=AT + 2 * HOUR)
    asked = Subscription.objects.get(newsletter__slug="sunday")
    assert asked.person != row.person
    assert ContactAddress.objects.filter(email=NEW).count() == 2


def test_wish_that_is_never_confirmed_goes_and_a_former_subscriber_has_left_again() -> None:
    letter = newsletter("friday")
    known = confirmed(letter)
    subscribe.leave(known, at=AT + HOUR, way=Change.Way.PAGE)
    subscribe.ask(letter, email=LENE, at=AT + 2 * HOUR)
    subscribe.ask(newsletter("sunday"), email=LENE, at=AT + 3 * HOUR)
    subscribe.sweep(before=AT + dt.timedelta(days=1))
    known.refresh_from_db()
    assert (known.state, Subscription.objects.count()) == ("left", 1)
