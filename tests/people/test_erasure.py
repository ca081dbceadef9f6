"""Erased means gone: no table knows a name or an address any more, but for what law keeps."""

import datetime as dt
import json
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from wagtail.log_actions import log
from wagtail.models import PageSubscription

from allmende.mailroom import outbox, suppression
from allmende.mailroom.content import Content
from allmende.mailroom.models import Bounce, Incoming, Message, Suppression
from allmende.newsletters.models import Change, Subscription
from allmende.newsroom.models import Author
from allmende.people import accounts, addresses, erasure, merging
from allmende.people.answers import FATES, Fate
from allmende.people.models import Consent, ContactAddress, Person
from tests.newsletters.test_subscribe import confirmed, newsletter
from tests.people import cast

pytestmark = pytest.mark.django_db
LENE, OTHER = "lene@vogelsang.example", "l.v@weit.example"
NEEDLES = ("vogelsang", "l.v@weit", "lenchen", "amselweg")
# What may name somebody after the erasure, and why.
ALLOWED = {
    ("newsroom_author", "name"): "a byline is published journalism, Art. 85 GDPR",
    ("newsroom_author", "slug"): "... and so is its address",
}


@pytest.fixture
def lene(client: Client) -> Person:
    """Somebody of whom every app knows something; signed in."""
    row = confirmed(newsletter("friday"), LENE)
    confirmed(newsletter("sunday"), LENE)
    person = row.person
    person.first_name, person.last_name = "Lenchen", "Vogelsang"
    person.save()
    ContactAddress.objects.create(person=person, street="Amselweg 1", town="Niederau")
    Author.objects.create(name="Lenchen Vogelsang", slug="lenchen-vogelsang", person=person)
    log(person, "people.activated")
    write_letters(person)
    cast.sign_in(client, LENE)
    Authenticator.objects.create(user=person, type="webauthn", data={"name": "Lenchens Telefon"})
    client.post("/konto/adresse/neu/", {"email": OTHER})
    return person


def write_letters(person: Person) -> None:
    content = Content(
        sender="Bote <post@bote.example>", subject="Freitag", text="[[greeting]]", html=""
    )
    batch = outbox.open_batch("newsletter:1:issue:1", content=content, at=cast.NOW)
    outbox.freeze(batch, [(person.pk, LENE, {"greeting": "Lenchen"})], at=cast.NOW)
    outbox.enqueue(EmailMessage("Code", "Lenchen", to=[LENE]), at=cast.NOW)
    incoming = Incoming.objects.create(digest="x", raw=LENE.encode(), received_at=cast.NOW)
    Bounce.objects.create(
        incoming=incoming,
        address=LENE,
        kind="bounce",
        reason="user",
        hard=True,
        lasting=True,
        words=f"<{LENE}> unknown",
        at=cast.NOW,
    )
    suppression.suppress(LENE, Suppression.Why.DEAD, at=cast.NOW)


def found() -> set[tuple[str, str]]:
    """Columns of the whole database in which a needle is seen."""
    places = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                places |= {
                    (table, name) for name, cell in zip(names, row, strict=True) if told(cell)
                }
    for session in Session.objects.all():
        if told(json.dumps(session.get_decoded())):
            places.add(("django_session", "session_data"))
    return places


def told(cell: Any) -> bool:
    if isinstance(cell, bytes | memoryview):
        cell = bytes(cell).decode(errors="replace")
    text = json.dumps(cell, default=str) if isinstance(cell, dict | list) else str(cell)
    return any(needle in text.lower() for needle in NEEDLES)


def test_no_table_knows_the_erased_person(client: Client, lene: Person) -> None:
    before = found()
    for table in ("people_person", "mailroom_message", "mailroom_bounce", "account_emailaddress"):
        assert table in {place for place, _column in before}
    answer = client.post("/konto/loeschen/", {"sure": "1"})
    assert answer.status_code == 200
    assert found() == ALLOWED.keys()
    assert client.get("/konto/").status_code == 302
    assert suppression.why(LENE) is not None
    assert str(Person.objects.get(pk=lene.pk)) == f"Gelöschte Person {lene.pk}"


