"""Laying an installation: tables, static files, roles, first pages. Each again without harm."""

import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from allmende.bakery import orders
from allmende.bakery.ingredients import EVERYTHING
from allmende.contributions import staff_roles as contribution_roles
from allmende.cooperative import staff_roles as cooperative_roles
from allmende.editions import staff_roles as edition_roles
from allmende.newsletters import staff_roles as newsletter_roles
from allmende.newsroom import foundation, staff_roles
from allmende.newsroom.search import index
from allmende.newsroom.tasks import index_behind
from allmende.people import roles

Progress = Callable[[int], None]


class Applied(io.TextIOBase):
    """Counts the migrations that Django says it has applied."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress

    def write(self, text: str) -> int:
        if text.strip() == "OK":
            self.progress(1)
        return len(text)


def migrations_to_run() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def lay_database(*, progress: Progress = lambda count: None) -> None:
    if migrations_to_run():
        call_command("migrate", interactive=False, no_color=True, stdout=Applied(progress))
    call_command("createcachetable", verbosity=0)


def lay_static_files() -> bool:
    """Collects static files where their sources changed. Returns whether it did."""
    if not changed("static", static_sources()):
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    remember("static", static_sources())
    return True


@transaction.atomic
def lay_foundation() -> None:
    roles.lay_roles()
    foundation.lay()
    staff_roles.lay_page_permissions()
    edition_roles.lay_permissions()
    newsletter_roles.lay_permissions()
    contribution_roles.lay_permissions()
    cooperative_roles.lay_permissions()


def order_index() -> bool:
    """Has what the search lacks indexed in the background, after an update or a restore."""
    if not index.behind().exists():
        return False
    index_behind.enqueue()
    return True


def order_new_look() -> bool:
    """Orders all pages where templates, texts or static files changed since the last time."""
    if not changed("look", look_sources()):
        return False
    with transaction.atomic():
        orders.place(EVERYTHING)
    remember("look", look_sources())
    return True


def static_sources() -> Iterator[Path]:
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=None):
            yield Path(storage.path(path))


def look_sources() -> Iterator[Path]:
    yield from static_sources()
    for pattern in ("*/templates/**/*", "*/locale/**/*.mo"):
        yield from (path for path in settings.HOME.glob(pattern) if path.is_file())


def changed(name: str, sources: Iterator[Path]) -> bool:
    try:
        return mark(name).read_text() != fingerprint(sources)
    except FileNotFoundError:
        return True


def remember(name: str, sources: Iterator[Path]) -> None:
    mark(name).write_text(fingerprint(sources))


def mark(name: str) -> Path:
    return Path(settings.STATIC_ROOT) / f".{name}-made-from"


def fingerprint(sources: Iterator[Path]) -> str:
    """Changes when a file is added, removed or written; looks at no file's content."""
    digest = hashlib.sha256()
    for path in sorted(sources):
        seen = path.stat()
        digest.update(f"{path} {seen.st_size} {seen.st_mtime_ns}\n".encode())
    return digest.hexdigest()
