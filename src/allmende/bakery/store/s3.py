"""The store in a bucket of S3, or of any server that speaks S3.

A path is one object, and its state stands in the object's metadata:

    politik/index.html    live     the page; `gz` and `br` hold the ETags of its twins
    politik/index.html    gone     the body of the 410
    politik/index.html    moved    the target of the 301, which stands in `target` too
    (nothing)             absent

An object is replaced whole or not at all, so every change of state is one request:

1. New twins are written beside the old page, as politik/index.html.gz and .br. Whoever serves asks
   for a twin by the ETag that the page names (If-Match), so that a twin of another page is never
   served, whatever was killed or raced: readers get the uncompressed page instead.
2. The object is written. This is all that readers see.
3. Twins that no page names are deleted. A second run mends what the first left.

No lock is held: of two writers the last one wins, with a whole page.
"""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from allmende.bakery.store.errors import StoreError, StoreFull
from allmende.bakery.store.files import OWN, pack
from allmende.bakery.store.paths import (
    CACHE_CONTROL,
    TEXT_TYPES,
    TWINS,
    TYPES,
    check_target,
    check_type,
    ending,
    file_name,
    header_address,
    public_path,
)
from allmende.bakery.store.states import Kept, State

AT_ONCE = 16  # requests of one store; as many connections are kept open
NOT_THERE = {"404", "NoSuchKey"}
FULL = {"QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "507"}
WORDS = {
    "NoSuchBucket": "there is no such bucket",
    "403": "it refuses our keys",
    "AccessDenied": "it refuses our keys",
    "InvalidAccessKeyId": "it does not know our keys",
    "SignatureDoesNotMatch": "it refuses our keys",
}


class Found(NamedTuple):
    """What is known of an object without its body; `twins` are ETags by ending."""

    state: State
    digest: str
    twins: dict[str, str]
    headers: tuple[str, str]


class Page(NamedTuple):
    """What readers are to get; `modified` in seconds since 1970."""

    state: State
    body: bytes
    etag: str
    modified: int


class S3Store:
    """Objects of a bucket, below a prefix that nobody else writes to.

    storage: django-storages' S3Storage, of which `bucket` and `location` are used.
    """

    def __init__(self, storage: Any, *, twins: bool = True) -> None:
        self.storage, self.twins = storage, twins
        self.bucket: str = storage.bucket_name
        self.prefix = f"{storage.location.strip('/')}/".lstrip("/")
        self.client = storage.bucket.meta.client
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="bucket")

    def together(self) -> AbstractContextManager[None]:
        """Each object is safe as soon as the bucket has answered."""
        return nullcontext()

    def put(self, path: str, body: bytes, content_type: str) -> bool:
        """Makes `path` live with `body`; the modification time of unchanged bytes stays.

        Raises BadPath, WrongType, or StoreFull and StoreError with the old page still in place.
        """
        name = file_name(path)
        check_type(name, content_type)
        headers, digest = headers_of(name), hashlib.sha256(body).hexdigest()
        twins = twins_of(name) if self.twins else ()
        with self._plain_words(path):
            old = self._look(name)
            same = old is not None and old[:2] == (State.LIVE, digest) and old.headers == headers
            named = old.twins if old and same else {}
            known = {name + twin: etag for twin, etag in named.items()}
            beside = [name + twin for twin in twins_of(name)]
            if same and tuple(named) == twins and known == self._there(beside):
                return False
            etags = dict(zip(twins, self._write_twins(name, body, twins), strict=True))
            if not same or named != etags:
                self._write(name, body, Found(State.LIVE, digest, etags, headers))
            self._clear(name, beside=twins)
            return not same

    def remove(self, path: str) -> bool:
        """Makes `path` absent."""
        name = file_name(path)
        with self._plain_words(path):
            there = self._look(name) is not None
            if there:
                self._delete(name)
            return self._clear(name) or there

    def tombstone(self, path: str, body: bytes) -> bool:
        """Withdraws `path`: it answers 410 with `body`, an HTML page."""
        return self._mark(path, State.GONE, body, TYPES["html"])

    def redirect(self, path: str, target: str) -> bool:
        """Sends readers of `path` on to `target`, a path of ours or a full address."""
        check_target(target)
        return self._mark(path, State.MOVED, target.encode(), TYPES["txt"], target=target)

    def state(self, path: str) -> State:
        name = file_name(path)
        with self._plain_words(path):
            found = self._look(name)
        return found.state if found else State.ABSENT

    def version(self, path: str) -> str:
        """The ETag of what lies at a path, "" for nothing: another one with every change."""
        name = file_name(path)
        with self._plain_words(path):
            head = self._head(name)
        return bare(head) if head else ""

    def read(self, path: str) -> Page | None:
        """State and body at once."""
        name = file_name(path)
        with self._plain_words(path):
            try:
                found = self.client.get_object(**self._named(name))
                body = found["Body"].read()
            except self.client.exceptions.NoSuchKey:
                return None
        state = State(found["Metadata"].get("state", State.LIVE))
        return Page(state, body, bare(found), int(found["LastModified"].timestamp()))

    def walk(self) -> Iterator[Kept]:
        """All paths that are not absent, by name."""
        with self._plain_words("/"):
            for objects in self._listing():
                names = [name for name in objects if not name.endswith(TWINS)]
                for name, found in zip(names, self._pool.map(self._look, names), strict=True):
                    if found:
                        yield Kept(public_path(name), found.state, found.digest)

    def digest(self) -> str:
        """One SHA-256 of every path's name, state and bytes, and of every twin's ETag."""
        whole = hashlib.sha256()
        for kept in self.walk():
            whole.update(f"{kept.path}\0{kept.state}\0{kept.digest}\n".encode())
        with self._plain_words("/"):
            for objects in self._listing():
                for name in filter(lambda name: name.endswith(TWINS), objects):
                    whole.update(f"{name}\0{objects[name]}\n".encode())
        return whole.hexdigest()

    def try_out(self) -> None:
        """Writes, reads, lists and deletes an object of the store's own. Raises StoreError."""
        name = f"{OWN}/tried"
        with self._plain_words(name):
            self.client.put_object(**self._named(name), Body=b"")
            self.client.head_object(**self._named(name))
            next(self._listing())
            self._delete(name)

    def _mark(self, path: str, state: State, body: bytes, kind: str, target: str = "") -> bool:
        name, digest = file_name(path), hashlib.sha256(body).hexdigest()
        wanted = Found(state, digest, {}, (kind, CACHE_CONTROL))
        with self._plain_words(path):
            same = self._look(name) == wanted
            if not same:
                self._write(name, body, wanted, target=header_address(target.encode()))
            self._clear(name)
            return not same

    # --- Requests ------------------------------------------------------------------------

    def _named(self, name: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self.prefix + name}

    def _head(self, name: str) -> dict[str, Any] | None:
        try:
            head: dict[str, Any] = self.client.head_object(**self._named(name))
        except ClientError as error:
            if error.response["Error"]["Code"] in NOT_THERE:
                return None
            raise
        return head

    def _look(self, name: str) -> Found | None:
        """None for what is not there; a stranger's object is a live page of no known content."""
        head = self._head(name)
        if head is None:
            return None
        told = head["Metadata"]
        return Found(
            State(told.get("state", State.LIVE)),
            told.get("sha256", ""),
            {twin: told[twin[1:]] for twin in TWINS if twin[1:] in told},
            (head.get("ContentType", ""), head.get("CacheControl", "")),
        )

    def _there(self, names: list[str]) -> dict[str, str]:
        """ETags of those objects that are there."""
        heads = self._pool.map(self._head, names)
        return {name: bare(head) for name, head in zip(names, heads, strict=True) if head}

    def _write(self, name: str, body: bytes, new: Found, *, target: str = "") -> None:
        told = {"state": str(new.state), "sha256": new.digest}
        told |= {twin[1:]: etag for twin, etag in new.twins.items()}
        # The second is for a bucket that serves readers itself, as a static website.
        moved = {"WebsiteRedirectLocation": target} if target else {}
        self.client.put_object(
            **self._named(name),
            Body=body,
            ContentType=new.headers[0],
            CacheControl=new.headers[1],
            Metadata=told | ({"target": target} if target else {}),
            **moved,
        )

    def _write_twins(self, name: str, body: bytes, twins: tuple[str, ...]) -> list[str]:
        """Their ETags, as the server tells them."""
        kind, cache = headers_of(name)

        def write(twin: str) -> str:
            coding = {".gz": "gzip", ".br": "br"}[twin]
            return bare(
                self.client.put_object(
                    **self._named(name + twin),
                    Body=pack(body, twin),
                    ContentType=kind,
                    CacheControl=cache,
                    ContentEncoding=coding,
                )
            )

        return list(self._pool.map(write, twins))

    def _clear(self, name: str, *, beside: tuple[str, ...] = ()) -> bool:
        """Deletes twins, but for those wanted. Whether there was one."""
        left = self._there([name + twin for twin in twins_of(name) if twin not in beside])
        list(self._pool.map(self._delete, left))
        return bool(left)

    def _delete(self, name: str) -> None:
        self.client.delete_object(**self._named(name))

    def _listing(self) -> Iterator[dict[str, str]]:
        """ETags by name, a thousand at a time, without the store's own objects."""
        pages = self.client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix):
            found = {one["Key"][len(self.prefix) :]: bare(one) for one in page.get("Contents", [])}
            yield {name: etag for name, etag in found.items() if not name.startswith(OWN)}

    @contextmanager
    def _plain_words(self, path: str) -> Iterator[None]:
        """Turns the bucket's refusals into the store's errors."""
        try:
            yield
        except ClientError as error:
            said = error.response["Error"]
            code = str(said.get("Code", ""))
            if code in FULL:
                raise StoreFull(f"{path}: no space is left in the bucket {self.bucket}") from error
            words = WORDS.get(code) or f"it answers {code} {said.get('Message', '')}".rstrip(" .")
            raise StoreError(f"{path}: bucket {self.bucket}: {words}") from error
        except BotoCoreError as error:
            words = f"cannot be reached: {error}".rstrip(".")
            raise StoreError(f"{path}: bucket {self.bucket} {words}") from error


def bare(answer: dict[str, Any]) -> str:
    """The ETag of an answer without its quotation marks."""
    return str(answer["ETag"]).strip('"')


def headers_of(name: str) -> tuple[str, str]:
    return TYPES[ending(name)], CACHE_CONTROL


def twins_of(name: str) -> tuple[str, ...]:
    """Endings of the twins that a file of this name may have."""
    return TWINS if ending(name) in TEXT_TYPES else ()
