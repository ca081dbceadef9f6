"""An article's blocks as the newsroom's StreamField stores them. No word of them is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from html import escape
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from allmende.importers.wordpress.album import Found
from allmende.importers.wordpress.blocks import (
    Block,
    Embed,
    Gallery,
    Intertitle,
    ListBlock,
    Paragraph,
    Picture,
    Preformatted,
    Quotation,
    Separator,
    Table,
)
from allmende.importers.wordpress.html import inline_text
from allmende.importers.wordpress.inline import plain
from allmende.importers.wordpress.words import cut
from allmende.newsroom.writing import Raw, block, table

# What the newsroom's blocks hold.
INTERTITLE, SPEAKER, CAPTION, PICTURE_CAPTION, GALLERY = 255, 120, 240, 400, 40
# Two parentheses begin a footnote in our paragraphs; in WordPress they are parentheses, so a mark
# without width comes in between.
_FOOTNOTE, _PARENTHESIS = re.compile(r"\((?=\()"), "(\u2060"
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]")
_INDENT = re.compile(r"(?m)^[ \t]+|[ \t]{2,}")


class Pictures(Protocol):
    """The export's own list of files, and what became of them."""

    def picture(self, foreign_id: str) -> Picture | None: ...
    def pictures_of(self, foreign_id: str) -> list[Picture]: ...
    def is_picture_page(self, url: str) -> bool: ...
    def find(self, shown: Picture) -> Found | str: ...


@dataclass
class Body:
    """What an item's blocks became.

    raw: the blocks; a picture in them is a `Found` until it has a row of its own
    found: those pictures
    missing: addresses of pictures that stayed links
    """

    of: str
    album: Pictures
    raw: list[Raw] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
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


def body(blocks: Iterable[Block], *, of: str, album: Pictures) -> Body:
    """The body of the item `of`; one empty paragraph where nothing is said."""
    made = Body(of, album)
    for one in blocks:
        made.raw += stored(one, made)
    made.raw = made.raw or [paragraph("")]
    return made


def stored(one: Block, made: Body) -> list[Raw]:
    match one:
        case Paragraph() | Embed():
            return [paragraph(one.html)]
        case Intertitle():
            return [intertitle(one.text)]
        case Quotation():
            return [quotation(one)]
        case ListBlock():
            items = [rich("– " * item.level + item.html) for item in one.items]
            return [block("list", {"items": items, "ordered": one.ordered})]
        case Table():
            return tabled(one)
        case Picture():
            return picture(one, made)
        case Gallery():
            return gallery(one, made)
        case Preformatted():
            return [preformatted(one)]
        case Separator():
            return []


def rich(html: str) -> str:
    return f"<p>{_FOOTNOTE.sub(_PARENTHESIS, html)}</p>".replace("\x00", "")


def paragraph(html: str) -> Raw:
    return block("paragraph", rich(html))


def intertitle(text: str) -> Raw:
    words = " ".join(text.replace("\x00", "").split())
    if not words or len(words) > INTERTITLE:
        return paragraph(f"<b>{escape(words, quote=False)}</b>" if words else "")
    return block("intertitle", words)


def quotation(quote: Quotation) -> Raw:
    text = plain(quote.html, line_break="\n").replace("\x00", "")
    speaker = " ".join(quote.speaker.split())
    if len(speaker) > SPEAKER:
        text, speaker = f"{text}\n— {speaker}", ""
    return block("quotation", {"text": text, "speaker": speaker, "role": ""})


def tabled(source: Table) -> list[Raw]:
    """Our tables have heading cells: one without gives its first row for them."""
    rows = [[plain(cell).replace("\x00", "") for cell in row] for row in source.rows]
    if not rows:
        return [paragraph(source.caption)] if source.caption else []
    caption = " ".join(plain(source.caption).split())
    made = table(
        rows[0],
        rows[1:],
        caption=cut(caption, CAPTION) or _("Table"),
        row_headers=source.header_column,
    )
    return [made, paragraph(source.caption)] if len(caption) > CAPTION else [made]


def picture(source: Picture, made: Body) -> list[Raw]:
    found = made.picture(source)
    if found is None:
        return [linked(source)]
    caption, below = captioned(source, found)
    elsewhere = source.link not in {"", source.url} and not made.album.is_picture_page(source.link)
    lines = [link(source.link, source.link)] if elsewhere else []
    raw = [block("picture", {"picture": found, "caption": caption})]
    text = "<br>".join(filter(None, [*lines, below]))
    return [*raw, paragraph(text)] if text else raw


def captioned(source: Picture, found: Found) -> tuple[str, str]:
    """The caption as the newsroom holds it, plain, and the text below where it has links.

    The credit stands beside the caption on our pages, so it is taken out of it.
    """
    text = " ".join(plain(source.caption).split()).replace("\x00", "")
    if len(text) > PICTURE_CAPTION or "<a " in source.caption:
        return "", source.caption
    if found.credit and found.credit in text:
        text = _EMPTY_BRACKETS.sub("", text.replace(found.credit, "", 1))
        text = " ".join(text.split()).strip(" |–—/,;·")
    return text, ""


def linked(source: Picture) -> Raw:
    """A link to where the picture lies, with what was said about it."""
    name = source.alt or source.title
    name = name or unquote(urlsplit(source.url).path.rpartition("/")[2]) or source.url
    label = _("Picture: %(name)s") % {"name": name}
    lines = [link(source.url, label), source.caption]
    if source.link and source.link != source.url:
        lines.insert(1, link(source.link, source.link))
    return paragraph("<br>".join(filter(None, lines)))


def link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}">{escape(words, quote=False)}</a>'


def gallery(source: Gallery, made: Body) -> list[Raw]:
    shown = list(source.pictures)
    shown += [known for key in source.attachment_ids if (known := made.album.picture(key))]
    if source.attached and not shown:
        shown = made.album.pictures_of(made.of)
    shown = [with_caption(one) for one in shown]
    pairs = [(one, made.picture(one)) for one in shown]
    items, below = [], []
    for one, found in pairs:
        if found:
            caption, text = captioned(one, found)
            items.append({"picture": found, "caption": caption})
            below += [paragraph(text)] * bool(text)
    raw = galleries(items) + below + [linked(one) for one, found in pairs if not found]
    return [*raw, paragraph(source.caption)] if source.caption else raw


def galleries(items: list[Raw]) -> list[Raw]:
    """Of as many pictures as a gallery holds; one alone is a picture."""
    parts = [items[start : start + GALLERY] for start in range(0, len(items), GALLERY)]
    return [
        block("gallery", {"heading": "", "pictures": part})
        if len(part) > 1
        else block("picture", part[0])
        for part in parts
    ]


def with_caption(source: Picture) -> Picture:
    """A picture's caption in the export's list of files is HTML of any kind."""
    return replace(source, caption=inline_text(source.caption))


def preformatted(source: Preformatted) -> Raw:
    lines = _INDENT.sub(lambda match: "\xa0" * len(match[0].expandtabs(4)), source.html)
    html = lines.replace("\n", "<br>")
    return paragraph(f"<code>{html}</code>" if source.code else html)
