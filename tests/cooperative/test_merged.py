"""Two rows are one human being: what becomes of their memberships."""

import datetime as dt

import pytest
from django.core.mail import EmailMessage

from allmende.cooperative import admission, leaving, overview
from allmende.people import merging, unmerging
from allmende.people.models import Merge, Person
from tests.cooperative import cast, members
from tests.cooperative.cast import DAY, NOW
from tests.cooperative.members import refreshed
from tests.factories import payments as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(paper: object) -> None:
    make.bank_account()
    cast.statute_like()


def test_two_members_do_not_become_one_person():
    ada, twin = members.member(), members.member()
    with pytest.raises(merging.CannotMerge, match=r"Beide|Both"):
        merging.merge(twin.person, into=ada.person, by=None, at=NOW)  # type: ignore[arg-type]
    assert Person.objects.filter(merged_into=None).count() == 2


def test_a_member_merged_into_a_reader_stays_the_member(mailoutbox: list[EmailMessage]):
    """Nothing is rewritten; letters go where the row that stays is reached."""
    ada, reader = members.member(2), members.person()
    reader.contact_addresses.create(email="ada@x.example", confirmed_at=NOW)
    merging.merge(ada.person, into=reader, by=None, at=NOW)  # type: ignore[arg-type]
    assert refreshed(ada).person != reader
    assert list(overview.memberships(reader)) == [ada]
    leaving.give_notice(ada, received_on=DAY, at=NOW)
    assert mailoutbox[-1].to == ["ada@x.example"]
    unmerging.undo(Merge.objects.get(), by=None, at=NOW + dt.timedelta(days=1))
    assert list(overview.memberships(reader)) == []


def test_a_reader_merged_into_a_member_cannot_join_again():
    law = cast.statute_like(in_force_from=dt.date(2025, 1, 1))
    ada = members.member()
    reader = Person.objects.create_user(
        first_name="Lene Marie", last_name="Ott", confirmed_at=NOW
    )  # fmt: skip
    reader.contact_addresses.create(email=cast.LENE, confirmed_at=NOW)
    merging.merge(reader, into=ada.person, by=None, at=NOW)  # type: ignore[arg-type]
    found = cast.confirmed(law)
    assert ada.person is not None
    ada.person.first_name, ada.person.last_name = "Lene Marie", "Ott"
    ada.person.save()
    with pytest.raises(admission.AlreadyMember):
        admission.admit(found, decided_on=DAY, by=None, at=NOW)
