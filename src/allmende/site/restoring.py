"""Restore: a backup takes the place of what is there, all of it or nothing.

1. Every checksum of the archive is verified; a damaged one changes nothing.
2. Everything is unpacked beside the installation, and the database looked through.
3. Old parts are moved aside, new ones into place (see `swap`). What fails until here is undone.
4. Tables are brought up to date, who was erased since is erased again, and so are applicants
   and former members whom the cooperative has forgotten since; everybody is signed out,
   and all pages are ordered anew.

On PostgreSQL the database is replaced in one transaction, as the last step of 3.
"""

import shutil
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, connections, transaction
from django.db.migrations.loader import MigrationLoader

from allmende.bakery import orders
from allmende.bakery.ingredients import EVERYTHING, PATH
from allmende.bakery.placing import store
from allmende.cooperative import declaration, forgetting, statute
from allmende.lib.pages import empty_log
from allmende.newsroom.models import Article
from allmende.people import erasure
from allmende.people.models import Person
from allmende.site import archive, installation
from allmende.site.archive import ArchiveError, Progress
from allmende.site.backup import NAMES, run_postgres
from allmende.site.models import Worker
from allmende.site.swap import Swap, new, remove

RECENT = timedelta(seconds=45)


class Refused(Exception):
    """A restore would destroy something, or collide with what is running."""


def restore(
    source: Path, *, at: datetime, force: bool = False, progress: Progress = lambda count: None
) -> dict[str, Any]:
    """Replaces database, pictures and documents by those of `source`. Returns its manifest.

    force: also where there is a paper already. progress: bytes since the last call; the whole
    archive is read twice. Raises ArchiveError, Refused and backup.BackupFailed: nothing has
    changed then.
    """
    swap = Swap(settings.DATA)
    if swap.is_unfinished():
        swap.undo()
    manifest = archive.verify(source, progress=progress)
    check_fits(manifest)
    check_quiet(at=at)
    if not force:
        check_empty()
    put_in_place(source, swap, progress)
    installation.lay_database()
    manifest["erased_again"] = erasure.make_again()
    declaration.restored(at=at)
    forgetting.forget_old(on=statute.day_of(at), at=at)
    aftercare()
    return manifest


def check_fits(manifest: dict[str, Any]) -> None:
    """Raises ArchiveError for a backup of another kind of database, or of a newer version."""
    if manifest["database"] != connection.vendor:
        raise ArchiveError(
            f"It holds a {manifest['database']} database, this paper uses {connection.vendor}."
            " Set ALLMENDE_DATABASE_URL to match."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    ours = {name for name in manifest["migrations"] if not name.startswith("test")}
    if strange := sorted(ours - known - replaced()):
        raise ArchiveError(
            f"It was made by version {manifest['allmende']}, which is newer ({strange[0]})."
            " Install that version first."
        )


def replaced() -> set[str]:
    """Migrations that squashed ones stand for."""
    loader = MigrationLoader(None)
    pairs = (pair for migration in loader.disk_migrations.values() for pair in migration.replaces)
    return {f"{app}.{name}" for app, name in pairs}


def check_quiet(*, at: datetime) -> None:
    """Raises Refused while a worker is running."""
    if has_table(Worker) and Worker.objects.filter(seen_at__gt=at - RECENT).exists():
        raise Refused("A worker is running. Stop the paper first, then wait a minute.")


def check_empty() -> None:
    """Raises Refused where there are people, articles or files."""
    rows = any(has_table(model) and model._default_manager.exists() for model in (Person, Article))
    root = Path(settings.MEDIA_ROOT)
    if rows or any(path.is_file() for path in root.rglob("*")):
        raise Refused("There is a paper here already; --force puts the backup in its place.")


def has_table(model: Any) -> bool:
    return model._meta.db_table in connection.introspection.table_names()


def put_in_place(source: Path, swap: Swap, progress: Progress) -> None:
    database = sqlite_place()
    media = Path(settings.MEDIA_ROOT)
    places = [media, *([database] if database else [])]
    for place in places:
        remove(new(place))
    staging = settings.DATA / "restore-unpacked"
    shutil.rmtree(staging, ignore_errors=True)
    try:
        archive.unpack(source, staging, progress=progress)
        dump = staging / NAMES[connection.vendor]
        if database:
            check_sqlite(dump)
            shutil.move(dump, new(database))
        (staging / "media").mkdir(exist_ok=True)
        shutil.move(staging / "media", new(media))
        exchange(swap, places, database, dump)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def exchange(swap: Swap, places: list[Path], database: Path | None, dump: Path) -> None:
    """The moves themselves; undone when one fails."""
    settle()
    swap.begin(places)
    try:
        if database:
            for companion in ("-wal", "-shm"):
                database.with_name(database.name + companion).unlink(missing_ok=True)
        swap.move()
        if not database:
            restore_postgres(dump)
    except BaseException:
        swap.undo()
        raise
    swap.finish()


def sqlite_place() -> Path | None:
    """Where the SQLite database lies; None on PostgreSQL."""
    if connection.vendor != "sqlite":
        return None
    return Path(str(connection.settings_dict["NAME"]))


def check_sqlite(path: Path) -> None:
    """Raises ArchiveError for a database that SQLite finds fault with."""
    copy = sqlite3.connect(path)
    try:
        found = copy.execute("PRAGMA quick_check").fetchone()[0]
        orphans = copy.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise ArchiveError(f"Its database cannot be read ({error}).") from error
    finally:
        copy.close()
    if found != "ok" or orphans:
        raise ArchiveError("Its database is damaged.")


def settle() -> None:
    """Writes what SQLite's log holds into the old database, and lets go of it."""
    empty_log(connection)
    connections.close_all()


def restore_postgres(dump: Path) -> None:
    script = dump.with_name("database.sql")
    run_postgres("pg_restore", "--no-owner", "--no-acl", f"--file={script}", str(dump))
    run_postgres(
        "psql",
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        "--command=DROP SCHEMA public CASCADE; CREATE SCHEMA public",
        f"--file={script}",
    )


@transaction.atomic
def aftercare() -> None:
    """Nobody stays signed in by an old session, and readers soon see what was restored.

    Pages that lie in the store but not in the backup are ordered too, so that they go.
    """
    Session.objects.all().delete()
    Worker.objects.all().delete()
    installation.order_index()
    orders.place(EVERYTHING, *(PATH + kept.path for kept in store().walk()))
