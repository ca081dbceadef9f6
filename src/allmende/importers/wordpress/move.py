"""One run of an import: where it comes from, and what earlier runs brought."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from allmende.importers.models import Import
from allmende.importers.wordpress.export import Export
from allmende.importers.wordpress.report import Report
from allmende.importers.wordpress.uploads import Uploads

_CHUNK = 500
_SCHEME = re.compile(r"^https?://(www\.)?", re.IGNORECASE)


@dataclass
class Move:
    source: str
    at: datetime
    report: Report
    dry_run: bool = False
    uploads: Uploads | None = None
    hosts: frozenset[str] = frozenset()  # of the old site
    began: float = field(default_factory=time.monotonic)

    def is_ours(self, url: str) -> bool:
        """Whether this is an address of the old site."""
        return host_of(url) in self.hosts

    def now(self) -> datetime:
        """A long run's own clock."""
        return self.at + timedelta(seconds=time.monotonic() - self.began)

    def known(self, kind: Import.Kind, foreign_ids: Iterable[str]) -> dict[str, Import]:
        """What earlier runs brought, by foreign id."""
        keys = [key(foreign_id) for foreign_id in foreign_ids]
        rows = Import.objects.filter(source=self.source, kind=kind)
        return {
            row.foreign_id: row
            for start in range(0, len(keys), _CHUNK)
            for row in rows.filter(foreign_id__in=keys[start : start + _CHUNK])
        }

    @property
    def site(self) -> str:
        """The old site's name, as readers know it: bote.example/blog."""
        return self.source.removeprefix("wordpress:")

    def row(
        self, kind: Import.Kind, foreign_id: str, object_id: int, *, address: str = ""
    ) -> Import:
        return Import(
            source=self.source,
            kind=kind,
            foreign_id=key(foreign_id),
            object_id=object_id,
            address=address[:2000],
            imported_at=self.now(),
        )


def key(foreign_id: str) -> str:
    """An id that fits its column; WordPress's are numbers, but some items have only an address."""
    if len(foreign_id) <= 255:
        return foreign_id
    return hashlib.sha256(foreign_id.encode()).hexdigest()


def source_of(head: Export) -> str:
    """The site, however its address was written: a move to https is no other site."""
    address = head.base_blog_url or head.link or head.base_site_url
    return cut_source(f"wordpress:{_SCHEME.sub('', address).rstrip('/').lower()}")


def hosts_of(head: Export) -> frozenset[str]:
    # Not the base of the whole installation, which may be a network of strangers.
    return frozenset(filter(None, map(host_of, (head.base_blog_url, head.link))))


def host_of(address: str) -> str:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def cut_source(source: str) -> str:
    return source if len(source) <= 255 else f"wordpress:{key(source)}"
