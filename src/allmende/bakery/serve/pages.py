"""Entries from the store in a folder: what a public path answers."""

import os
from pathlib import Path
from typing import Protocol

from allmende.bakery.serve.entries import Entry, Seal, live, plain, read, seals_of, within
from allmende.bakery.serve.policy import PAGE_POLICY, Headers
from allmende.bakery.store.errors import BadPath
from allmende.bakery.store.files import generation
from allmende.bakery.store.paths import (
    CACHE_CONTROL,
    GONE,
    MOVED,
    TEXT_TYPES,
    TYPES,
    ending,
    file_name,
    header_address,
)

CACHE = ("Cache-Control", CACHE_CONTROL)
VARY = ("Vary", "Accept-Encoding")
HTML = ("Content-Type", TYPES["html"])
POLICY = ("Content-Security-Policy", PAGE_POLICY)
CODINGS = {"br": ".br", "gzip": ".gz"}
ENDS = ("", GONE, MOVED, *CODINGS.values())
TRIES = 50  # a busy machine may stop a reader in the middle of each


class Shelf(Protocol):
    """Where entries of pages come from."""

    def find(self, path: str) -> Entry | None:
        """The entry of a path as WSGI spells it; None when there is no such page."""

    def holds(self, entry: Entry) -> bool:
        """Whether an entry that was found here is what its path still answers."""

    def elsewhere(self, path: str, query: str) -> Entry | None:
        """The 301 for "/politik" and "/politik/index.html", where "/politik/" is a page."""

    def generation(self) -> int:
        """Another number than before when any page may have changed."""


class Pages:
    """Pages in a folder."""

    def __init__(self, root: Path, common: Headers) -> None:
        self._root = os.path.realpath(root)
        self._common = common

    def generation(self) -> int:
        return generation(self._root)

    def holds(self, entry: Entry) -> bool:
        return entry.seals == seals_of(entry.files)

    def find(self, path: str) -> Entry | None:
        try:
            name = file_name(decoded(path))
        except BadPath:
            return None
        files = tuple(f"{self._root}/{name}{end}" for end in ENDS)
        for _ in range(TRIES):  # a page may be replaced while it is read: then read it again
            seals = seals_of(files)
            entry = self._read(name, files, seals)
            if seals_of(files) == seals:
                break
        if entry is not None:
            entry.files, entry.seals = files, seals
        return entry

    def elsewhere(self, path: str, query: str) -> Entry | None:
        folder = folder_of(path)
        try:
            name = file_name(decoded(folder))
        except BadPath:
            return None
        if any(seals_of(tuple(f"{self._root}/{name}{end}" for end in ("", GONE, MOVED)))):
            return redirection(decoded(folder), self._common, query)
        return None

    def _read(self, name: str, files: tuple[str, ...], seals: tuple[Seal, ...]) -> Entry | None:
        file, gone, moved, *twins = files
        live_seal, gone_seal, moved_seal, *twin_seals = seals
        try:
            if gone_seal:
                return tombstone(read(gone), self._common)
            if moved_seal:
                return redirection(read(moved).decode(), self._common)
            if live_seal and within(self._root, file):
                fresh = [
                    t for t, s in zip(twins, twin_seals, strict=True) if s and s[1] == live_seal[1]
                ]
                return self._live(name, file, fresh, live_seal[1])
        except OSError:  # taken away since it was looked at; the caller looks again
            pass
        return None

    def _live(self, name: str, file: str, twins: list[str], modified_ns: int) -> Entry:
        """Twins of another time than their file are strangers, see the store."""
        bodies = {
            coding: read(file + end) for coding, end in CODINGS.items() if file + end in twins
        }
        bodies["identity"] = read(file)
        return live(bodies, modified_ns, kind_of(name), [POLICY, *self._common])


def kind_of(name: str) -> Headers:
    """What is said of a page's content."""
    kind = [("Content-Type", TYPES.get(ending(name), "application/octet-stream")), CACHE]
    return [*kind, VARY] if ending(name) in TEXT_TYPES else kind


def tombstone(body: bytes, common: Headers) -> Entry:
    return plain("410 Gone", body, [HTML, CACHE, POLICY, *common])


def redirection(target: str, common: Headers, query: str = "") -> Entry:
    """`query` as WSGI spells it: whoever searches under another spelling of an address keeps
    what they asked."""
    address = header_address(target.encode())
    if query:
        address += "?" + header_address(query.encode("latin-1"))
    location = ("Location", address)
    return plain("301 Moved Permanently", b"", [location, HTML, CACHE, POLICY, *common])


def folder_of(path: str) -> str:
    """The folder that "/politik" and "/politik/index.html" may mean."""
    return path.removesuffix("index.html") if path.endswith("/index.html") else path + "/"


def decoded(path: str) -> str:
    """WSGI hands over the bytes of a path as Latin-1 (PEP 3333). Raises BadPath."""
    try:
        return path.encode("latin-1").decode()
    except UnicodeError:
        raise BadPath("the path is not UTF-8") from None
