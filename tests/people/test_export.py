"""Everything about me, for machines and to read."""

import json

import pytest
from django.test import Client

from allmende.mailroom import outbox
from allmende.mailroom.content import Content
from allmende.people import export, merging
from allmende.people.models import Person
from tests.newsletters.test_subscribe import confirmed, newsletter
from tests.people import cast

pytestmark = pytest.mark.django_db
LENE = "lene@bote.example"


@pytest.fixture
def lene() -> Person:
    row = confirmed(newsletter("friday"), LENE)
    content = Content(
        sender="Bote <post@bote.example>", subject="Freitag", text="[[greeting]]", html=""
    )
    batch = outbox.open_batch("newsletter:1:issue:1", content=content, at=cast.NOW)
    outbox.freeze(batch, [(row.person_id, LENE, {"greeting": ""})], at=cast.NOW)
    return row.person


def test_export_holds_what_every_app_keeps(client: Client, lene: Person) -> None:
    cast.sign_in(client, LENE)
    answer = client.get("/konto/daten.json")
    told = json.loads(answer.content)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"].startswith("max-age=0")
    assert told["person"] == str(lene.key)
    assert [row["email"] for row in told["addresses"]] == [LENE]
    assert told["consents"][0]["text"] == "We send you one mail a week."
    assert [row["newsletter"] for row in told["subscriptions"]] == ["The friday letter"]
    assert [row["mailing"] for row in told["issues"]] == ["Freitag"]
    assert len(told["subscription_changes"]) == 2
    assert {"single_letters", "bounces", "barred", "bylines", "editorial_log"} <= told.keys()
    page = client.get("/konto/daten/").content.decode()
    assert [word for word in (LENE, "Freitag", "We send you one mail") if word not in page] == []


def test_export_is_of_oneself_only(client: Client, lene: Person) -> None:
    cast.reader("otto@bote.example")
    cast.sign_in(client, "otto@bote.example")
    assert LENE not in client.get("/konto/daten.json").content.decode()


def test_export_holds_merged_rows_too(lene: Person) -> None:
    other = cast.reader("otto@bote.example")
    merging.merge(lene, into=other, by=None, at=cast.NOW)
    told = export.as_data(other, at=cast.NOW)
    assert {row["email"] for row in told["addresses"]} == {LENE, "otto@bote.example"}
    assert len(told["issues"]) == len(told["consents"]) == 1