def test_rows_that_go_are_gone_and_figures_stay(lene: Person) -> None:
    PageSubscription.objects.create(user=lene, page_id=1, comment_notifications=True)
    erasure.erase(lene, at=cast.NOW)
    for place, fate in FATES.items():
        label, _dot, field = place.rpartition(".")
        if fate in (Fate.GOES, Fate.LOOSED):
            rows = apps.get_model(label)._default_manager.filter(**{field: lene.pk})
            assert not rows.exists(), place
    assert not Subscription.objects.exists()
    ways = Change.objects.filter(subscription=None).values_list("became", flat=True)
    assert sorted(ways) == sorted(["asked", "confirmed", "left"] * 2)
    assert Consent.objects.filter(person=lene).count() == 4  # given, and withdrawn
    assert Message.objects.get(batch__isnull=False).state == Message.State.WITHDRAWN


def test_page_says_before_what_goes_and_what_law_keeps(client: Client, lene: Person) -> None:
    page = client.get("/konto/loeschen/").content.decode()
    until = f"{dt.datetime.now(dt.UTC).year + 3}"
    assert [
        word for word in (LENE, OTHER, "Art. 7", until, "Lenchen Vogelsang") if word not in page
    ] == []
    assert Subscription.objects.count() == 2
    assert client.post("/konto/loeschen/").status_code == 200  # the box was not ticked
    assert Person.objects.get(pk=lene.pk).erased_at is None


def test_what_a_couple_shares_stays_with_the_other(lene: Person) -> None:
    other = cast.reader(LENE)
    erasure.erase(lene, at=cast.NOW)
    assert Bounce.objects.get().address == LENE
    assert addresses.of(other)[0].email == LENE


def test_merged_rows_are_erased_together(lene: Person) -> None:
    double = cast.reader(OTHER, first_name="Lenchen")
    merging.merge(double, into=lene, by=None, at=cast.NOW)
    erasure.erase(lene, at=cast.NOW)
    assert found() == ALLOWED.keys()


def test_staff_are_not_erased_while_they_have_a_role() -> None:
    jana = cast.staff("Jana", "editor")
    with pytest.raises(erasure.HasRole):
        erasure.erase(jana, at=cast.NOW)
    accounts.set_roles(jana, to=[], by=None)
    erasure.erase(jana, at=cast.NOW)
    assert not EmailAddress.objects.exists()


def test_who_never_confirmed_is_removed_after_thirty_days() -> None:
    letter = newsletter("friday")
    known = confirmed(letter, "otto@bote.example")
    cast.Client().post(
        "/abo/anmelden/",
        {"email": LENE, "newsletter": "friday"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    Person.objects.exclude(pk=known.person_id).update(created_at=cast.NOW)
    Subscription.objects.exclude(pk=known.pk).update(asked_at=cast.NOW)
    wished = ContactAddress.objects.create(person=known.person, email=OTHER, created_at=cast.NOW)
    jana = cast.staff("Jana", "editor")
    assert erasure.sweep(at=cast.NOW + dt.timedelta(days=29)) == 0
    assert ContactAddress.objects.filter(pk=wished.pk).exists()
    assert erasure.sweep(at=cast.NOW + dt.timedelta(days=31)) == 1
    assert set(Person.objects.all()) == {known.person, jana}
    assert list(Subscription.objects.all()) == [known]
    assert "vogelsang" not in str(found())


def test_proof_goes_when_its_term_is_over(lene: Person) -> None:
    erasure.erase(lene, at=dt.datetime(2020, 5, 1, tzinfo=dt.UTC))
    assert erasure.sweep(at=dt.datetime(2023, 12, 31, tzinfo=dt.UTC)) == 0
    assert Consent.objects.filter(person=lene).exists()
    erasure.sweep(at=dt.datetime(2024, 1, 2, tzinfo=dt.UTC))
    assert not Consent.objects.filter(person=lene).exists()


def test_who_asks_again_is_a_new_person(lene: Person) -> None:
    erasure.erase(lene, at=cast.NOW)
    mail.outbox.clear()
    again = confirmed(newsletter("again"), LENE)
    assert again.person_id != lene.pk
