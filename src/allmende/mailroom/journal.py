r"""A sender's journal: a file outside the database that is ahead of it, never behind.

    allmende 1 3f9c0a12                 version, fingerprint of the key that digests are made with
    > 1042 9f21c07be4a35d18             letter 1042 is about to be ended (SMTP's closing dot)
    + 1042 9f21c07be4a35d18 4XyZ12      ... was accepted, under this queue id
    - 1042                              ... was not: refused, put off, or the dot was never written
    ? 1042                              ... was left without an answer

(and two more in the file that outlives removed journals, see `settled`).

Written at the end only, one write a group, on disk (fdatasync) before any dot of the group is. It
holds keys and keyed hashes, no addresses. Who holds the lock on a file writes it; a file without
one belongs to the dead.
"""

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

VERSION = "allmende 1"
LARGEST = 64 << 20  # bytes after which a new file is begun


class Unreadable(Exception):
    """The file is no journal, or was written with another key."""


class Entry(NamedTuple):
    """One line: what happened (one of > + - ?), to which letter; or one of `settled`."""

    kind: str
    pk: int
    digest: str
    queue_id: str


class File:
    """One journal, locked by us. Closing it, or dying, gives the lock back."""

    def __init__(self, path: Path, handle: int, fingerprint: str) -> None:
        self.path, self._handle = path, handle
        self.key = uuid.UUID(path.stem)
        self.end = os.fstat(handle).st_size
        if not self.end:
            self.append(f"{VERSION} {fingerprint}\n".encode())

    @classmethod
    def new(cls, folder: Path, *, fingerprint: str) -> Self:
        folder.mkdir(parents=True, exist_ok=True)
        made = cls.take(folder / f"{uuid.uuid4()}.journal", fingerprint=fingerprint)
        assert made is not None
        directory = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(directory)  # the name, too, outlives a loss of power
        finally:
            os.close(directory)
        return made

    @classmethod
    def take(cls, path: Path, *, fingerprint: str) -> Self | None:
        """The file with its lock; None while somebody else has it."""
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        return cls(path, handle, fingerprint)

    def append(self, lines: bytes, *, sync: bool = True) -> int:
        """Writes lines; returns the position where they begin. Raises OSError.

        sync: whether they have to outlive a loss of power before this returns; the death of the
        process they outlive anyway.
        """
        start, view = self.end, memoryview(lines)
        try:
            while view:
                view = view[os.write(self._handle, view) :]
            if sync:
                self.sync()
        except OSError:
            self.cut(start)  # no half line stands before the next one
            raise
        self.end += len(lines)
        return start

    def sync(self) -> None:
        """What was appended outlives a loss of power when this returns. Raises OSError."""
        os.fdatasync(self._handle)

    def cut(self, position: int) -> None:
        """Takes back what was appended last, from a position on."""
        os.ftruncate(self._handle, position)
        self.end = position

    def mend(self, fingerprint: str) -> None:
        """Cuts off a line that death left half written. Raises Unreadable for another's file."""
        with self.path.open("rb") as file:
            head = file.readline()
            if head.endswith(b"\n") and head.decode("ascii", "replace").split() != [
                *VERSION.split(),
                fingerprint,
            ]:
                raise Unreadable(self.path.name)
            file.seek(max(0, self.end - 4096))
            tail = file.read()
        if not tail.endswith(b"\n"):
            self.end -= len(tail) - (tail.rfind(b"\n") + 1)
            os.ftruncate(self._handle, self.end)
            if not self.end:
                self.append(f"{VERSION} {fingerprint}\n".encode())

    def close(self) -> None:
        os.close(self._handle)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Waits until nobody else holds the lock on a file of no content, and holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def intent(pk: int, digest: str) -> bytes:
    return f"> {pk} {digest}\n".encode()


def accepted(pk: int, digest: str, queue_id: str) -> bytes:
    return f"+ {pk} {digest} {queue_id}\n".encode("ascii", "replace")


def denied(pk: int) -> bytes:
    return b"- %d\n" % pk


def silent(pk: int) -> bytes:
    return b"? %d\n" % pk


def read(path: Path, *, start: int) -> Iterator[Entry]:
    """Entries from a position on, which must be the beginning of a line."""
    with path.open("rb") as file:
        file.seek(start)
        for line in file:
            kind, _, rest = line.decode("ascii", "replace").rstrip("\n").partition(" ")
            if kind in (">", "+", "-", "?"):
                pk, digest, queue_id = [*rest.split(" ", 2), "", ""][:3]
                yield Entry(kind, int(pk), digest, queue_id)
            elif kind == "=":
                yield Entry(kind, 0, rest, "")
            elif kind == "~":
                yield Entry(kind, int(rest), "", "")
