"""Prepared answers.

An entry is what a path answers at the moment, in every coding, with all headers made; it remembers
the files it was made from, so that a look at them tells whether it still holds.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate

from allmende.bakery.serve.policy import Headers

Seal = tuple[int, int, int] | None
Part = Callable[[int, int], Iterable[bytes]]  # from the first byte on, so many; for the server
ENTRY_BYTES = 4_000  # headers and objects of an entry, roughly


@dataclass(slots=True)
class Answer:
    """One coding of an entry. `body` is None where the bytes stay in the file."""

    headers: Headers
    body: list[bytes] | None
    etag: str = ""
    unchanged: Headers = field(default_factory=list)  # headers of a 304


@dataclass(slots=True)
class Entry:
    status: str
    answers: Mapping[str, Answer]  # by coding; identity is always there
    offered: tuple[str, ...] = ()  # the other codings, the best first
    modified: int = 0  # seconds since 1970
    size: int = 0  # of the identity, in bytes
    ranges: bool = False
    files: tuple[str, ...] = ()
    seals: tuple[Seal | str, ...] = ()  # of an object in a bucket: its ETag
    part: Part | None = None  # how to read what is not in memory
    generation: int = -1
    recheck_at: float = 0.0
    used: bool = False

    @property
    def weight(self) -> int:
        bodies = (answer.body for answer in self.answers.values())
        return ENTRY_BYTES + sum(len(body[0]) for body in bodies if body)


def seal_of(file: str) -> Seal:
    """What tells one version of a file from another; None when it is no file."""
    try:
        found = os.stat(file)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def seals_of(files: tuple[str, ...]) -> tuple[Seal, ...]:
    return tuple(map(seal_of, files))


def read(file: str) -> bytes:
    with open(file, "rb", buffering=0) as source:
        return source.readall()


def within(root: str, file: str) -> bool:
    """Whether the file lies below `root` even when links are followed."""
    return os.path.realpath(file).startswith(root.rstrip("/") + "/")


def live(bodies: Mapping[str, bytes], modified_ns: int, kind: Headers, common: Headers) -> Entry:
    """A 200 from memory. `bodies` by coding, the best first; each gets an ETag of its own.

    The ETag is strong: it names the content, and the coding that it is sent in.
    """
    content = hashlib.blake2b(bodies["identity"], digest_size=12).hexdigest()
    modified = modified_ns // 1_000_000_000
    answers = {}
    for coding, body in bodies.items():
        etag = f'"{content}"' if coding == "identity" else f'"{content}-{coding}"'
        answers[coding] = answer(body, len(body), etag, modified, coding, kind, common)
    offered = tuple(coding for coding in bodies if coding != "identity")
    return Entry("200 OK", answers, offered, modified, len(bodies["identity"]))


def answer(
    body: bytes | None,
    size: int,
    etag: str,
    modified: int,
    coding: str,
    kind: Headers,
    common: Headers,
) -> Answer:
    validators = [("ETag", etag), ("Last-Modified", formatdate(modified, usegmt=True))]
    headers = [*kind, ("Content-Length", str(size)), *validators, *common]
    if coding != "identity":
        headers.append(("Content-Encoding", coding))
    unchanged = [*(pair for pair in kind if pair[0] != "Content-Type"), *validators, *common]
    return Answer(headers, None if body is None else [body], etag, unchanged)


def plain(status: str, body: bytes, headers: Headers) -> Entry:
    """An answer without validators: errors, redirects, tombstones."""
    length = ("Content-Length", str(len(body)))
    return Entry(status, {"identity": Answer([*headers, length], [body])}, size=len(body))


def as_error(status: str, page: Entry, more: Headers) -> Entry:
    """A baked page as the body of an error: in every coding, without validators."""
    dropped = ("ETag", "Last-Modified", "Cache-Control")
    answers = {
        coding: Answer([pair for pair in a.headers if pair[0] not in dropped] + more, a.body)
        for coding, a in page.answers.items()
    }
    return Entry(status, answers, page.offered, size=page.size)
