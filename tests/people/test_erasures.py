"""An erasure outlives an old backup: a file outside the database knows it, and nobody's name."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from allmende.people import erasure, erasures
from allmende.people.models import ContactAddress, Person
from allmende.people.roles import Role
from tests.people import cast

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
LENE = "lene@bote.example"


@pytest.fixture(autouse=True)
def own_file(settings: Any, tmp_path: Path) -> Path:
    settings.ERASURES = tmp_path / "journal" / "erasures"
    found: Path = settings.ERASURES
    return found


def as_before(person: Person) -> None:
    """The row as an old backup holds it."""
    Person.objects.filter(pk=person.pk).update(erased_at=None, first_name="Lene", is_active=True)
    ContactAddress.objects.create(person=person, email=LENE, confirmed_at=AT)


def test_person_in_a_restored_database_is_erased_again_at_the_same_time(
    own_file: Path, django_capture_on_commit_callbacks: Any
) -> None:
    lene, mo = cast.reader(LENE), cast.reader("mo@bote.example")
    with django_capture_on_commit_callbacks(execute=True):
        erasure.foresee(mo, at=AT)
        erasure.erase(lene, at=AT)
    written = own_file.read_text()
    assert str(lene.key) not in written
    assert [entry.pk for entry in erasures.read()] == [lene.pk]
    as_before(lene)
    assert erasure.make_again() == 1
    lene.refresh_from_db()
    assert (lene.erased_at, lene.first_name, lene.is_active) == (AT, "", False)
    assert not ContactAddress.objects.filter(email=LENE).exists()
    mo.refresh_from_db()
    assert mo.erased_at is None
    assert erasure.make_again() == 0


def test_somebody_else_with_the_number_of_an_erased_row_stays(
    own_file: Path, django_capture_on_commit_callbacks: Any
) -> None:
    """Numbers are given again in a database that was restored from before the row was made."""
    lene = cast.reader(LENE)
    other = cast.reader("mo@bote.example")
    erasures.note([erasures.Entry(other.pk, erasures.digest_of(lene), AT)])
    assert erasure.make_again() == 0


def test_who_had_a_role_then_is_erased_again_and_has_none() -> None:
    milan = cast.staff("Milan", Role.EDITOR)
    Person.objects.filter(pk=milan.pk).update(is_superuser=True)
    erasures.note([erasures.Entry(milan.pk, erasures.digest_of(milan), AT)])
    assert erasure.make_again() == 1
    milan.refresh_from_db()
    assert (milan.is_superuser, milan.groups.count(), milan.is_active) == (False, 0, False)


def test_what_death_kept_from_the_file_is_added_and_half_a_line_is_no_harm(own_file: Path) -> None:
    lene, mo = cast.reader(LENE), cast.reader("mo@bote.example")
    erasure.erase(lene, at=AT)  # the file is not written: nothing is committed here
    assert not own_file.exists()
    assert erasure.make_again() == 0
    assert [entry.pk for entry in erasures.read()] == [lene.pk]
    with own_file.open("ab") as file:
        file.write(b"17 5b0c8f")
    erasure.erase(mo, at=AT)
    erasure.make_again()
    assert [entry.pk for entry in erasures.read()] == [lene.pk, mo.pk]
    assert own_file.read_bytes().count(b"\n") == 4
