"""Installations for drivers that kill and are killed: copies of the suite's own empty database."""

import os
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

SEED, KILLS = 4, 5
PATIENCE = 12 * 60  # seconds for all kills of a driver
Drive = Callable[[str], None]


@contextmanager
def copied_database(folder: Path) -> Iterator[str]:
    """A database of the run's kind, on disk; "" is SQLite in the folder."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        target = sqlite3.connect(folder / "allmende.sqlite3")
        connection.connection.backup(target)
        target.close()
        yield ""
        return
    address = os.environ["ALLMENDE_DATABASE_URL"]
    name, template = f"kill_{uuid.uuid4().hex[:12]}", connection.settings_dict["NAME"]
    connection.close()  # PostgreSQL copies only what nobody holds
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield urlsplit(address)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def installation(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The environment of a paper of its own. Tests are marked `django_db`, so that there is
    something to copy; the copy is made before a test begins its transaction."""
    folder = tmp_path_factory.mktemp("installation")
    with django_db_blocker.unblock(), copied_database(folder) as database:
        clean = {name: value for name, value in os.environ.items() if "XDIST" not in name}
        yield {
            **clean,
            "ALLMENDE_DATA": str(folder),
            "ALLMENDE_DATABASE_URL": database,
            "ALLMENDE_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }


@pytest.fixture
def drive(installation: dict[str, str], capfd: pytest.CaptureFixture[str]) -> Drive:
    """Runs a driver of this folder by name; seed, count and what came of it go to the log."""

    def run(module: str) -> None:
        seed, kills = os.environ.get("SEED", str(SEED)), os.environ.get("KILLS", str(KILLS))
        command = [sys.executable, "-m", f"tests.kill.{module}", seed, kills]
        done = subprocess.run(
            command, env=installation, capture_output=True, text=True, timeout=PATIENCE
        )
        said = f"[{module}: seed {seed}, {kills} kills] {done.stdout}"
        with capfd.disabled():
            print("\n" + said.strip(), file=sys.stderr, flush=True)
        assert done.returncode == 0, said + done.stderr

    return run
