"""The address before takes a change back: once, within a week, and nobody else does."""

import datetime as dt
import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from allmende.newsletters.models import Subscription
from allmende.people import addresses, links
from allmende.people.models import ContactAddress, Person
from tests.factories import newsletters as make
from tests.people import cast

pytestmark = pytest.mark.django_db
LENE, THIEF = "lene@bote.example", "thief@anders.example"
WEEK = dt.timedelta(days=7)


@pytest.fixture
def lene() -> Person:
    """Signs in, and has a newsletter."""
    row = make.reader(make.newsletter(), email=LENE)
    addresses.open_first_door(LENE)
    mail.outbox.clear()
    found: Person = row.person
    return found


def stolen(lene: Person) -> None:
    """Somebody at her desk adds an address, makes it the first and removes hers."""
    now = timezone.now()
    new = ContactAddress.objects.create(person=lene, email=THIEF, created_at=now)
    addresses.confirm(new, instead_of=None, opens=True, at=now)
    addresses.make_primary(lene, email=THIEF, at=now)
    addresses.remove(lene, email=LENE, at=now)


def links_to(email: str) -> list[str]:
    bodies = [str(one.body) for one in mail.outbox if one.to == [email]]
    return [path for body in bodies for path in re.findall(r"/konto/adresse/zurueck/\S+/", body)]


def press(path: str) -> Any:
    return Client().post(path, HTTP_SEC_FETCH_SITE="same-origin")


def doors(person: Person) -> list[tuple[str, bool]]:
    rows = EmailAddress.objects.filter(user=person, verified=True).order_by("email")
    return list(rows.values_list("email", "primary"))


def goes_to(person: Person) -> str:
    return Subscription.objects.get(person=person).address.email


def test_stolen_account_comes_back_by_any_of_the_mails(lene: Person) -> None:
    for each in (0, 1):
        mail.outbox.clear()
        stolen(lene)
        assert (doors(lene), goes_to(lene)) == ([(THIEF, True)], THIEF)
        path = links_to(LENE)[each]
        assert THIEF not in path
        shown = Client().get(path).content.decode()
        assert LENE in shown
        assert THIEF not in shown
        assert goes_to(lene) == THIEF  # opening the link changes nothing
        for _ in range(2):
            assert press(path).status_code == 200
        assert (doors(lene), goes_to(lene)) == ([(LENE, True)], LENE)
        assert mail.outbox[-1].to == [THIEF]
        assert links_to(THIEF) == []
        ContactAddress.objects.filter(email=THIEF).delete()


def test_letters_that_went_elsewhere_by_a_letter_passed_on_come_back(lene: Person) -> None:
    now = timezone.now()
    old = lene.contact_addresses.get()
    new = ContactAddress.objects.create(person=lene, email=THIEF, created_at=now)
    addresses.confirm(new, instead_of=old, opens=False, at=now)
    assert goes_to(lene) == THIEF
    (path,) = links_to(LENE)
    assert links_to(THIEF) == []
    assert press(path).status_code == 200
    assert goes_to(lene) == LENE
    assert doors(lene) == [(LENE, True)]


def test_link_is_good_for_a_week_for_one_thing_and_from_our_page(lene: Person) -> None:
    now, new = timezone.now(), lene.contact_addresses.get()
    late = links.to_take_back(LENE, new=new, door=True, at=now - WEEK - dt.timedelta(minutes=2))
    assert press(late.removeprefix(settings.PAPER_URL)).status_code == 410
    other = links.to_confirm(new, instead_of=None, opens=True, at=now).rpartition("/adresse/")[2]
    assert press(f"/konto/adresse/zurueck/{other}").status_code == 404
    good = links.to_take_back(LENE, new=new, door=True, at=now).removeprefix(settings.PAPER_URL)
    assert Client().post(good, HTTP_SEC_FETCH_SITE="cross-site").status_code == 403
    Person.objects.filter(pk=lene.pk).update(erased_at=now)
    assert press(good).status_code == 404


def test_address_that_somebody_else_signs_in_with_by_now_takes_no_account(lene: Person) -> None:
    stolen(lene)
    mo = cast.reader("mo@bote.example")
    EmailAddress.objects.create(user=mo, email=LENE, verified=True)
    assert press(links_to(LENE)[0]).status_code == 200
    assert doors(lene) == [(THIEF, True)]
    assert goes_to(lene) == LENE
