"""What the makers of blocks share: the body in the making, and running text as it is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import Protocol

from allmende.importers.wordpress.album import Found
from allmende.importers.wordpress.blocks import Picture
from allmende.importers.wordpress.files import Document
from allmende.importers.wordpress.inline import plain
from allmende.newsroom.writing import Raw, block

# Two parentheses begin a footnote in our paragraphs; in WordPress they are parentheses, so a mark
# without width comes in between.
_FOOTNOTE, _PARENTHESIS = re.compile(r"\((?=\()"), "(\u2060"


class Uploads(Protocol):
    """The export's own list of pictures and files, and what became of them."""

    def picture(self, foreign_id: str) -> Picture | None: ...
    def pictures_of(self, foreign_id: str) -> list[Picture]: ...
    def is_picture_page(self, url: str) -> bool: ...
    def find(self, shown: Picture) -> Found | str: ...
    def is_own_file(self, url: str) -> bool: ...
    def find_file(self, url: str) -> Document | str: ...


@dataclass
class Body:
    """What an item's blocks became.

    of: the item's foreign id; title: its headline
    still: what stands before a film that brings no picture
    raw: the blocks; pictures and files in them are `Found` and `Document` until they have rows
    found, files: those pictures and files
    missing: addresses of pictures and files that stayed links
    """

    of: str
    album: Uploads
    title: str = ""
    still: Picture | None = None
    raw: list[Raw] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    files: list[Document] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def picture(self, shown: Picture) -> Found | None:
        """Its photo, remembered; None, noted, where it cannot be had."""
        found = self.album.find(shown)
        if isinstance(found, Found):
            self.found.append(found)
            return found
        self.missing.append(shown.url)
        if found:
            self.notes.append(f"picture left as a link, it {found}: {shown.url}")
        return None

    def file(self, url: str) -> Document | None:
        """The same of a file; what lies elsewhere is none of the paper's."""
        if not url or not self.album.is_own_file(url):
            return None
        found = self.album.find_file(url)
        if isinstance(found, Document):
            self.files.append(found)
            return found
        self.missing.append(url)
        if found:
            self.notes.append(f"file left as a link, it {found}: {url}")
        return None


def rich(html: str) -> str:
    """As rich text is stored: the editor opens none whose line breaks are not closed."""
    html = _FOOTNOTE.sub(_PARENTHESIS, html).replace("<br>", "<br/>")
    return f"<p>{html}</p>".replace("\x00", "")


def paragraph(html: str) -> Raw:
    return block("paragraph", rich(html))


def link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}">{escape(words, quote=False)}</a>'


def one_line(html: str) -> str:
    return " ".join(plain(html).split()).replace("\x00", "")
