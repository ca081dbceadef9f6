"""Which part answers a request: memory, the store, a static folder, or the dynamic part."""

import logging
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from allmende.bakery.serve.bucket import BucketPages
from allmende.bakery.serve.entries import Answer, Entry, as_error, plain
from allmende.bakery.serve.folders import Folder, Folders, modified_text
from allmende.bakery.serve.memory import Memory
from allmende.bakery.serve.negotiation import (
    Unsatisfiable,
    byte_range,
    choose_coding,
    not_modified,
    range_applies,
)
from allmende.bakery.serve.objects import BucketFiles, Objects
from allmende.bakery.serve.pages import CACHE, POLICY, Pages, Shelf, redirection
from allmende.bakery.serve.policy import Headers, everywhere
from allmende.bakery.store import S3Store, StoreError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

LOOK = 0.2  # seconds between two looks at the generation number
RECHECK = 0.6  # seconds after which an entry's files are compared in any case
RETRY_AFTER = "30"  # seconds, where the dynamic part is down
TEXT = ("Content-Type", "text/plain; charset=utf-8")
NO_STORE = ("Cache-Control", "no-store")
LATER = [NO_STORE, ("Retry-After", RETRY_AFTER)]


class FileApplication:
    """Answers readers from files; only what `dynamic` names ever enters `fallback`.

    root: the store's folder, or a store in a bucket.
    static: folders, or objects of a bucket, by the prefix that they are served under, as in
        {"/static/": Folder(...)}.
    dynamic: prefixes of the fallback's paths, as in ("/redaktion/", "/-/").
    hsts: seconds of Strict-Transport-Security, 0 where TLS is off.
    headers: further headers of every answer.
    memory: bytes that prepared answers may take in one process.
    """

    def __init__(
        self,
        root: Path | str | S3Store,
        fallback: "WSGIApplication",
        *,
        static: Mapping[str, Folder | Objects] | None = None,
        dynamic: tuple[str, ...] = (),
        hsts: int = 0,
        headers: Mapping[str, str] | None = None,
        memory: int = 64 * 1024 * 1024,
    ) -> None:
        self._fallback = fallback
        self._dynamic = dynamic
        self._common = everywhere(hsts=hsts, more=headers or {})
        self._pages: Shelf = (
            BucketPages(root, self._common)
            if isinstance(root, S3Store)
            else Pages(Path(root), self._common)
        )
        given = dict(static or {})
        folders = {prefix: one for prefix, one in given.items() if isinstance(one, Folder)}
        objects = {prefix: one for prefix, one in given.items() if isinstance(one, Objects)}
        self._shelves: list[Folders | BucketFiles] = [Folders(folders, self._common)]
        if objects:
            self._shelves.append(BucketFiles(objects, self._common))
        self._prefixes = tuple(given)
        self._memory = Memory(memory)
        self._known = self._memory.get
        self._generation = -1
        self._look_at = 0.0

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """The way of nearly all requests is short: known, unchanged, no conditions."""
        path = environ["PATH_INFO"]
        now = monotonic()
        if now >= self._look_at:
            self._generation, self._look_at = self._pages.generation(), now + LOOK
        entry = self._known(path)
        if entry is None or entry.generation != self._generation or now >= entry.recheck_at:
            if path.startswith(self._dynamic):
                return self._ask(environ, start_response)
            entry = self._find(path, environ.get("QUERY_STRING", ""), entry, now)
        entry.used = True
        accept = environ.get("HTTP_ACCEPT_ENCODING")
        coding = choose_coding(accept, entry.offered) if accept else "identity"
        answer = entry.answers[coding]
        if (
            environ["REQUEST_METHOD"] == "GET"
            and answer.body is not None
            and "HTTP_IF_NONE_MATCH" not in environ
            and "HTTP_IF_MODIFIED_SINCE" not in environ
            and "HTTP_RANGE" not in environ
        ):
            start_response(entry.status, answer.headers[:])
            return answer.body
        return self._answer(entry, answer, environ, start_response)

    # --- Finding -------------------------------------------------------------------------

    def _find(self, path: str, query: str, known: Entry | None, now: float) -> Entry:
        """An entry that holds now: the known one if its files are the same, or a new one."""
        shelf: Shelf | Folders | BucketFiles = self._pages
        if path.startswith(self._prefixes):
            shelf = next(one for one in self._shelves if path.startswith(one.prefixes))
        if known is None or not shelf.holds(known):
            try:
                known = shelf.find(path)
                if known is None:
                    self._memory.forget(path)
                    return self._missing(path, query, now)
            except StoreError as error:
                logger.warning("a page cannot be served: %s", error)
                return self._error("503 Service Unavailable", "/503.html", LATER, now)
            self._memory.keep(path, known)
        known.generation, known.recheck_at = self._generation, now + RECHECK
        return known

    def _missing(self, path: str, query: str, now: float) -> Entry:
        if f"{path}/" in (*self._dynamic, *self._prefixes):
            return redirection(f"{path}/", self._common, query)
        return self._pages.elsewhere(path, query) or self._error(
            "404 Not Found", "/404.html", [CACHE], now
        )

    def _error(self, status: str, path: str, more: Headers, now: float) -> Entry:
        """A helping page, if the paper has baked one."""
        page = self._known(path)
        if page is None or page.generation != self._generation or now >= page.recheck_at:
            with suppress(StoreError):
                page = self._pages.find(path)
            if page is not None:
                self._memory.keep(path, page)
                page.generation, page.recheck_at = self._generation, now + RECHECK
        if page is None or page.status != "200 OK":
            return plain(status, status.encode(), [TEXT, POLICY, *self._common, *more])
        return as_error(status, page, more)

    # --- Answering -----------------------------------------------------------------------

    def _answer(
        self,
        entry: Entry,
        answer: Answer,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        method, ask = environ["REQUEST_METHOD"], environ.get
        if method not in ("GET", "HEAD"):
            return self._refuse(start_response)
        if answer.etag and not_modified(
            ask("HTTP_IF_NONE_MATCH"), ask("HTTP_IF_MODIFIED_SINCE"), answer.etag, entry.modified
        ):
            start_response("304 Not Modified", answer.unchanged[:])
            return []
        if method == "HEAD":
            start_response(entry.status, answer.headers[:])
            return []
        asked = ask("HTTP_RANGE") if entry.ranges else None
        if asked and range_applies(ask("HTTP_IF_RANGE"), answer.etag, modified_text(entry)):
            return self._part(entry, answer, asked, start_response)
        return self._send(entry, answer, start_response)

    def _send(
        self, entry: Entry, answer: Answer, start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if answer.body is None:
            return self._read(entry, 0, entry.size, entry.status, answer.headers, start_response)
        start_response(entry.status, answer.headers[:])
        return answer.body

    def _part(
        self, entry: Entry, answer: Answer, asked: str, start_response: "StartResponse"
    ) -> Iterable[bytes]:
        try:
            span = byte_range(asked, entry.size)
        except Unsatisfiable:
            said = ("Content-Range", f"bytes */{entry.size}")
            start_response("416 Range Not Satisfiable", with_length(answer.headers, 0, said))
            return []
        if span is None:
            return self._send(entry, answer, start_response)
        first, last = span
        count = last - first + 1
        said = ("Content-Range", f"bytes {first}-{last}/{entry.size}")
        headers = with_length(answer.headers, count, said)
        if answer.body is None:
            return self._read(entry, first, count, "206 Partial Content", headers, start_response)
        start_response("206 Partial Content", headers)
        return [answer.body[0][first : last + 1]]

    def _read(
        self,
        entry: Entry,
        first: int,
        count: int,
        status: str,
        headers: Headers,
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        """What is not in memory, from where it lies."""
        assert entry.part  # an entry without a body has one
        try:
            body = entry.part(first, count)
        except (OSError, StoreError) as error:
            logger.warning("a file cannot be served: %s", error)
            entry = self._error("503 Service Unavailable", "/503.html", LATER, monotonic())
            answer = entry.answers["identity"]
            status, headers, body = entry.status, answer.headers, answer.body or []
        start_response(status, headers[:])
        return body

    def _refuse(self, start_response: "StartResponse") -> Iterable[bytes]:
        body = b"Only GET and HEAD are answered here."
        length = ("Content-Length", str(len(body)))
        headers = [TEXT, length, ("Allow", "GET, HEAD"), NO_STORE, POLICY, *self._common]
        start_response("405 Method Not Allowed", headers)
        return [body]

    def _ask(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The dynamic part's answer with our headers where it has none; a baked page if it fails.

        It keeps its own content security policy: the editor's pages need another.
        """

        def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            named = {name.lower() for name, _ in headers}
            more = [pair for pair in self._common if pair[0].lower() not in named]
            return start_response(status, [*headers, *more], exc_info)

        try:
            return self._fallback(environ, start)
        except Exception:  # whatever broke there, readers get a page that says so
            logger.exception("the dynamic part failed")
            entry = self._error("503 Service Unavailable", "/503.html", LATER, monotonic())
            answer = entry.answers["identity"]
            start_response(entry.status, answer.headers[:], sys.exc_info())
            return [] if environ["REQUEST_METHOD"] == "HEAD" else answer.body or []


def with_length(headers: Headers, count: int, more: tuple[str, str]) -> Headers:
    kept = [pair for pair in headers if pair[0] != "Content-Length"]
    return [*kept, ("Content-Length", str(count)), more]
