"""Where baked files lie, and how they get there whole.

A path is what stands behind the host name, decoded: "/", "/politik/", "/artikel/12.x.html". It is
in one of four states, each kept as a file, so that any server can tell by looking:

    politik/index.html          live     what readers get, with its twins index.html.gz and .br
    politik/index.html.gone     gone     the page was withdrawn; the file is the body of the 410
    politik/index.html.moved    moved    the file holds the target of the 301
    (nothing)                   absent

Where a crash leaves two of them, gone outranks moved and moved outranks live. That makes every
change of state one rename or one unlink, and a second run ends what the first began:

1. All new bytes are written and synced under `.store/new`, which no server serves. A full disk is
   noticed here, while the old files are still untouched.
2. The old twins are removed, then the file is renamed into place, then the new twins. So a twin
   that exists is never older than its file; in between readers get the uncompressed file.
3. Last, files of the other states are removed, and the generation number is raised.

Twins carry the modification time of their file: a server that sees another time takes the twin for
a stranger's. `put` with unchanged bytes unpacks the twins and mends what is missing or wrong.

Writers of the same path wait for each other (`.store/lock`), in threads and processes alike; the
lock dies with its holder. A bucket keeps a path's state in one object and needs none of this: see
`s3`.

errors   what is refused              paths    spelling of paths, types of files
states   the four states              files    written whole, synced, locked
folder   ... in a folder              s3       ... in a bucket
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from allmende.bakery.store.errors import BadPath, BadTarget, StoreError, StoreFull, WrongType
from allmende.bakery.store.files import generation
from allmende.bakery.store.folder import FolderStore
from allmende.bakery.store.s3 import S3Store
from allmende.bakery.store.states import Kept, State

__all__ = [
    "BadPath",
    "BadTarget",
    "FolderStore",
    "Kept",
    "S3Store",
    "State",
    "Store",
    "StoreError",
    "StoreFull",
    "WrongType",
    "generation",
]


class Store(Protocol):
    """Where pages go. Each deed returns whether readers get something else than before."""

    def together(self) -> AbstractContextManager[None]:
        """What is put inside outlives a power cut once the block has ended, not before."""
        ...

    def put(self, path: str, body: bytes, content_type: str) -> bool: ...

    def remove(self, path: str) -> bool: ...

    def tombstone(self, path: str, body: bytes) -> bool: ...

    def redirect(self, path: str, target: str) -> bool: ...

    def state(self, path: str) -> State: ...

    def walk(self) -> Iterator[Kept]: ...

    def digest(self) -> str: ...
