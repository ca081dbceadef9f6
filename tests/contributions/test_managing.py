"""One page to pause, change, end and withdraw, behind a mailed link and without sign-in."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from allmende.contributions import links, managing
from allmende.contributions.models import Declaration, Draft
from allmende.payments import mandates
from allmende.payments.models import Pledge
from allmende.people.answers import collect
from allmende.people.models import Person
from allmende.people.signals import account_shown, exporting
from tests.contributions import money
from tests.contributions.cast import LENE, OURS, give, open_ways
from tests.contributions.cast import links as mailed
from tests.people import cast

pytestmark = pytest.mark.django_db
OTHER_IBAN = "DE02500105170137075030"


@pytest.fixture(autouse=True)
def ways(monkeypatch: pytest.MonkeyPatch) -> None:
    open_ways(monkeypatch)


@pytest.fixture
def lene() -> Person:
    return cast.reader(LENE, first_name="Lene", last_name="Ott")


@pytest.fixture
def pledge(lene: Person) -> Pledge:
    return money.pledged(person=lene, at=timezone.now())


def page_of(person: Person) -> str:
    token = links.to_manage(person, email=LENE, at=timezone.now())
    return "/" + token.split("/", 3)[3]


def do(client: Client, pledge: Pledge, word: str, **more: str) -> Any:
    assert pledge.person is not None
    form = {"do": f"{word} {pledge.pk}", **more}
    return client.post(page_of(pledge.person), form, headers=OURS)


# --- The link ----------------------------------------------------------------------------------


def test_form_for_the_link_says_the_same_for_every_address(client: Client, pledge: Pledge):
    answers = [
        client.post("/beitrag/verwalten/", {"email": email}, headers=OURS).content.replace(
            email.encode(), b""
        )
        for email in (LENE, "otto@bote.example")
    ]
    assert answers[0] == answers[1]
    assert [one.to for one in mail.outbox] == [[LENE]]
    (path,) = mailed()
    assert client.get(path).status_code == 200


def test_an_address_gets_one_link_an_hour(pledge: Pledge):
    now = timezone.now()
    for minutes in (0, 59, 60):
        managing.send_link(LENE, at=now + dt.timedelta(minutes=minutes))
    assert len(mail.outbox) == 2


def test_couple_that_shares_an_address_gets_a_link_each(pledge: Pledge):
    otto = cast.reader(LENE, first_name="Otto")
    money.pledged(person=otto)
    managing.send_link(LENE, at=timezone.now())
    assert len(mailed()) == 2


def test_link_ends_with_the_address_that_it_went_to(client: Client, lene: Person, pledge: Pledge):
    path = page_of(lene)
    lene.contact_addresses.update(email="new@bote.example")
    answer = client.get(path)
    assert answer.status_code == 404
    assert 'action="/beitrag/verwalten/"' in answer.content.decode()  # a fresh one is offered


@pytest.mark.parametrize("tail", ["x/", "verwalten/x/"])
def test_forged_link_is_refused(client: Client, tail: str):
    assert client.get(f"/beitrag/verwalten/{tail}").status_code == 404


def test_old_link_is_told_apart_and_offers_a_fresh_one(client: Client, lene: Person):
    token = links.to_manage(lene, email=LENE, at=timezone.now() - links.MANAGE - links.REMIND)
    answer = client.get("/" + token.split("/", 3)[3])
    assert answer.status_code == 410
    assert 'action="/beitrag/verwalten/"' in answer.content.decode()


def test_page_is_for_the_person_of_the_link_only(client: Client, pledge: Pledge):
    other = money.pledged(person=cast.reader("otto@bote.example"))
    assert pledge.person is not None
    form = {"do": f"pause {other.pk}"}
    assert client.post(page_of(pledge.person), form, headers=OURS).status_code == 404


# --- What is done there ------------------------------------------------------------------------


def test_pause_and_go_on_are_told_by_page_and_mail(client: Client, pledge: Pledge):
    until, _words = managing.pause_choices(on=timezone.localdate())[1]
    assert do(client, pledge, "pause", until=until).status_code == 200
    pledge.refresh_from_db()
    assert (pledge.state, pledge.paused_until) == ("paused", dt.date.fromisoformat(until))
    assert do(client, pledge, "resume").status_code == 200
    pledge.refresh_from_db()
    assert pledge.state == "active"
    assert [one.to for one in mail.outbox] == [[LENE]] * 2


def test_pause_until_some_other_day_is_refused(client: Client, pledge: Pledge):
    do(client, pledge, "pause", until="2099-01-01")
    pledge.refresh_from_db()
    assert pledge.state == "active"
    assert not mail.outbox


def test_amount_is_changed_from_the_next_payment_on(client: Client, pledge: Pledge):
    assert do(client, pledge, "amount", **{f"{pledge.pk}-amount": "20,50"}).status_code == 200
    pledge.refresh_from_db()
    assert pledge.cents == 2050
    assert len(mail.outbox) == 1


def test_wrong_amount_is_said_beside_its_field(client: Client, pledge: Pledge):
    answer = do(client, pledge, "amount", **{f"{pledge.pk}-amount": "0,01"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert f'href="#id_{pledge.pk}-amount"' in html
    assert 'value="0,01"' in html
    pledge.refresh_from_db()
    assert pledge.cents == 1200


def test_account_of_a_mandate_is_changed(client: Client):
    give(client, way="debit", holder="Lene Ott", iban="DE89370400440532013000")
    pledge = Pledge.objects.get()
    answer = do(client, pledge, "account", **{f"{pledge.pk}-iban": OTHER_IBAN})
    assert answer.status_code == 200
    mandate = mandates.of(pledge)
    assert mandate is not None
    assert mandate.last4 == "5030"


def test_other_way_opens_the_form_filled_in(client: Client, pledge: Pledge):
    answer = do(client, pledge, "replace")
    assert answer.status_code == 303
    draft = Draft.objects.get()
    assert answer["Location"] == f"/beitrag/?draft={draft.key}"
    assert draft.replaces == pledge
    assert draft.typed["email"] == LENE


# --- Ending and withdrawing --------------------------------------------------------------------


def declare(client: Client, pledge: Pledge, kind: str) -> Any:
    assert pledge.person is not None
    path = f"{page_of(pledge.person)}{pledge.pk}/{kind}/"
    assert client.get(path).status_code == 200
    assert not Declaration.objects.exists()  # looking ends nothing
    return client.post(path, headers=OURS)


def test_ending_takes_two_steps_and_is_confirmed_with_date_and_time(client: Client, pledge: Pledge):
    html = declare(client, pledge, "kuendigen").content.decode()
    declared = Declaration.objects.get()
    pledge.refresh_from_db()
    assert (pledge.state, pledge.reason) == ("ended", "reader")
    time = timezone.localtime(declared.received_at).strftime("%H:%M:%S")
    assert time in html
    (letter,) = mail.outbox
    assert letter.to == [LENE]
    assert time in letter.body
    assert declared.handled_at is not None


def test_withdrawing_leaves_what_was_paid_to_be_paid_back(client: Client, pledge: Pledge):
    money.paid(pledge=pledge)
    declare(client, pledge, "widerrufen")
    pledge.refresh_from_db()
    assert pledge.state == "ended"
    assert Declaration.objects.get().handled_at is None


def test_withdrawing_ends_after_fourteen_days(client: Client, lene: Person):
    old = money.pledged(person=lene, at=timezone.now() - dt.timedelta(days=15))
    answer = declare(client, old, "widerrufen")
    assert answer.status_code == 200
    assert not Declaration.objects.exists()
    old.refresh_from_db()
    assert old.state == "active"


def test_declaring_twice_is_one_declaration_and_one_mail(client: Client, pledge: Pledge):
    declare(client, pledge, "kuendigen")
    path = f"{page_of(pledge.person)}{pledge.pk}/kuendigen/"  # type: ignore[arg-type]
    assert client.post(path, headers=OURS).status_code == 200
    assert Declaration.objects.count() == 1
    assert len(mail.outbox) == 1


def test_database_keeps_one_declaration_of_a_kind(pledge: Pledge):
    now = timezone.now()
    Declaration.objects.create(kind="end", received_at=now, pledge=pledge)
    with pytest.raises(IntegrityError), transaction.atomic():
        Declaration.objects.create(kind="end", received_at=now, pledge=pledge)


FORM = {"kind": "end", "name": "Lene Ott", "email": LENE}


def test_form_without_link_ends_what_the_address_gives(client: Client, pledge: Pledge):
    answer = client.post("/beitrag/kuendigen/", FORM, headers=OURS)
    assert answer.status_code == 200
    pledge.refresh_from_db()
    assert pledge.state == "ended"
    assert [one.to for one in mail.outbox] == [[LENE]]


def test_form_without_link_tells_nothing_and_leaves_the_rest_to_the_office(
    client: Client, pledge: Pledge
):
    answers = []
    for email in (LENE, "nobody@bote.example"):
        sent = client.post("/beitrag/kuendigen/", FORM | {"email": email}, headers=OURS)
        told = sent.content.decode().replace(email, "")
        answers.append(told.split("<dl")[1])
    assert answers[0] == answers[1]
    unknown = Declaration.objects.get(email="nobody@bote.example")
    assert (unknown.pledge, unknown.handled_at) == (None, None)


def test_form_without_link_says_what_is_missing(client: Client):
    answer = client.post("/beitrag/kuendigen/", {"kind": "end"}, headers=OURS)
    assert answer.status_code == 422
    assert 'href="#id_name"' in answer.content.decode()


# --- Elsewhere ---------------------------------------------------------------------------------


def test_account_page_shows_what_is_given(pledge: Pledge, lene: Person):
    panels = collect(account_shown, lene, at=timezone.now())
    names = [line.name for panel in panels for line in panel.lines]
    assert any("12" in str(name) for name in names)


def test_everything_about_me_holds_what_was_declared(client: Client, pledge: Pledge, lene: Person):
    declare(client, pledge, "kuendigen")
    found = {section.key: section.rows for section in collect(exporting, lene)}
    assert [row["email"] for row in found["contribution_declarations"]] == [LENE]
