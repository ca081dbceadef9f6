"""Entries from static folders: style sheets, scripts, fonts, pictures."""

import gzip
import os
import re
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

import brotli  # type: ignore[import-untyped]

from allmende.bakery.serve.entries import Entry, answer, live, read, seal_of, seals_of, within
from allmende.bakery.serve.pages import VARY, decoded
from allmende.bakery.serve.policy import Headers, file_policy
from allmende.bakery.store.errors import BadPath
from allmende.bakery.store.paths import TEXT_TYPES, TYPES, ending, segments

HASHED = re.compile(r"\.[0-9a-f]{12}\.[^/]+$")  # Django's manifest storage names files by content
FOREVER = "public, max-age=31536000, immutable"
IN_MEMORY = 1_048_576  # bytes; larger files stay on disk and are sent in parts


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
        cache = FOREVER if HASHED.search(path) else f"public, max-age={max_age}"
        content_type = TYPES.get(ending(path).lower(), "application/octet-stream")
        kind = [("Content-Type", content_type), ("Cache-Control", cache)]
        common = [("Content-Security-Policy", file_policy(content_type)), *self._common]
        try:
            entry = self._prepared(file, seal[1:], kind, common)
        except OSError:
            return None
        entry.files, entry.seals = (file,), (seal,)
        return entry

    def _prepared(
        self, file: str, version: tuple[int, int], kind: Headers, common: Headers
    ) -> Entry:
        modified_ns, size = version
        if ending(file).lower() in TEXT_TYPES and size <= IN_MEMORY:
            return live(in_every_coding(read(file)), modified_ns, [*kind, VARY], common)
        common = [("Accept-Ranges", "bytes"), *common]
        if size <= IN_MEMORY:
            entry = live({"identity": read(file)}, modified_ns, kind, common)
        else:
            modified = modified_ns // 1_000_000_000
            etag = f'"{modified_ns:x}-{size:x}"'
            kept = answer(None, size, etag, modified, "identity", kind, common)
            entry = Entry("200 OK", {"identity": kept}, modified=modified, size=size)
        entry.ranges = True
        return entry


def in_every_coding(body: bytes) -> dict[str, bytes]:
    """Compressed when first asked for and then remembered: these files have no twins."""
    return {
        "br": brotli.compress(body, quality=5),
        "gzip": gzip.compress(body, 6, mtime=0),
        "identity": body,
    }


def modified_text(entry: Entry) -> str:
    return formatdate(entry.modified, usegmt=True)
