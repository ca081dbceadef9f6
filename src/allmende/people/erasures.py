"""Which persons were erased: a file outside the database and its backups.

    allmende erasures 1
    1042 5b0c8f…e1 1784012400       number of the row, what its key hashes to, when (seconds)

An old backup knows people who were erased since. Whoever restores it brings them back, so that the
erasures are made again (`erasure.make_again`). The file names nobody: a row's key is random, and a
hash of it leads to a row only where the row still is. It is written after the commit; what death
kept from it, the next worker adds from the database.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from allmende.people.models import Person

HEAD = b"allmende erasures 1\n"


class Entry(NamedTuple):
    """One row that was erased."""

    pk: int
    digest: str
    at: datetime


def path() -> Path:
    found: Path = settings.ERASURES
    return found


def digest_of(person: Person) -> str:
    return sha256(person.key.bytes).hexdigest()[:32]


def note(entries: Iterable[Entry]) -> None:
    """Adds entries; on disk when this returns. Raises OSError."""
    lines = [f"{pk} {digest} {int(at.timestamp())}\n".encode() for pk, digest, at in entries]
    if not lines:
        return
    path().parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path(), os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        os.write(handle, b"".join([beginning(handle), *lines]))
        os.fsync(handle)
    finally:
        os.close(handle)


def beginning(handle: int) -> bytes:
    """What has to stand before the next line: the head of a new file, or the end of a line that
    was left half written."""
    end = os.fstat(handle).st_size
    if not end:
        return HEAD
    return b"" if os.pread(handle, 1, end - 1) == b"\n" else b"\n"


def read() -> Iterator[Entry]:
    """What is known, oldest first; a line that was left half written is passed over."""
    if not path().exists():
        return
    with path().open("rb") as file:
        for line in file:
            parts = line.decode("ascii", "replace").split()
            if len(parts) == 3 and parts[0].isdecimal() and parts[2].isdecimal():
                whole = line.endswith(b"\n") and len(parts[1]) == 32
                if whole:
                    yield Entry(int(parts[0]), parts[1], datetime.fromtimestamp(int(parts[2]), UTC))


def of(person: Person) -> Entry:
    """Of a row that was erased."""
    assert person.erased_at is not None
    return Entry(person.pk, digest_of(person), person.erased_at)
