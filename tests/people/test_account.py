"""A reader's own pages: signed in by code, addresses, and what a stranger learns (nothing)."""

import datetime as dt
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from allmende.people import addresses, links
from allmende.people.models import ContactAddress, Person
from tests.people import cast

pytestmark = pytest.mark.django_db
LENE, NEW = "lene@bote.example", "neu@bote.example"
HOME = "/konto/"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def lene(client: Client) -> Person:
    """Signed in."""
    person = cast.reader(LENE, first_name="Lene")
    cast.sign_in(client, LENE)
    mail.outbox.clear()
    return person


def has(person: Person) -> list[tuple[str, bool, bool, bool]]:
    return [(row.email, row.confirmed, row.signs_in, row.primary) for row in addresses.of(person)]


def add(client: Client, email: str) -> Any:
    return client.post("/konto/adresse/neu/", {"email": email}, follow=True)


def do(client: Client, deed: str) -> None:
    client.post("/konto/adresse/", {"do": deed})


def add_and_confirm(client: Client, email: str) -> None:
    add(client, email)
    Client().post(cast.path_in_mail(), headers=OURS)


def test_reader_signs_in_by_code_and_needs_no_second_factor(client: Client, lene: Person) -> None:
    answer = client.get(HOME)
    assert (answer.status_code, answer.context["is_staff"]) == (200, False)
    assert LENE in answer.content.decode()
    assert has(lene) == [(LENE, True, True, True)]
    assert client.get("/redaktion/").status_code == 403


def test_sign_in_leads_readers_to_their_account_and_staff_to_the_newsroom(client: Client) -> None:
    cast.reader(LENE)
    client.post("/konto/login/", {"login": LENE})
    answer = client.post("/konto/login/code/confirm/", {"code": cast.mailed_code()})
    assert answer.headers["Location"] == HOME
    other, jana = Client(), cast.staff("Jana", "editor")
    other.post("/konto/login/", {"login": jana.email})
    answer = other.post("/konto/login/code/confirm/", {"code": cast.mailed_code()})
    assert answer.headers["Location"] == "/redaktion/"


def test_each_address_gets_one_mail_whether_known_or_not(client: Client) -> None:
    cast.reader(LENE)
    ContactAddress.objects.create(
        person=Person.objects.create_user(), email="offen@bote.example", created_at=cast.NOW
    )
    for email in (LENE, "offen@bote.example", "fremd@bote.example"):
        for _again in range(5):
            Client().post("/konto/login/", {"login": email})
        assert [one.to for one in mail.outbox] == [[email]] * 3  # ACCOUNT_RATE_LIMITS
        mail.outbox.clear()


def test_address_that_was_never_confirmed_opens_nothing(client: Client) -> None:
    person = Person.objects.create_user()
    ContactAddress.objects.create(person=person, email=LENE, created_at=cast.NOW)
    client.post("/konto/login/", {"login": LENE})
    assert not EmailAddress.objects.exists()
    assert "Newsletter" in str(mail.outbox[-1].body)  # says kindly how one comes to an account


def test_shared_address_opens_for_whoever_confirmed_it_first(client: Client) -> None:
    first, second = cast.reader(LENE), cast.reader(LENE)
    cast.sign_in(client, LENE)
    assert client.session["_auth_user_id"] == str(first.pk)
    assert has(second) == [(LENE, True, False, False)]


def test_new_address_counts_after_the_button_in_its_mail(client: Client, lene: Person) -> None:
    add(client, f" {NEW.upper()} ")
    assert (mail.outbox[-1].to, has(lene)[1]) == ([NEW], (NEW, False, False, False))
    path, stranger = cast.path_in_mail(), Client()
    assert stranger.get(path).status_code == stranger.head(path).status_code == 200
    assert has(lene)[1] == (NEW, False, False, False)
    assert stranger.post(path).status_code == 403
    for _twice in range(2):
        assert stranger.post(path, headers=OURS).status_code == 200
    assert has(lene)[1] == (NEW, True, True, False)
    assert [one.to for one in mail.outbox] == [[NEW], [LENE]]
    assert NEW not in str(mail.outbox[-1].body)  # whoever reads there now need not know
    assert stranger.cookies == {}


def test_answer_tells_not_whose_an_address_is(client: Client, lene: Person) -> None:
    cast.reader("otto@bote.example")
    known, unknown = add(client, "otto@bote.example"), add(client, "frei@bote.example")
    said = [[str(one) for one in answer.context["messages"]] for answer in (known, unknown)]
    assert said[0][0].replace("otto", "frei") == said[1][0]
    assert len(mail.outbox) == 2


