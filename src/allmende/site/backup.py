"""Backup: the database as it was at one moment, and all pictures and documents.

The database comes first: a picture that is added meanwhile lies in the backup unused, while the
other way round an article would lack its picture. Keys are left out on purpose: whoever finds a
backup must not be able to sign in with it. Baked pages are left out because they can be baked.
"""

import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from allmende import __version__
from allmende.site import archive
from allmende.site.archive import Entry, Progress

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


class BackupFailed(Exception):
    """A program that was needed is missing, or failed in its own words."""


def backup(target: Path, *, at: datetime, progress: Progress = lambda count: None) -> None:
    """Writes a backup of the running paper to `target`. Raises BackupFailed and OSError."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".allmende-backup-") as folder:
        copy = Path(folder) / NAMES[connection.vendor]
        applied = sorted(f"{app}.{name}" for app, name in migrations())
        copy_database(copy)
        about = {
            "allmende": __version__,
            "made_at": at.isoformat(),
            "database": connection.vendor,
            "migrations": applied,
        }
        archive.write(target, entries(copy), about=about, progress=progress)


def migrations() -> list[tuple[str, str]]:
    return list(MigrationRecorder(connection).applied_migrations())


def entries(database: Path) -> Iterator[Entry]:
    yield Entry(database.name, database)
    if settings.SETTING["s3_media"]:  # another machine's, with copies of its own
        return
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield Entry(f"media/{path.relative_to(root).as_posix()}", path)


def size() -> int:
    """About how many bytes a backup reads, for showing progress."""
    return sum(path.stat().st_size for path in Path(settings.MEDIA_ROOT).rglob("*"))


def copy_database(target: Path) -> None:
    if connection.vendor == "sqlite":
        copy_sqlite(target)
    else:
        run_postgres("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={target}")


def copy_sqlite(target: Path) -> None:
    """SQLite's online backup: one consistent moment, while others read and write on."""
    connection.ensure_connection()
    copy = sqlite3.connect(target)
    try:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, no companions
    finally:
        copy.close()


def run_postgres(program: str, *arguments: str) -> None:
    """Runs a program of PostgreSQL on our database; the password goes by the environment."""
    known: dict[str, Any] = connection.get_connection_params()
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
        "sslmode": "PGSSLMODE",
        "sslrootcert": "PGSSLROOTCERT",
    }
    given = {names[key]: str(value) for key, value in known.items() if key in names and value}
    try:
        subprocess.run(
            [program, *arguments],
            env={**os.environ, **given},
            check=True,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError as error:
        raise BackupFailed(f"{program} is missing: install postgresql-client.") from error
    except subprocess.CalledProcessError as error:
        raise BackupFailed(f"{program} failed: {error.stderr.strip()[-2_000:]}") from error
