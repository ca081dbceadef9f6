"""An article's blocks as the newsroom's StreamField stores them. No word of them is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

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

INTERTITLE, SPEAKER, CAPTION = 255, 120, 240  # what the newsroom's blocks hold
# Two parentheses begin a footnote in our paragraphs; in WordPress they are parentheses, so a mark
# without width comes in between.
_FOOTNOTE, _PARENTHESIS = re.compile(r"\((?=\()"), "(\u2060"
_INDENT = re.compile(r"(?m)^[ \t]+|[ \t]{2,}")


class Pictures(Protocol):
    """The export's own list of files."""

    def picture(self, foreign_id: str) -> Picture | None: ...
    def pictures_of(self, foreign_id: str) -> list[Picture]: ...


def body(blocks: Iterable[Block], *, of: str, pictures: Pictures) -> list[Raw]:
    """The body of the item `of`; one empty paragraph where nothing is said."""
    raw = [made for one in blocks for made in stored(one, of=of, pictures=pictures)]
    return raw or [paragraph("")]


def stored(one: Block, *, of: str, pictures: Pictures) -> list[Raw]:
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
            return [picture(one)]
        case Gallery():
            return gallery(one, of=of, pictures=pictures)
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


def picture(source: Picture) -> Raw:
    """A link to where the picture lies, with what was said about it."""
    name = source.alt or unquote(urlsplit(source.url).path.rpartition("/")[2]) or source.url
    label = _("Picture: %(name)s") % {"name": name}
    lines = [link(source.url, label), source.caption]
    if source.link and source.link != source.url:
        lines.insert(1, link(source.link, source.link))
    return paragraph("<br>".join(filter(None, lines)))


def link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}">{escape(words, quote=False)}</a>'


def gallery(source: Gallery, *, of: str, pictures: Pictures) -> list[Raw]:
    found = list(source.pictures)
    found += [known for key in source.attachment_ids if (known := pictures.picture(key))]
    if source.attached and not found:
        found = pictures.pictures_of(of)
    raw = [picture(with_caption(one)) for one in found]
    return [*raw, paragraph(source.caption)] if source.caption else raw


def with_caption(source: Picture) -> Picture:
    """A picture's caption in the export's list of files is HTML of any kind."""
    return Picture(source.url, source.alt, inline_text(source.caption), source.link)


def preformatted(source: Preformatted) -> Raw:
    lines = _INDENT.sub(lambda match: "\xa0" * len(match[0].expandtabs(4)), source.html)
    html = lines.replace("\n", "<br>")
    return paragraph(f"<code>{html}</code>" if source.code else html)
