"""What the database itself refuses, whatever program writes to it: raw statements throughout."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from allmende.ledger import post
from tests.ledger.cast import DAY, NOW, posted

pytestmark = pytest.mark.django_db
NUMBER = 1_000_001


@contextmanager
def refused(words: str) -> Iterator[None]:
    """At once, or when it would be committed."""
    with pytest.raises(DatabaseError, match=words), committed():
        yield


@contextmanager
def committed() -> Iterator[None]:
    with transaction.atomic():
        yield
        connection.check_constraints()


def ask(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def add(
    number: int, cents: int, *, entry: int = NUMBER, account: str = "bank", currency: str = "EUR",
    on: Any = DAY, verb: str = "INSERT",
) -> None:  # fmt: skip
    ask(
        f"{verb} INTO ledger_posting"
        " (entry_id, number, account_id, party, currency, booked_on, cents)"
        " VALUES (%s, %s, %s, '', %s, %s, %s)",
        entry, number, account, currency, str(on), cents,
    )  # fmt: skip


def seal(
    lines: int = 2, *, entry: int = NUMBER, key: str = "raw", reverses: int | None = None,
    verb: str = "INSERT",
) -> None:  # fmt: skip
    ask(
        f"{verb} INTO ledger_entry (id, key, booked_on, recorded_at, text, lines, reverses_id)"
        " VALUES (%s, %s, %s, %s, '', %s, %s)",
        entry, key, str(DAY), NOW.isoformat(), lines, reverses,
    )  # fmt: skip


def test_even_postings_are_sealed() -> None:
    add(1, 100)
    add(2, -100)
    seal()
    entry = post.find("raw")
    assert entry is not None
    assert len(post.lines_of([entry])[entry.pk]) == 2


def test_uneven_postings_are_not_sealed() -> None:
    with refused("add up"):
        add(1, 100)
        add(2, -99)
        seal()


def test_currencies_do_not_make_up_for_each_other() -> None:
    with refused("add up"):
        add(1, 100)
        add(2, -100, currency="CHF")
        seal()


@pytest.mark.parametrize("lines", [1, 3])
def test_other_number_of_postings_is_not_sealed(lines: int) -> None:
    with refused("not the postings"):
        add(1, 100)
        add(2, -100)
        seal(lines)


def test_entry_without_postings_is_refused() -> None:
    with refused("not the postings"):
        seal(0)


def test_gap_in_the_numbers_is_not_sealed() -> None:
    with refused("not the postings"):
        add(1, 100)
        add(3, -100)
        seal()


def test_posting_of_another_day_is_not_sealed() -> None:
    with refused("not the postings"):
        add(1, 100)
        add(2, -100, on="2026-04-01")
        seal()


def test_posting_without_entry_is_not_committed() -> None:
    with refused("(?i)foreign key|without its entry"):
        add(1, 100)
        add(2, -100)


def test_posting_of_nothing_is_refused() -> None:
    with refused("posting_of_something"):
        add(1, 0)


def test_posting_on_an_unknown_account_is_refused() -> None:
    with refused("(?i)foreign key"):
        add(1, 100, account="bonk")
        add(2, -100)
        seal()


def test_entry_that_stands_takes_no_more_postings() -> None:
    entry = posted()
    with refused("stands already"):
        add(3, 100, entry=entry.pk)


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_posting"])
def test_nothing_is_changed_or_deleted(table: str) -> None:
    posted()
    column = "text" if table == "ledger_entry" else "party"
    with refused("not changed"):
        ask(f"UPDATE {table} SET {column} = 'x'")
    with refused("not changed"):
        ask(f"DELETE FROM {table}")
    connection.check_constraints()  # else PostgreSQL refuses for what is still to be checked
    if connection.vendor == "postgresql":
        with refused("not changed"):
            ask(f"TRUNCATE {table} CASCADE")


def test_key_stands_once() -> None:
    posted("raw")
    with refused("(?i)unique|replaced"):
        add(1, 100)
        add(2, -100)
        seal()


@pytest.mark.parametrize("cents", [50, 100])
def test_reversal_is_a_mirror_image(cents: int) -> None:
    entry = posted(cents=100, party="")
    with refused("mirror"):
        add(1, cents)
        add(2, -cents, account="contributions")
        seal(reverses=entry.pk)
    with refused("mirror"):
        add(1, -100)
        add(2, 100, account="fees")
        seal(reverses=entry.pk)
    with refused("mirror"):
        add(1, -100)
        add(2, 100, account="contributions")
        seal(reverses=NUMBER + 1)


def test_entry_is_reversed_once() -> None:
    entry = posted(cents=100, party="")
    for number in (1, 2):
        add(1, -100, entry=NUMBER + number)
        add(2, 100, account="contributions", entry=NUMBER + number)
    seal(entry=NUMBER + 1, reverses=entry.pk)
    with refused("(?i)unique|replaced"):
        seal(entry=NUMBER + 2, key="raw2", reverses=entry.pk)
    seal(entry=NUMBER + 2, key="raw2")  # no posting of this test is left without its entry


def test_accounts_keep_code_and_kind() -> None:
    with refused("only the number"):
        ask("UPDATE ledger_account SET kind = 'equity' WHERE code = 'bank'")
    ask("UPDATE ledger_account SET number = 1805 WHERE code = 'bank'")


def test_sqlite_lets_nothing_be_replaced_or_broken() -> None:
    if connection.vendor != "sqlite":
        return  # PostgreSQL has no REPLACE, and columns of whole numbers
    entry = posted("raw")
    with refused("stands already"):
        add(1, 5, entry=entry.pk, verb="INSERT OR REPLACE")
    with refused("not replaced"):
        add(1, 100)
        add(2, -100)
        seal(key="raw", verb="INSERT OR REPLACE")
    with refused("not replaced"):
        add(1, 5)
        add(1, 6, verb="INSERT OR REPLACE")
    with refused("whole"):
        add(1, 0.5)  # type: ignore[arg-type]
