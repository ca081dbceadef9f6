"""Entries from the store in a bucket.

A page that is known is asked after by its ETag. While the bucket does not answer, what is known is
served on, and it is left alone for PAUSE seconds, so that readers do not wait for it in vain.
"""

from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from allmende.bakery.serve.entries import Entry, live
from allmende.bakery.serve.folders import in_every_coding
from allmende.bakery.serve.pages import (
    POLICY,
    decoded,
    folder_of,
    kind_of,
    redirection,
    tombstone,
)
from allmende.bakery.serve.policy import Headers
from allmende.bakery.store import BadPath, S3Store, State, StoreError
from allmende.bakery.store.paths import TEXT_TYPES, ending, file_name
from allmende.bakery.store.s3 import Page

PAUSE = 5.0
T = TypeVar("T")


class BucketPages:
    def __init__(self, store: S3Store, common: Headers) -> None:
        self._store = store
        self._common = common
        self._away_until = 0.0

    def generation(self) -> int:
        """Nothing tells of changes: every page is asked after by itself."""
        return 0

    def find(self, path: str) -> Entry | None:
        """Raises StoreError while the bucket does not answer."""
        try:
            path = decoded(path)
            name = file_name(path)
        except BadPath:
            return None
        page = self._asked(self._store.read, path)
        if page is None:
            return None
        entry = self._entry(name, page)
        entry.files, entry.seals = (path,), (page.etag,)
        return entry

    def holds(self, entry: Entry) -> bool:
        try:
            return self._asked(self._store.version, entry.files[0]) == entry.seals[0]
        except StoreError:
            return True

    def elsewhere(self, path: str, query: str) -> Entry | None:
        try:
            folder = decoded(folder_of(path))
            file_name(folder)
        except BadPath:
            return None
        there = self._asked(self._store.version, folder)
        return redirection(folder, self._common, query) if there else None

    def _entry(self, name: str, page: Page) -> Entry:
        if page.state is State.GONE:
            return tombstone(page.body, self._common)
        if page.state is State.MOVED:
            return redirection(page.body.decode(), self._common)
        text = ending(name) in TEXT_TYPES
        bodies = in_every_coding(page.body) if text else {"identity": page.body}
        modified_ns = page.modified * 1_000_000_000
        return live(bodies, modified_ns, kind_of(name), [POLICY, *self._common])

    def _asked(self, ask: Callable[[str], T], path: str) -> T:
        if monotonic() < self._away_until:
            raise StoreError(f"{path}: the bucket did not answer a moment ago")
        try:
            return ask(path)
        except StoreError:
            self._away_until = monotonic() + PAUSE
            raise