def test_address_of_another_gets_letters_but_does_not_sign_in(client: Client, lene: Person) -> None:
    otto = cast.reader("otto@bote.example")
    cast.sign_in(Client(), "otto@bote.example")
    add_and_confirm(client, "otto@bote.example")
    assert ("otto@bote.example", True, False, False) in has(lene)
    assert EmailAddress.objects.get(email="otto@bote.example").user == otto


def test_primary_address_is_written_to_and_the_old_one_told(client: Client, lene: Person) -> None:
    add_and_confirm(client, NEW)
    do(client, f"primary {NEW}")
    assert Person.objects.get(pk=lene.pk).email == NEW
    assert mail.outbox[-1].to == [LENE]
    do(client, f"remove {NEW}")
    assert has(lene) == [(LENE, True, True, True)]


@pytest.mark.parametrize("deed", [f"remove {LENE}", "remove fremd@bote.example", "burn it", ""])
def test_last_address_stays(client: Client, lene: Person, deed: str) -> None:
    do(client, deed)
    assert has(lene) == [(LENE, True, True, True)]


def test_more_than_five_addresses_are_refused(client: Client, lene: Person) -> None:
    for number in range(6):
        answer = add(client, f"a{number}@bote.example")
    assert (answer.status_code, len(mail.outbox), len(has(lene))) == (422, 4, 5)
    assert 'value="a5@bote.example"' in answer.content.decode()


def test_old_and_broken_links_are_told_in_words(client: Client, lene: Person) -> None:
    row = lene.contact_addresses.get()
    old = links.to_confirm(row, instead_of=None, opens=True, at=cast.NOW - dt.timedelta(days=30))
    old = old.removeprefix(cast.settings.PAPER_URL)
    assert [client.get(path).status_code for path in (old, "/konto/adresse/x/")] == [410, 404]
    add(client, NEW)
    path = cast.path_in_mail()
    do(client, f"remove {NEW}")
    assert Client().post(path, headers=OURS).status_code == 404


def test_staff_get_no_addresses_but_from_the_office(client: Client) -> None:
    jana = cast.staff("Jana", "editor")
    cast.come_in(client, jana)
    add(client, NEW)
    row = ContactAddress.objects.create(person=jana, email=NEW, created_at=cast.NOW)
    addresses.confirm(row, instead_of=None, opens=True, at=cast.NOW)
    assert not EmailAddress.objects.filter(email=NEW).exists()


def test_what_guards_the_account_is_changed_soon_after_sign_in_only(
    client: Client, lene: Person
) -> None:
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [one | {"at": one["at"] - 3600} for one in records]
    session.save()
    assert client.get(HOME).status_code == 200
    answer = client.get("/konto/loeschen/")
    assert answer.headers["Location"] == "/konto/login/?next=%2Fkonto%2Floeschen%2F"
    assert client.get(HOME).status_code == 302


def test_sign_out_everywhere_ends_all_sessions_of_nobody_else(client: Client, lene: Person) -> None:
    telephone, other = Client(), Client()
    cast.sign_in(telephone, LENE)
    cast.reader("otto@bote.example")
    cast.sign_in(other, "otto@bote.example")
    client.post("/konto/abmelden/")
    assert [one.get(HOME).status_code for one in (client, telephone, other)] == [302, 302, 200]


@pytest.mark.parametrize(
    "path", [HOME, "/konto/daten/", "/konto/daten.json", "/konto/loeschen/", "/konto/email/"]
)
def test_own_pages_are_closed_to_strangers(client: Client, path: str) -> None:
    assert "/konto/login/" in client.get(path, follow=True).redirect_chain[-1][0]


def test_first_confirmed_address_signs_in_and_no_later_one(client: Client) -> None:
    """A letter that is passed on holds a link by which letters can be sent elsewhere."""
    lene = cast.reader(LENE)
    addresses.ask(
        lene,
        email="boese@bote.example",
        at=dt.datetime.now(dt.UTC),
        instead_of=lene.contact_addresses.get(),
        opens=False,
    )
    Client().post(cast.path_in_mail(), headers=OURS)
    Client().post("/konto/login/", {"login": "boese@bote.example"})
    assert not EmailAddress.objects.exists()
    cast.sign_in(client, LENE)
    assert client.session["_auth_user_id"] == str(lene.pk)
    Client().post("/konto/login/", {"login": "boese@bote.example"})
    assert not EmailAddress.objects.filter(email="boese@bote.example").exists()
