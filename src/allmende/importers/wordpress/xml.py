"""The export's XML, one entry after the other: memory does not grow with the file.

expat itself, rather than a tree over it: it names line, column and byte of a fault. It fetches
nothing, and a document type is refused, so no entity can be declared that grows or points outside.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from allmende.importers.wordpress.export import BrokenExport, NotAnExport

CHUNK = 1 << 16
# The largest real articles have some 100 KB; a whole book stays far below.
LARGEST_ENTRY = 64 << 20
DEEPEST = 32
_WORDPRESS = re.compile(r"https?://wordpress\.org/export/\d+\.\d+/")
_PREFIXES = {
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
}
_ARCHIVES = {b"PK": "a ZIP archive", b"\x1f\x8b": "a gzip archive", b"%PDF": "a PDF"}


@dataclass(slots=True)
class Element:
    """One child of `<channel>` with all inside it; names carry the usual prefix (wp:post_id)."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def text(self) -> str:
        return "".join(self.parts)

    def get(self, name: str) -> str:
        """The text of the first child of this name, or ""."""
        return next((child.text() for child in self.children if child.name == name), "")


def elements(stream: BinaryIO) -> Iterator[Element]:
    """Every child of the export's `<channel>`, in order."""
    parser = _Parser()
    while chunk := stream.read(CHUNK):
        yield from parser.feed(chunk)
    yield from parser.finish()


class _Parser:
    def __init__(self) -> None:
        self.expat = expat.ParserCreate(namespace_separator=" ")
        self.expat.buffer_text = True
        self.expat.buffer_size = CHUNK
        self.expat.StartElementHandler = self.start
        self.expat.EndElementHandler = self.end
        self.expat.CharacterDataHandler = self.characters
        self.expat.StartNamespaceDeclHandler = self.namespace
        self.expat.StartDoctypeDeclHandler = self.doctype
        self.ready: deque[Element] = deque()
        self.open: list[Element] = []
        self.size = 0  # of the entry being read, in characters
        self.is_wordpress = False
        self.names: dict[str, str] = {}
        self.begun = False
        self.lines_before = 0  # stripped in front of `<?xml`
        self.fed = 0
        self.window = b""

    # -- bytes in -----------------------------------------------------------------------------

    def feed(self, chunk: bytes) -> Iterator[Element]:
        if not self.begun:
            chunk = self.first(chunk)
        self.parse(chunk, is_final=False)
        while self.ready:
            yield self.ready.popleft()

    def finish(self) -> Iterator[Element]:
        if not self.begun:
            raise NotAnExport("an empty file")
        self.parse(b"", is_final=True)
        yield from self.ready

    def first(self, chunk: bytes) -> bytes:
        """Without the blank lines that many plug-ins put in front, which XML forbids."""
        rest = chunk.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
        self.lines_before += chunk[: len(chunk) - len(rest)].count(b"\n")
        self.begun = bool(rest)
        if rest and not rest.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
            found = next((name for magic, name in _ARCHIVES.items() if rest.startswith(magic)), "")
            start = rest[:40].decode("utf-8", "replace")
            raise NotAnExport(found or f"a file that begins with {start!r}")
        return rest

    def parse(self, chunk: bytes, *, is_final: bool) -> None:
        self.window = (self.window + chunk)[-2 * CHUNK :]
        self.fed += len(chunk)
        try:
            self.expat.Parse(chunk, is_final)
        except expat.ExpatError as error:
            raise BrokenExport(
                self.lines_before + error.lineno, error.offset + 1, self.reason(error)
            ) from None

    def reason(self, error: expat.ExpatError) -> str:
        """expat's word for it; for a byte that is no XML, which byte."""
        if error.code != expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]:
            return expat.ErrorString(error.code)
        place = self.expat.ErrorByteIndex - (self.fed - len(self.window))
        byte = self.window[place] if 0 <= place < len(self.window) else 0x20
        if byte < 0x20 and byte not in b"\t\n\r":
            return f"the control character U+{byte:04X} is not allowed in XML"
        if byte >= 0x80:
            return f"the byte 0x{byte:02X} begins no character that XML allows in this encoding"
        return expat.ErrorString(error.code)

    def broken(self, reason: str) -> BrokenExport:
        line = self.lines_before + self.expat.CurrentLineNumber
        return BrokenExport(line, self.expat.CurrentColumnNumber + 1, reason)

    # -- events out ---------------------------------------------------------------------------

    def doctype(self, name: str, system: str | None, public: str | None, internal: int) -> None:
        if name.lower() != "rss":
            raise NotAnExport(f"a document of the type {name!r}")
        raise self.broken(
            "a document type is refused: it could declare entities; exports have none"
        )

    def namespace(self, prefix: str | None, uri: str | None) -> None:
        self.is_wordpress = self.is_wordpress or bool(_WORDPRESS.fullmatch(uri or ""))

    def name(self, name: str) -> str:
        uri, _, local = name.rpartition(" ")
        if not uri:
            return local
        if uri.endswith("/excerpt/") and _WORDPRESS.match(uri):
            return f"excerpt:{local}"
        prefix = "wp:" if _WORDPRESS.fullmatch(uri) else _PREFIXES.get(uri, "other:")
        return prefix + local

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name not in self.names and len(self.names) < 10_000:
            self.names[name] = self.name(name)
        name = self.names.get(name) or self.name(name)
        if not self.open and (name != "rss" or not self.is_wordpress):
            kind = "an RSS feed that is no export" if name == "rss" else f"XML that begins <{name}>"
            raise NotAnExport(kind)
        if len(self.open) >= DEEPEST:
            raise self.broken(f"elements are nested deeper than {DEEPEST}")
        self.grow(100)
        element = Element(name, attributes)
        if len(self.open) > 2:
            self.open[-1].children.append(element)
        self.open.append(element)

    def end(self, name: str) -> None:
        element = self.open.pop()
        if len(self.open) == 2:
            self.ready.append(element)
            self.size = 0

    def characters(self, text: str) -> None:
        if len(self.open) > 2:
            self.grow(len(text))
            self.open[-1].parts.append(text)

    def grow(self, size: int) -> None:
        self.size += size
        if self.size > LARGEST_ENTRY:
            raise self.broken(f"one entry is larger than {LARGEST_ENTRY >> 20} MB")
