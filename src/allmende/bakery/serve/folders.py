"""Entries from static folders: style sheets, scripts, fonts, pictures."""

import gzip
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate
from functools import partial
from pathlib import Path
from typing import NamedTuple

import brotli  # type: ignore[import-untyped]

from allmende.bakery.serve.entries import Entry, answer, live, read, seal_of, seals_of, within
from allmende.bakery.serve.pages import VARY, decoded
from allmende.bakery.serve.policy import Headers, file_policy
from allmende.bakery.store.errors import BadPath
from allmende.bakery.store.paths import TEXT_TYPES, TYPES, ending, segments

HASHED = re.compile(r"\.[0-9a-f]{12}\.[^/]+$")  # Django's manifest storage names files by content
FOREVER = "public, max-age=31536000, immutable"
IN_MEMORY = 1_048_576  # bytes; larger files stay where they are and are sent in parts
PART = 65_536  # bytes read at once from those


class Version(NamedTuple):
    """Of a file: nanoseconds since 1970, and bytes."""

    modified_ns: int
    size: int


@dataclass(frozen=True)
class Folder:
    """A folder served as it is; `max_age` in seconds for names without a hash."""

    root: Path
    max_age: int = 3600


class Folders:
    def __init__(self, folders: dict[str, Folder], common: Headers) -> None:
        self._folders = [(p, os.path.realpath(f.root), f.max_age) for p, f in folders.items()]
        self._common = common
        self.prefixes = tuple(folders)

    def holds(self, entry: Entry) -> bool:
        return entry.seals == seals_of(entry.files)

    def find(self, path: str) -> Entry | None:
        """The entry of a path below one of the prefixes; None when there is no such file."""
        for prefix, root, max_age in self._folders:
            if path.startswith(prefix):
                return self._entry(root, path[len(prefix) - 1 :], max_age)
        return None

    def _entry(self, root: str, path: str, max_age: int) -> Entry | None:
        try:
            file = "/".join([root, *segments(decoded(path))])
        except BadPath:
            return None
        seal = seal_of(file)
        if seal is None or not within(root, file):
            return None
        _, modified_ns, size = seal
        try:
            body = read(file) if size <= IN_MEMORY else None
        except OSError:
            return None
        entry = file_entry(path, body, Version(modified_ns, size), max_age, self._common)
        entry.files, entry.seals = (file,), (seal,)
        entry.part = partial(FilePart, file)
        return entry


def file_entry(
    path: str, body: bytes | None, version: Version, max_age: int, common: Headers
) -> Entry:
    """The entry of a file below `path`; `body` is None for one that is sent in parts."""
    cache = FOREVER if HASHED.search(path) else f"public, max-age={max_age}"
    content_type = TYPES.get(ending(path).lower(), "application/octet-stream")
    kind = [("Content-Type", content_type), ("Cache-Control", cache)]
    common = [("Content-Security-Policy", file_policy(content_type)), *common]
    if body is not None and ending(path).lower() in TEXT_TYPES:
        return live(in_every_coding(body), version.modified_ns, [*kind, VARY], common)
    common = [("Accept-Ranges", "bytes"), *common]
    if body is not None:
        entry = live({"identity": body}, version.modified_ns, kind, common)
    else:
        modified = version.modified_ns // 1_000_000_000
        etag = f'"{version.modified_ns:x}-{version.size:x}"'
        kept = answer(None, version.size, etag, modified, "identity", kind, common)
        entry = Entry("200 OK", {"identity": kept}, modified=modified, size=version.size)
    entry.ranges = True
    return entry


class FilePart:
    """`count` bytes of a file from `first` on. Opened at once: what is open cannot vanish."""

    def __init__(self, file: str, first: int, count: int) -> None:
        self._source = open(file, "rb", buffering=0)  # noqa: SIM115 - the server calls close()
        self._source.seek(first)
        self._left = count

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        some = self._source.read(min(PART, self._left)) if self._left else b""
        if not some:
            self.close()
            raise StopIteration
        self._left -= len(some)
        return some

    def close(self) -> None:
        self._source.close()


def in_every_coding(body: bytes) -> dict[str, bytes]:
    """Compressed when first asked for and then remembered: these files have no twins."""
    return {
        "br": brotli.compress(body, quality=5),
        "gzip": gzip.compress(body, 6, mtime=0),
        "identity": body,
    }


def modified_text(entry: Entry) -> str:
    return formatdate(entry.modified, usegmt=True)
