"""Where SQLite keeps pages: its cache, kept small by who goes through whole tables once, and its
log of what was written.

    @few_pages(connection)
    def read_all() -> None: …

A page that is not asked for again is not worth the memory: without this a long run fills the cache
that reading pages of the site is meant for.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol


class Connection(Protocol):
    """What is asked of Django's connection."""

    @property
    def vendor(self) -> str: ...
    @property
    def connection(self) -> Any: ...
    @property
    def in_atomic_block(self) -> bool: ...
    def ensure_connection(self) -> None: ...


@contextmanager
def few_pages(connection: Connection, *, megabytes: int = 8) -> Iterator[None]:
    """Afterwards the cache may be as large as before. Nothing to do with PostgreSQL."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    opened = connection.connection
    (before,) = opened.execute("PRAGMA cache_size").fetchone()
    opened.execute(f"PRAGMA cache_size = -{megabytes * 1024}")
    try:
        yield
    finally:
        # Not by a cursor of Django's, which refuses to work in a transaction that has failed.
        if connection.connection is opened:
            opened.execute(f"PRAGMA cache_size = {before}")


def empty_log(connection: Connection) -> None:
    """Writes what the log holds into the database and leaves an empty file. The log would keep
    pages as they were, with what was erased since, until others are written over them. Waits for
    readers and writers, and leaves it where they do not come to an end, or within a transaction."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        connection.ensure_connection()
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
