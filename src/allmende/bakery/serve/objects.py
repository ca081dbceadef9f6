"""Entries from objects of a bucket that are served as they are: pictures and public copies.

An object that is known is asked after by its ETag. While the bucket does not answer, what is in
memory is served on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from allmende.bakery.serve.entries import Entry
from allmende.bakery.serve.folders import IN_MEMORY, PART, Version, file_entry
from allmende.bakery.serve.pages import decoded
from allmende.bakery.serve.policy import Headers
from allmende.bakery.store.errors import BadPath, StoreError
from allmende.bakery.store.paths import segments
from allmende.bakery.store.s3 import NOT_THERE, bare

# Where names may not be listed, S3 says so (403) instead of saying that there is no such object.
ABSENT = {*NOT_THERE, "403", "AccessDenied"}


@dataclass(frozen=True)
class Objects:
    """Objects of a bucket served as they are; `max_age` in seconds for names without a hash.

    storage: django-storages' S3Storage, of which `bucket` and `location` are used.
    folder: what their names begin with, below the storage's own place.
    """

    storage: Any
    folder: str
    max_age: int = 3600


class BucketFiles:
    def __init__(self, objects: dict[str, Objects], common: Headers) -> None:
        self._objects = objects
        self._common = common
        self.prefixes = tuple(objects)

    def holds(self, entry: Entry) -> bool:
        prefix, key = entry.files
        try:
            head = self._ask(self._objects[prefix], key, "head_object")
        except StoreError:
            return True
        return head is not None and bare(head) == entry.seals[0]

    def find(self, path: str) -> Entry | None:
        """The entry of a path below one of the prefixes; None when there is no such object.

        Raises StoreError while the bucket does not answer.
        """
        prefix = next(one for one in self.prefixes if path.startswith(one))
        objects = self._objects[prefix]
        try:
            names = segments(decoded(path[len(prefix) - 1 :]))
        except BadPath:
            return None
        place = (objects.storage.location, objects.folder, "/".join(names))
        key = "/".join(name.strip("/") for name in place if name)
        found = self._ask(objects, key, "get_object") if names[-1] else None
        return self._entry(path, prefix, key, found) if found else None

    def _entry(self, path: str, prefix: str, key: str, found: dict[str, Any]) -> Entry:
        objects, size = self._objects[prefix], int(found["ContentLength"])
        version = Version(int(found["LastModified"].timestamp()) * 1_000_000_000, size)
        with refusals(key):
            body = found["Body"].read() if size <= IN_MEMORY else None
        found["Body"].close()
        entry = file_entry(path, body, version, objects.max_age, self._common)
        entry.files, entry.seals = (prefix, key), (bare(found),)
        entry.part = partial(ObjectPart, objects.storage, key, bare(found))
        return entry

    def _ask(self, objects: Objects, key: str, deed: str) -> dict[str, Any] | None:
        with refusals(key):
            try:
                client = objects.storage.bucket.meta.client
                found: dict[str, Any] = getattr(client, deed)(
                    Bucket=objects.storage.bucket_name, Key=key
                )
            except ClientError as error:
                if error.response["Error"]["Code"] in ABSENT:
                    return None
                raise
        return found


class ObjectPart:
    """`count` bytes from `first` on of the object that has this ETag. Raises StoreError."""

    def __init__(self, storage: Any, key: str, etag: str, first: int, count: int) -> None:
        with refusals(key):
            answer = storage.bucket.meta.client.get_object(
                Bucket=storage.bucket_name,
                Key=key,
                IfMatch=f'"{etag}"',
                Range=f"bytes={first}-{first + count - 1}",
            )
        self._source = answer["Body"]

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        some: bytes = self._source.read(PART)
        if not some:
            self.close()
            raise StopIteration
        return some

    def close(self) -> None:
        self._source.close()


@contextmanager
def refusals(key: str) -> Iterator[None]:
    """Turns what the bucket's client says into the store's error."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise StoreError(f"{key}: the bucket says: {error}") from error
