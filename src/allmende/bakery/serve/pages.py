"""Entries from the store: what a public path answers."""

import os
from pathlib import Path

from allmende.bakery.serve.entries import Entry, Seal, live, plain, read, seals_of, within
from allmende.bakery.serve.policy import PAGE_POLICY, Headers
from allmende.bakery.store.errors import BadPath
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


class Pages:
    def __init__(self, root: Path, common: Headers) -> None:
        self._root = os.path.realpath(root)
        self._common = common

    def find(self, path: str) -> Entry | None:
        """The entry of a path as WSGI spells it; None when there is no such page."""
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
        """The 301 for "/politik" and "/politik/index.html", where "/politik/" is a page."""
        folder = path.removesuffix("index.html") if path.endswith("/index.html") else path + "/"
        try:
            name = file_name(decoded(folder))
        except BadPath:
            return None
        if any(seals_of(tuple(f"{self._root}/{name}{end}" for end in ("", GONE, MOVED)))):
            return self.redirection(decoded(folder), query)
        return None

    def redirection(self, target: str, query: str = "") -> Entry:
        """`query` as WSGI spells it: whoever searches under another spelling of an address keeps
        what they asked."""
        address = header_address(target.encode())
        if query:
            address += "?" + header_address(query.encode("latin-1"))
        location = ("Location", address)
        return plain("301 Moved Permanently", b"", [location, HTML, CACHE, POLICY, *self._common])

    def _read(self, name: str, files: tuple[str, ...], seals: tuple[Seal, ...]) -> Entry | None:
        file, gone, moved, *twins = files
        live_seal, gone_seal, moved_seal, *twin_seals = seals
        try:
            if gone_seal:
                return plain("410 Gone", read(gone), [HTML, CACHE, POLICY, *self._common])
            if moved_seal:
                return self.redirection(read(moved).decode())
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
        content_type = TYPES.get(ending(name), "application/octet-stream")
        kind = [("Content-Type", content_type), CACHE]
        if ending(name) in TEXT_TYPES:
            kind.append(VARY)
        return live(bodies, modified_ns, kind, [POLICY, *self._common])


def decoded(path: str) -> str:
    """WSGI hands over the bytes of a path as Latin-1 (PEP 3333). Raises BadPath."""
    try:
        return path.encode("latin-1").decode()
    except UnicodeError:
        raise BadPath("the path is not UTF-8") from None
