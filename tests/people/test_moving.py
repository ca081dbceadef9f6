"""The office gives another address to whoever lost every mailbox."""

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from allmende.newsletters.models import Subscription
from allmende.people import addresses, moving
from allmende.people.models import ContactAddress, Person
from tests.factories import newsletters as make
from tests.people import cast
from tests.people.test_taking_back import doors, goes_to, links_to, press

pytestmark = pytest.mark.django_db
LENE, NEW = "lene@bote.example", "lene.ott@neu.example"


@pytest.fixture
def lene() -> Person:
    """Signs in, and has a newsletter."""
    row = make.reader(make.newsletter(), email=LENE)
    addresses.open_first_door(LENE)
    mail.outbox.clear()
    found: Person = row.person
    return found


@pytest.fixture
def otto(client: Client) -> Person:
    """The office, signed in."""
    person = cast.staff("Otto", "office")
    cast.come_in(client, person)
    mail.outbox.clear()
    return person


def screen(person: Person) -> str:
    return f"/redaktion/personen/{person.pk}/adresse/"


def asked(client: Client, lene: Person, email: str = NEW) -> str:
    answer = client.post(screen(lene), {"email": email, "sure": "on"})
    assert answer.status_code == 302, answer.content.decode()
    assert mail.outbox[-1].to == [email.lower()]
    return cast.path_in_mail()


def test_lost_mailbox_gives_way_to_the_new_one(client: Client, otto: Person, lene: Person) -> None:
    reader = Client()
    cast.sign_in(reader, LENE)
    Authenticator.objects.create(user=lene, type=Authenticator.Type.WEBAUTHN, data={})
    path = asked(client, lene, "Lene.Ott@neu.example")
    assert NEW in Client().get(path).content.decode()
    assert (doors(lene), goes_to(lene)) == ([(LENE, True)], LENE)  # looking changes nothing
    assert press(path).status_code == 200
    assert (doors(lene), goes_to(lene)) == ([(NEW, True)], NEW)
    assert [row.email for row in addresses.of(lene)] == [NEW]
    assert not Authenticator.objects.filter(user=lene).exists()
    assert reader.get("/konto/").status_code == 302  # signed out
    cast.sign_in(reader, NEW)
    assert NEW in reader.get("/konto/").content.decode()
    done = ModelLogEntry.objects.for_instance(lene).values_list("action", "user")
    assert {("people.move_asked", otto.pk), ("people.address_changed", None)} <= set(done)


def test_every_address_before_is_told_once_and_takes_it_back(
    client: Client, otto: Person, lene: Person
) -> None:
    press(asked(client, lene))
    assert [one.to for one in mail.outbox[1:]] == [[LENE]]
    (back,) = links_to(LENE)
    assert NEW not in str(mail.outbox[-1].body)
    assert press(back).status_code == 200
    assert (doors(lene), goes_to(lene)) == ([(LENE, True)], LENE)


def test_link_works_once_and_for_a_week(client: Client, otto: Person, lene: Person) -> None:
    path = asked(client, lene)
    press(path)
    other = ContactAddress.objects.create(person=lene, email=LENE, created_at=timezone.now())
    addresses.confirm(other, instead_of=None, opens=True, at=timezone.now())
    assert press(path).status_code == 200
    assert len(doors(lene)) == 2  # what came later stays
    assert press(path.replace("umzug/", "umzug/x")).status_code == 404
    token = moving.links.signer("address").sign([other.pk, 0, 1], at=timezone.now())
    assert press(f"/konto/adresse/umzug/{token}/").status_code == 404
    late = timezone.now() - dt.timedelta(days=8)
    token = moving.links.signer(moving.PURPOSE).sign([other.pk, int(late.timestamp())], at=late)
    assert press(f"/konto/adresse/umzug/{token}/").status_code == 410
    good = asked(client, lene, "dritte@neu.example")
    assert Client().post(good, HTTP_SEC_FETCH_SITE="cross-site").status_code == 403


def test_reader_who_never_signed_in_gets_letters_and_account_there(
    client: Client, otto: Person
) -> None:
    row = make.reader(make.newsletter(), email=LENE)
    press(asked(client, row.person))
    assert doors(row.person) == [(NEW, True)]
    assert Subscription.objects.get().address.email == NEW


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"email": "lene.ott", "sure": "on"}, "email"),
        ({"email": NEW}, "sure"),
        ({"email": "otto@bote.example", "sure": "on"}, "email"),  # signs in another person
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    client: Client, otto: Person, lene: Person, typed: dict[str, str], field: str
) -> None:
    answer = client.post(screen(lene), typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert mail.outbox == []


def test_second_mail_within_the_hour_is_refused(client: Client, otto: Person, lene: Person) -> None:
    asked(client, lene)
    answer = client.post(screen(lene), {"email": NEW, "sure": "on"})
    assert list(answer.context["form"].errors) == ["email"]
    assert len(mail.outbox) == 1


def test_address_that_came_to_another_account_meanwhile_moves_nobody(
    client: Client, otto: Person, lene: Person
) -> None:
    path = asked(client, lene)
    mo = cast.reader("mo@bote.example")
    EmailAddress.objects.create(user=mo, email=NEW, verified=True)
    assert press(path).status_code == 409
    assert (doors(lene), goes_to(lene)) == ([(LENE, True)], LENE)


def test_staff_and_the_erased_have_another_way(client: Client, otto: Person, lene: Person) -> None:
    jana = cast.staff("Jana", "editor")
    answer = client.post(screen(jana), {"email": NEW, "sure": "on"})
    assert list(answer.context["form"].errors) == ["email"]
    Person.objects.filter(pk=lene.pk).update(erased_at=timezone.now())
    assert client.post(screen(lene), {"email": NEW, "sure": "on"}).status_code == 302
    assert mail.outbox == []
    for person in (jana, lene):
        shown = client.get(f"/redaktion/personen/{person.pk}/").content.decode()
        assert screen(person) not in shown


def test_screen_is_closed_to_those_who_only_look(client: Client, lene: Person) -> None:
    cast.come_in(client, cast.staff("Bea", "bookkeeper"))
    mail.outbox.clear()
    assert client.post(screen(lene), {"email": NEW, "sure": "on"}).status_code == 302
    assert mail.outbox == []
