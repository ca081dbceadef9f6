"""Which file of the library an uploaded file of the export becomes: recordings, captions, documents
for download. As with pictures, a file is remembered by its digest, however often it is named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from allmende.importers.models import Import
from allmende.importers.wordpress import words
from allmende.importers.wordpress.move import Move
from allmende.importers.wordpress.report import Line, Outcome
from allmende.importers.wordpress.spool import Spool
from allmende.newsroom import library
from allmende.newsroom.models import Download

TITLE = 255  # what the library's field holds


@dataclass(frozen=True, slots=True)
class Document:
    """A file on its way into the library. `digest` is the SHA-1 of the file."""

    path: Path
    digest: str
    url: str
    title: str
    credit: str

    @property
    def key(self) -> str:
        return f"file:{self.digest}"


@dataclass
class Files:
    """Files of one batch of items."""

    spool: Spool
    move: Move
    seen: dict[str, Document | str] = field(default_factory=dict)  # by address; or why not

    def is_own(self, url: str) -> bool:
        """Whether a file of this address would lie among the old site's uploads."""
        return (
            self.move.is_ours(url)
            or "/wp-content/" in url
            or self.spool.picture_at(url) is not None
        )

    def find(self, url: str) -> Document | str:
        """The file that an address means, or why it cannot be had; "" where nobody looked."""
        if url not in self.seen:
            self.seen[url] = self._look(url)
        return self.seen[url]

    def _look(self, url: str) -> Document | str:
        if ending(url) not in settings.WAGTAILDOCS_EXTENSIONS:
            return f"is of a kind that is not offered ({ending(url) or 'without ending'})"
        path = self.move.uploads.file(url) if self.move.uploads else None
        if path is None:
            earlier = self._from_before(url)
            return earlier or ("is not in the folder of uploads" if self.move.uploads else "")
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, lambda: hashlib.sha1(usedforsecurity=False))
        except OSError as error:
            return f"cannot be read ({error.strerror})"
        return self._settled(self._described(path, digest.hexdigest(), url))

    def _described(self, path: Path, digest: str, url: str) -> Document:
        known = self.spool.picture_at(url)
        title = words.line(known.title) if known else ""
        credit = words.line(known.credit) if known else ""
        return Document(
            path,
            digest,
            known.url if known else url,
            words.cut(title or " ".join(path.stem.replace("_", "-").split("-")), TITLE),
            credit or _("Source: %(site)s") % {"site": self.move.site},
        )

    def _settled(self, found: Document) -> Document | str:
        row = self.move.known(Import.Kind.FILE, [found.digest]).get(found.digest)
        gone = row and not Download.objects.filter(pk=row.object_id).exists()
        return "was deleted here since" if gone else found

    def _from_before(self, url: str) -> Document | None:
        """What an earlier run brought stays, though its file is no longer at hand."""
        known = self.spool.picture_at(url)
        urls = {url, known.url} if known else {url}
        rows = Import.objects.filter(source=self.move.source, kind=Import.Kind.FILE)
        for row in rows.filter(address__in=urls):
            if there := Download.objects.filter(pk=row.object_id).first():
                path = Path(there.filename)
                return self._described(path, row.foreign_id, row.address)
        return None

    def write(self, found: Iterable[Document]) -> dict[str, Any]:
        """The library's files of these, by key; what is new is added. In a transaction."""
        wanted = {one.digest: one for one in found}
        if not wanted:
            return {}
        earlier = self.move.known(Import.Kind.FILE, wanted)
        rows = Download.objects.in_bulk([row.object_id for row in earlier.values()])
        there = {
            digest: rows[row.object_id] for digest, row in earlier.items() if row.object_id in rows
        }
        there = library.files_at_home(wanted.keys() - earlier.keys()) | there
        new = [one for digest, one in wanted.items() if digest not in there]
        made = library.take_in_files(
            [library.FileArrival(one.path, one.digest, one.title) for one in new]
        )
        there |= {one.digest: row for one, row in zip(new, made, strict=True)}
        Import.objects.bulk_create(
            self.move.row(Import.Kind.FILE, digest, there[digest].pk, address=one.url)
            for digest, one in wanted.items()
            if digest not in earlier
        )
        return {wanted[digest].key: row for digest, row in there.items()}

    def known(self, found: Iterable[Document]) -> set[str]:
        """Digests of those that an earlier batch or run brought."""
        return set(self.move.known(Import.Kind.FILE, {one.digest for one in found}))

    def lines(self, found: Iterable[Document], *, known: set[str]) -> list[Line]:
        """What the report says of files that it has not named yet; `known` before the batch."""
        new = {one.digest: one for one in found if self.spool.first_time(one.key)}
        return [
            Line(
                Import.Kind.FILE.value,
                digest,
                one.title,
                one.url,
                Outcome.UNCHANGED if digest in known else Outcome.NEW,
                (),
            )
            for digest, one in new.items()
        ]


def ending(url: str) -> str:
    """The ending of an address's file, as "mp3"."""
    try:
        name = unquote(urlsplit(url).path).rpartition("/")[2]
    except ValueError:
        return ""
    return name.rpartition(".")[2].lower() if "." in name else ""
