"""Consents are proof: versions of words, and rows that nobody edits."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError

from allmende.people import consents
from allmende.people.models import Consent, Person, Wording
from tests.people import cast

pytestmark = pytest.mark.django_db


def agreed() -> tuple[Person, Consent]:
    person = Person.objects.create_user(first_name="Lene")
    words = consents.wording("letter", text="I agree.", at=cast.NOW)
    return person, consents.give(person, wording=words, at=cast.NOW, email="l@bote.example")


def test_changed_text_is_a_new_version_and_the_old_one_is_found_again() -> None:
    first = consents.wording("letter", text="One.", at=cast.NOW)
    second = consents.wording("letter", text="Two.", at=cast.NOW)
    again = consents.wording("letter", text="One.", at=cast.NOW)
    assert (first.number, second.number, again.pk) == (1, 2, first.pk)


def test_withdrawal_is_a_row_and_ends_what_was_in_force() -> None:
    person, given = agreed()
    assert consents.current(person, purpose="letter") == given
    later = cast.NOW + dt.timedelta(days=1)
    withdrawn = consents.withdraw(person, purpose="letter", at=later)
    assert withdrawn is not None
    assert consents.current(person, purpose="letter") is None
    assert consents.withdraw(person, purpose="letter", at=later) is None
    assert person.consents.count() == 2


@pytest.mark.parametrize(
    ("model", "change"), [(Consent, {"source": "elsewhere"}), (Wording, {"text": "Another."})]
)
def test_database_refuses_to_change_or_delete_proof(
    model: type[Consent | Wording], change: dict[str, str]
) -> None:
    agreed()
    with pytest.raises(DatabaseError), transaction.atomic():
        model._default_manager.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.all().delete()
    with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
        Wording.objects.all().delete()


@pytest.mark.parametrize(("years", "kept"), [(0, True), (3, True), (4, False)])
def test_proof_goes_after_the_third_year_of_an_erased_person(years: int, kept: bool) -> None:
    person, _given = agreed()
    now = dt.datetime.now(dt.UTC)
    Person.objects.filter(pk=person.pk).update(
        erased_at=dt.datetime(now.year - years, 6, 1, tzinfo=dt.UTC)
    )
    rows = Consent.objects.filter(person=person)
    if kept:
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    else:
        rows.delete()
    assert rows.exists() is kept


def test_hash_tells_an_address_however_it_is_written() -> None:
    assert consents.address_hash(" Lene@Bote.example") == consents.address_hash("lene@bote.example")
    assert "lene" not in consents.address_hash("lene@bote.example")
