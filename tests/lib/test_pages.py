"""A small page cache while tables are walked through, and the old one afterwards; a log that keeps
nothing."""

from pathlib import Path

import pytest
from django.db import ConnectionHandler, IntegrityError, connection, transaction

from allmende.ledger.models import Account
from allmende.lib.pages import empty_log, few_pages
from allmende.site.settings import SQLITE

pytestmark = pytest.mark.django_db


def size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        (pages,) = cursor.fetchone()
    return int(pages)


def test_pages_are_few_meanwhile_and_as_many_as_before_afterwards():
    if connection.vendor != "sqlite":
        with few_pages(connection):
            assert connection.is_usable()
        return
    before = size()
    with few_pages(connection, megabytes=3):
        assert size() == -3 * 1024
        with few_pages(connection):
            assert size() == -8 * 1024
        assert size() == -3 * 1024
    assert size() == before != -3 * 1024


def test_pages_come_back_after_a_transaction_that_failed():
    if connection.vendor != "sqlite":
        return
    before = size()
    with pytest.raises(IntegrityError), transaction.atomic(), few_pages(connection):
        Account.objects.create(code="bank", kind="asset", number=1)
    assert size() == before


def test_log_holds_nothing_of_what_was_erased(tmp_path: Path):
    path = tmp_path / "own.sqlite3"
    own = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": SQLITE}
    one = ConnectionHandler({"default": own})["default"]
    with one.cursor() as cursor:
        cursor.execute("CREATE TABLE told (words text)")
        cursor.execute("INSERT INTO told VALUES ('Lene Marie')")
        cursor.execute("DELETE FROM told")
    log = path.with_name("own.sqlite3-wal")
    assert b"Lene Marie" in log.read_bytes()
    empty_log(one)
    assert log.read_bytes() == b""
    assert b"Lene Marie" not in path.read_bytes()
    one.close()
    empty_log(connection)  # in a test's transaction, or PostgreSQL's: nothing to do
