"""Migrations fill one database a run; every other process of the run copies it. On SQLite it is
kept for later runs, too, as long as the migrations stay what they are.

A process copies it again after a test that commits: what the test left is thrown away with its
database, also rows that the product never deletes, and what migrations filled is there again.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from tests.house import alone, migrated

EARLIER = Path(__file__).parent.parent / ".cache" / "migrated"


class OwnDatabase:
    """The database of this process's tests. `folder` is shared by the processes of the run: who
    comes first leaves there what the others copy, as a file of SQLite or a name on PostgreSQL, and
    who leaves last clears it away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = migrated(folder)
        self._users = folder / "migrated.users"
        self._before = str(connection.settings_dict["NAME"])

    def set_up(self) -> None:
        with alone(self._folder):
            if self._template.exists():
                self._name()
                self._copy()
            else:
                self._migrate()
            self._count(1)
        # In place of Django's, which empties the tables.
        TransactionTestCase._fixture_teardown = lambda test: self._copy()

    def tear_down(self) -> None:
        connection.creation.destroy_test_db(self._before, verbosity=0)
        with alone(self._folder):
            if not self._count(-1):
                if connection.vendor == "postgresql":
                    drop(self._template.read_text())
                self._template.unlink()

    def _count(self, change: int) -> int:
        """How many processes copy; call under the lock."""
        found = int(self._users.read_text()) if self._users.exists() else 0
        self._users.write_text(str(found + change))
        return found + change

    def _migrate(self) -> None:
        earlier = EARLIER / f"{fingerprint()}.sqlite3"
        known = connection.vendor == "sqlite" and earlier.exists()
        if known:
            self._name()
            fill(earlier)
        # Where all migrations have been run this adds only what Django adds after each of its
        # runs: rights and kinds of content.
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        if connection.vendor == "postgresql":
            name = str(connection.settings_dict["NAME"])
            connection.close()  # PostgreSQL copies only what nobody holds
            copy(name, to=f"{name}_migrated")
            self._template.write_text(f"{name}_migrated")
            return
        keep(self._template)
        if not known:
            for file in EARLIER.glob("*"):
                file.unlink(missing_ok=True)
            EARLIER.mkdir(parents=True, exist_ok=True)
            new = EARLIER / f"{os.getpid()}.new"
            keep(new)
            new.replace(earlier)

    def _name(self) -> None:
        connection.close()
        name = connection.creation._get_test_db_name()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name

    def _copy(self) -> None:
        if connection.vendor == "postgresql":
            connection.close()
            copy(self._template.read_text(), to=str(connection.settings_dict["NAME"]))
        else:
            fill(self._template)


def fingerprint() -> str:
    """Of what a migrated database is made of: the migrations of all apps, the models whose
    functions some of them ask, and the settings (Wagtail's ask for the language)."""
    digest = hashlib.sha256(django.__version__.encode())
    digest.update(Path(str(import_module("allmende.site.settings").__file__)).read_bytes())
    for app in apps.get_app_configs():
        for pattern in ("migrations/*.py", "models.py", "models/**/*.py"):
            for file in sorted(Path(app.path).glob(pattern)):
                digest.update(str(file.relative_to(app.path)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def fill(source: Path) -> None:
    connection.ensure_connection()
    with opened(source) as kept:
        kept.backup(connection.connection)


def keep(target: Path) -> None:
    with opened(target) as kept:
        connection.connection.backup(kept)


@contextmanager
def without_refusals() -> Iterator[None]:
    """Lets a test delete what triggers keep."""
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
    ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def ask(question: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(question)
