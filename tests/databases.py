"""Migrations fill one database a run; every other process of the run copies it.

Tests that commit empty the tables afterwards, also those whose rows the product never deletes.
"""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


class OwnDatabase:
    """The database of this process's tests. `folder` is shared by the processes of the run: who
    comes first leaves there what the others copy, as a file of SQLite or a name on PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "migrated"
        self._lock = folder / "migrated.lock"
        self._before = str(connection.settings_dict["NAME"])
        self._was_first = False

    def set_up(self) -> None:
        with self._locked():
            if self._template.exists():
                self._copy()
            else:
                connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
                self._keep()
        empty_kept_tables_too()

    def tear_down(self) -> None:
        connection.creation.destroy_test_db(self._before, verbosity=0)
        if self._was_first:
            with self._locked():
                if connection.vendor == "postgresql":
                    drop(self._template.read_text())
                self._template.unlink()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _keep(self) -> None:
        name = str(connection.settings_dict["NAME"])
        if connection.vendor == "sqlite":
            with opened(self._template) as kept:
                connection.connection.backup(kept)
        else:
            connection.close()  # PostgreSQL copies only what nobody holds
            copy(name, to=f"{name}_migrated")
            self._template.write_text(f"{name}_migrated")
        self._was_first = True

    def _copy(self) -> None:
        connection.close()
        name = connection.creation._get_test_db_name()
        if connection.vendor == "postgresql":
            copy(self._template.read_text(), to=name)
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            with opened(self._template) as kept:
                kept.backup(connection.connection)


def empty_kept_tables_too() -> None:
    """Lets Django's flush, and nothing else, pass the triggers that refuse to delete."""
    flush = connection.ops.execute_sql_flush

    def unhindered(statements: list[str]) -> None:
        with without_refusals():
            flush(statements)

    connection.ops.execute_sql_flush = unhindered


@contextmanager
def without_refusals() -> Iterator[None]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")  # fires no triggers
            yield
            cursor.execute("RESET session_replication_role")
            return
        cursor.execute(
            "SELECT name, sql FROM sqlite_master"
            " WHERE type = 'trigger' AND sql LIKE '%BEFORE DELETE ON%'"
        )
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _name, sql in triggers:
            cursor.execute(sql)


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    found = sqlite3.connect(file)
    try:
        yield found
    finally:
        found.close()


def copy(name: str, *, to: str) -> None:
    drop(to)
    ask(f'CREATE DATABASE "{to}" TEMPLATE "{name}"')


def drop(name: str) -> None:
    ask(f'DROP DATABASE IF EXISTS "{name}"')


def ask(question: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(question)
