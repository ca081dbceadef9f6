"""An article's blocks as the newsroom's StreamField stores them. No word of them is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from allmende.importers.wordpress.album import Found
from allmende.importers.wordpress.blocks import (
    Block,
    Embed,
    File,
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
from allmende.importers.wordpress.parts import Body, link, one_line, paragraph, rich
from allmende.importers.wordpress.recordings import embedded, offered
from allmende.importers.wordpress.tokens import Text, tokens
from allmende.importers.wordpress.words import cut
from allmende.newsroom.writing import Raw, block, table

# What the newsroom's blocks hold.
INTERTITLE, SPEAKER, CAPTION, PICTURE_CAPTION, GALLERY, CODE = 255, 120, 240, 400, 40, 20_000
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]")
_COLUMNS = re.compile(r"\S {3,}\S")  # drawn or set in columns, which need letters of one width
_INDENT = re.compile(r"(?m)^[ \t]+|[ \t]{2,}")


def fill(made: Body, blocks: Iterable[Block]) -> Body:
    """One empty paragraph where nothing is said; separators stand between two things only."""
    for one in blocks:
        if not isinstance(one, Separator):
            made.raw += stored(one, made)
        elif made.raw and made.raw[-1]["type"] != "separator":
            made.raw.append(block("separator", None))
    if made.raw and made.raw[-1]["type"] == "separator":
        made.raw.pop()
    made.raw = made.raw or [paragraph("")]
    return made


def stored(one: Block, made: Body) -> list[Raw]:
    match one:
        case Paragraph():
            return [paragraph(one.html)]
        case Embed():
            return embedded(one, made)
        case File():
            return offered(one, made)
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


def intertitle(text: str) -> Raw:
    words = " ".join(text.replace("\x00", "").split())
    if not words or len(words) > INTERTITLE:
        return paragraph(f"<b>{escape(words, quote=False)}</b>" if words else "")
    return block("intertitle", words)


def quotation(quote: Quotation) -> Raw:
    text = plain(quote.html, line_break="\n").replace("\x00", "")
    speaker = " ".join(quote.speaker.split())
    if quote.pulled and not speaker:
        return block("pull_quote", text)
    if len(speaker) > SPEAKER:
        text, speaker = f"{text}\n— {speaker}", ""
    return block("quotation", {"text": text, "speaker": speaker, "role": ""})


def tabled(source: Table) -> list[Raw]:
    """Our tables have heading cells: one without gives its first row for them."""
    rows = [[plain(cell).replace("\x00", "") for cell in row] for row in source.rows]
    if not rows:
        return [paragraph(source.caption)] if source.caption else []
    caption = one_line(source.caption)
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
    text = one_line(source.caption)
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
    text = bare(source.html)
    if len(text) <= CODE and (source.code or _COLUMNS.search(text)) and "<a " not in source.html:
        return block("code", {"caption": "", "code": text})
    lines = _INDENT.sub(lambda match: "\xa0" * len(match[0].expandtabs(4)), source.html)
    html = lines.replace("\n", "<br>")
    return paragraph(f"<code>{html}</code>" if source.code else html)


def bare(html: str) -> str:
    """Without tags, every space and line in its place."""
    return "".join(one.data for one in tokens(html) if isinstance(one, Text)).replace("\x00", "")
