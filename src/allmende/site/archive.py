"""Backup archives: one tar file that says what is in it and can prove that it is whole.

    database.sqlite3 or database.dump    the database
    media/…                              pictures and documents
    manifest.json                        last: when, of which version, and every file's checksum

The manifest stands last, so that a truncated archive has none.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

MANIFEST = "manifest.json"
FORMAT = 1
BLOCK = 1 << 20  # bytes read at once
Progress = Callable[[int], None]


class ArchiveError(Exception):
    """The archive cannot be used; nothing was changed."""


@dataclass(frozen=True)
class Entry:
    """A file to be packed: its name in the archive and where it lies."""

    name: str
    path: Path


class Hashing:
    """A file that takes the checksum of what is read through it."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self.file, self.progress = file, progress
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self.file.read(size)
        self.digest.update(block)
        self.progress(len(block))
        return block


def write(
    target: Path, entries: Iterator[Entry], *, about: dict[str, Any], progress: Progress
) -> None:
    """Packs all entries into `target`, which appears whole or not at all.

    progress: called with the number of bytes read since the last call.
    """
    draft = target.with_name(f"{target.name}.part")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                sums = {}
                for entry in entries:
                    if digest := add(tar, entry, progress):
                        sums[entry.name] = digest
                add_manifest(tar, {"format": FORMAT, **about, "files": sums})
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def add(tar: tarfile.TarFile, entry: Entry, progress: Progress) -> str:
    """Packs one file. Returns its checksum; empty when it was deleted in the meantime."""
    try:
        file = entry.path.open("rb")
    except FileNotFoundError:
        return ""
    with file:
        info = tarfile.TarInfo(entry.name)
        seen = os.fstat(file.fileno())
        info.size, info.mtime, info.mode = seen.st_size, int(seen.st_mtime), 0o600
        through = Hashing(file, progress)
        tar.addfile(info, through)
    return through.digest.hexdigest()


def add_manifest(tar: tarfile.TarFile, manifest: dict[str, Any]) -> None:
    content = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
    info = tarfile.TarInfo(MANIFEST)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))


def verify(archive: Path, *, progress: Progress) -> dict[str, Any]:
    """The manifest of an archive whose every file has the checksum that it names.

    Raises ArchiveError; FileNotFoundError when there is no such file.
    """
    found: dict[str, str] = {}
    manifest: dict[str, Any] = {}
    with plain_words():
        for name, file in members(archive):
            if name == MANIFEST:
                manifest = json.loads(file.read())
                continue
            through = Hashing(file, progress)
            while through.read(BLOCK):
                pass
            found[name] = through.digest.hexdigest()
    if not manifest:
        raise ArchiveError("It has no manifest: it is cut off, or not a backup of Allmende.")
    if manifest["format"] > FORMAT:
        raise ArchiveError("It was made by a newer version. Install that one first.")
    check(manifest["files"], found)
    return manifest


def check(promised: dict[str, str], found: dict[str, str]) -> None:
    """Raises ArchiveError, naming one file, when the two differ."""
    for name in sorted(promised.keys() | found.keys()):
        if promised.get(name) != found.get(name):
            raise ArchiveError(f"{name} in it is damaged, missing, or does not belong there.")


@contextmanager
def plain_words() -> Iterator[None]:
    """Turns what tar and JSON say about a broken archive into ArchiveError."""
    try:
        yield
    except (tarfile.TarError, EOFError, ValueError, KeyError) as error:
        raise ArchiveError(f"It is cut off, or no backup ({error}).") from error


def members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Files of the archive in order, readable one after the other.

    Raises ArchiveError for what would be written outside of its folder; tarfile.TarError.
    """
    with tarfile.open(archive) as tar:
        for info in tar:
            path = PurePosixPath(info.name)
            file = tar.extractfile(info)
            if file is None or path.is_absolute() or ".." in path.parts:
                raise ArchiveError(f"It holds {info.name!r}, which no backup has.")
            yield info.name, file


def unpack(archive: Path, folder: Path, *, progress: Progress) -> None:
    """Writes all files below `folder`. Verify the archive first."""
    with plain_words():
        for name, file in members(archive):
            copy(file, folder / name, progress)


def copy(file: IO[bytes], target: Path, progress: Progress) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        while block := file.read(BLOCK):
            out.write(block)
            progress(len(block))
        out.flush()
        os.fsync(out.fileno())
