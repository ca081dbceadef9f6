"""Whoever is refused is found nowhere, nor after yesterday's backup is restored (§ 15 (2) GenG)."""

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from allmende.cooperative import admission, declaration, forgetting, keeping
from allmende.cooperative.folding import Kind, Stage
from allmende.cooperative.models import Declaration, Detail, Membership, RegisterEvent
from allmende.mailroom.models import Message
from allmende.payments.sealing import vault_of
from tests.cooperative import books, cast, members
from tests.cooperative.cast import DAY, LENE, NOW
from tests.factories import payments as make

pytestmark = pytest.mark.django_db
DECIDED = DAY + dt.timedelta(days=10)
AT = NOW + dt.timedelta(days=10)
TELLING = [LENE, "Lene Marie", "Am Wehr"]


@pytest.fixture(autouse=True)
def house(paper: object, settings: Any) -> None:
    """Mails go where they go in the house: into the outbox."""
    settings.EMAIL_BACKEND = "allmende.mailroom.outbox.Backend"


def found_in_tables() -> list[str]:
    """Tables in which any of the applicant's words stand, readable."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            text = " ".join(plain(value) for row in cursor.fetchall() for value in row)
            found += [table] * any(word in text for word in TELLING)
    return sorted(set(found))


def plain(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace")
    return str(value)


def found_in_files() -> list[Path]:
    folders = [Path(django_settings.DATA), Path(django_settings.KEYS)]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [
        path
        for path in files
        if path.suffix != ".sqlite3" and any(word.encode() in path.read_bytes() for word in TELLING)
    ]


@contextmanager
def taken_back() -> Iterator[None]:
    """What is written in here is not there afterwards, as after a restore of yesterday's backup;
    what was done to keys, which no backup holds, stays done."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def refused(found: Declaration) -> None:
    admission.refuse(found, decided_on=DECIDED, by=None, at=AT)
    Message.objects.filter(state="waiting").update(state="handed over", finished_at=AT)
    assert declaration.forget_due(at=AT) == 1


def test_whoever_is_refused_is_found_in_no_table_file_or_log(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    found = cast.confirmed(cast.statute_like())
    assert found_in_tables() == ["mailroom_message"]  # it can be found
    refused(found)
    assert found_in_tables() == []
    assert found_in_files() == []
    assert not [word for word in TELLING if word in caplog.text]
    found.refresh_from_db()
    assert (found.email_mark, found.name_mark, found.paper_hash) == ("", "", "")
    assert keeping.applicant_of(found) is None
    assert books.wrong() == []


def test_yesterday_s_backup_brings_nobody_back_who_was_refused():
    law = cast.statute_like()
    found = cast.confirmed(law)
    other = cast.confirmed(law, email="c@x.example", first_names="Cem", street="Gasse 1")
    with taken_back():
        refused(found)
    assert found_in_tables() == ["mailroom_message"]
    assert Membership.objects.applications().count() == 2
    assert declaration.forget_lost(at=AT) == 1
    assert found_in_tables() == []
    assert [row.key for row in Membership.objects.applications()] == [other.key]
    found.refresh_from_db()
    assert (found.state, found.email_mark, found.forgotten_at) == ("withdrawn", "", AT)
    assert keeping.applicant_of(other) is not None
    assert declaration.forget_lost(at=AT) == 0
    assert books.wrong() == []


def test_yesterday_s_backup_brings_back_nobody_who_never_confirmed():
    found = cast.declared(cast.statute_like())
    with taken_back():
        declaration.sweep(at=NOW + declaration.LAPSE * 2)
    assert declaration.forget_lost(at=AT) == 1
    assert not Declaration.objects.filter(pk=found.pk).exists()
    assert found_in_tables() == []


def test_a_restore_without_the_keys_forgets_nobody(settings: Any, tmp_path: Path):
    """They are put in place later: until then nothing is readable, and nothing is lost."""
    found = cast.confirmed(cast.statute_like())
    there, settings.KEYS = settings.KEYS, tmp_path / "empty"
    assert keeping.applicant_of(found) is None
    assert declaration.forget_lost(at=AT) == 0
    settings.KEYS = there
    assert keeping.applicant_of(found) is not None
    assert vault_of(there).was_destroyed(found.owner) is False


def test_a_declaration_is_forgotten_with_its_membership():
    """Three years after the end of the year of leaving (§ 30 (3) GenG)."""
    make.bank_account()
    lene = admission.admit(
        cast.confirmed(cast.statute_like()), decided_on=DECIDED, by=None, at=AT
    )  # fmt: skip
    last = dt.date(2026, 12, 31)
    members.record(
        Kind.ENDED, lene, last, shares=2, nominal=500_00, at=AT + dt.timedelta(days=300)
    )  # fmt: skip
    assert forgetting.forget_old(on=dt.date(2029, 12, 31), at=AT) == 0
    declared = Declaration.objects.get()
    assert keeping.applicant_of(declared) is not None
    late = dt.datetime(2030, 1, 1, 3, tzinfo=dt.UTC)
    assert forgetting.forget_old(on=late.date(), at=late) == 1
    declared.refresh_from_db()
    assert (declared.state, declared.forgotten_at, declared.email_mark) == ("admitted", late, "")
    assert keeping.applicant_of(declared) is None
    assert not Detail.objects.exists()
    lene.refresh_from_db()
    assert (lene.stage, lene.person, lene.number) == (Stage.ENDED, None, 1)
    assert RegisterEvent.objects.filter(kind=Kind.FORGOTTEN).count() == 1
