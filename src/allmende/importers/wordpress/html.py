"""WordPress content becomes body blocks: sanitised, and readable also where it is not understood.

Classic content has no paragraphs of its own: WordPress makes them when it shows it (`wpautop`:
an empty line parts paragraphs, a single line break stays one). Block content (`<!-- wp:… -->`) has
its markup written out, and line breaks mean nothing. Both may stand in one text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from typing import TypeVar

from allmende.importers.wordpress import dynamic, media, shortcodes
from allmende.importers.wordpress.blocks import (
    Body,
    Embed,
    ListBlock,
    ListItem,
    Note,
    Separator,
)
from allmende.importers.wordpress.frames import (
    Caption,
    Figure,
    FileBlock,
    Frame,
    Item,
    List,
    Pre,
    Quote,
    inline,
)
from allmende.importers.wordpress.inline import TAGS, address, web_address
from allmende.importers.wordpress.tables import Cell, TableFrame
from allmende.importers.wordpress.tokens import Comment, End, Start, Text, tokens

# Containers inside containers beyond this are read as plain text of the innermost one.
DEEPEST = 24
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_CONTAINERS: dict[str, type[Frame]]
_CONTAINERS = {"blockquote": Quote, "figure": Figure, "pre": Pre, "ul": List, "ol": List}
_CONTAINERS |= {"menu": List, "dir": List, "xmp": Pre, "listing": Pre}
_DIVS = {"wp-caption": Figure, "wp-block-file": FileBlock}
_TABLE_PARTS = {"table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"}
_BREAKING = {
    "p",
    "div",
    "section",
    "article",
    "aside",
    "header",
    "footer",
    "main",
    "nav",
    "address",
}
_BREAKING |= {"center", "details", "dialog", "summary", "dl", "dt", "dd", "li", "figcaption"}
_BREAKING |= {"body", "html", "hgroup", "title"}
_BREAKING |= {"button", "fieldset", "form", "label", "legend", "textarea"}
_BREAKING |= _HEADINGS.keys() | _CONTAINERS.keys() | _TABLE_PARTS
_EMPTY_LINE = re.compile(r"\n[ \t]*+(?:\n[ \t]*+)++")
_BARE_ADDRESS = re.compile(r"https?://[^\s<>\"]+")

_Kind = TypeVar("_Kind", bound=Frame)


def convert(
    content: str,
    *,
    base: str = "",
    footnotes: Mapping[str, str] | None = None,
    reused: Mapping[str, str] | None = None,
) -> Body:
    """The body of a post or page.

    `base` is the item's own address, which relative links start from; `footnotes` the item's
    footnotes (id: HTML), `reused` the content of the export's reusable blocks by foreign id
    (items of the type wp_block). Never raises, whatever the content is.
    """
    builder = _Builder(base=base, footnotes=footnotes or {}, reused=reused or {})
    builder.run(content.encode("utf-8", "replace").decode().replace("\r\n", "\n"))
    return builder.finish()


class _Builder:
    def __init__(
        self, *, base: str, footnotes: Mapping[str, str], reused: Mapping[str, str]
    ) -> None:
        self.base = base
        self.footnotes = footnotes
        self.reused = reused
        self.frames = [Frame("")]
        self.notes: dict[Note, None] = {}
        self.too_deep: Counter[str] = Counter()
        self.block_depth = 0  # inside how many `<!-- wp:… -->`
        self.runs = 0
        self.reuses = 0
        self.href = ""
        self.player = media.Player()

    @property
    def top(self) -> Frame:
        return self.frames[-1]

    def run(self, html: str) -> None:
        """Read this HTML into the place reached; blocks that bring HTML of their own come here."""
        self.runs += 1
        for token in tokens(shortcodes.captions_as_figures(html)):
            match token:
                case Text(data):
                    self.text(data)
                case Start(tag, attributes):
                    self.start(tag, attributes)
                case End(tag):
                    self.end(tag)
                case Comment(data):
                    self.comment(data)
        self.runs -= 1

    def finish(self) -> Body:
        self.flush()
        while len(self.frames) > 1:
            self.pop()
        self.write_footnotes()
        return Body(tuple(self.top.close()), tuple(self.notes))

    def note(self, kind: str, detail: str) -> None:
        self.notes[Note(kind, detail[:200])] = None

    # -- lines and frames ---------------------------------------------------------------------

    def flush(self) -> None:
        """The line written so far is a block."""
        frame = self.top
        html = frame.line.take()
        if not html:
            return
        if "http" not in html or frame.raw or frame.line.heading:
            frame.add(frame.text(html))
            return
        lines: list[str] = []
        for line in html.split("<br>"):
            if _BARE_ADDRESS.fullmatch(line) and (url := web_address(unescape(line))):
                self._add_lines(lines)
                frame.add(Embed(url))
            else:
                lines.append(line)
        self._add_lines(lines)

    def _add_lines(self, lines: list[str]) -> None:
        if html := "<br>".join(lines):
            self.top.add(self.top.text(html))
        lines.clear()

    def push(self, frame: Frame) -> None:
        if len(self.frames) < DEEPEST:
            self.frames.append(frame)
        else:
            self.too_deep[frame.tag] += 1

    def pop(self) -> None:
        self.flush()
        frame = self.frames.pop()
        self.top.take(frame)

    def pop_to(self, kind: type[_Kind]) -> _Kind | None:
        """Close what stands open inside the nearest frame of this kind, and return that one."""
        nearest = next((frame for frame in reversed(self.frames) if isinstance(frame, kind)), None)
        while nearest and self.top is not nearest:
            self.pop()
        return nearest

    # -- tokens -------------------------------------------------------------------------------

    def text(self, data: str) -> None:
        if self.top.raw:
            self.top.line.write(data)
            return
        if "[" not in data:
            self.prose(data)
            return
        for part in shortcodes.split(data, base=self.base):
            if isinstance(part, str):
                self.prose(part)
                for note in shortcodes.foreign(part):
                    self.note(note.kind, note.detail)
            else:
                self.flush()
                self.top.add(part)

    def prose(self, data: str) -> None:
        if self.block_depth:
            self.top.line.write(data)
            return
        for i, paragraph in enumerate(_EMPTY_LINE.split(data)):
            if i:
                self.flush()
            for j, line in enumerate(paragraph.split("\n")):
                if j and not self.top.line.breaks:
                    self.top.line.line_break()
                self.top.line.write(line)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "a":
            self.start_link(attributes)
        elif tag == "code" and isinstance(self.top, Pre):
            self.top.code = True
        elif tag in TAGS:
            self.top.line.open(TAGS[tag])
        elif tag == "br":
            self.line_break()
        elif tag in _BREAKING:
            self.start_block(tag, attributes)
        elif tag in media.EMBEDDING:
            self.start_embed(tag, attributes)
        elif tag == "img":
            self.picture(attributes)
        elif tag == "track":
            self.track(attributes)
        elif tag == "hr":
            self.flush()
            self.top.add(Separator())
        elif tag == "q":
            self.top.line.write("“")
        elif tag in {"option", "optgroup", "select"}:
            self.top.line.space()
        elif tag in {"script", "input"}:
            name = "script" if tag == "script" else "form"
            self.note(name, attributes.get("src") or attributes.get("name") or tag)

    def start_block(self, tag: str, attributes: dict[str, str]) -> None:
        self.flush()
        classes = attributes.get("class", "")
        line = self.top.line
        if tag in _TABLE_PARTS:
            self.start_table_part(tag, attributes)
        elif tag == "li":
            if self.pop_to(List):
                self.push(Item(tag, like=self.top.line))
        elif tag == "figcaption" and any(isinstance(frame, Figure) for frame in self.frames):
            self.push(Caption(tag, like=line))
        elif kind := _CONTAINERS.get(tag) or (tag == "div" and self.container(classes)):
            self.push(kind(tag, classes, like=line))
        else:
            self.top.nested += tag == self.top.tag
            if found := media.background(classes, attributes, base=self.base):
                self.top.add(found)
            if tag == "p" or tag in _HEADINGS:
                line.heading = _HEADINGS.get(tag, 0)
            line.term = tag in {"dt", "summary"}

    def container(self, classes: str) -> type[Frame] | None:
        """What a `<div>` of these classes is; None for most."""
        return next((_DIVS[name] for name in classes.split() if name in _DIVS), None)

    def start_table_part(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table":
            self.push(TableFrame(tag, attributes.get("class", ""), like=self.top.line))
            return
        table = self.pop_to(TableFrame)
        if table is None:
            return
        if tag == "caption":
            self.push(Caption(tag, like=table.line))
        elif tag in {"td", "th"}:
            table.ensure_row()
            self.push(Cell(tag, attributes, like=table.line))
        elif tag == "tr":
            table.new_row()
        else:
            table.section = tag

    def end(self, tag: str) -> None:
        if tag in TAGS:
            self.top.line.close(TAGS[tag])
            self.href = "" if tag == "a" else self.href
        elif tag == "q":
            self.top.line.write("”")
        elif tag == "br":
            self.line_break()
        elif tag in media.PLAYERS:
            self.player = media.Player()
        elif tag in _BREAKING:
            self.flush()
            self.end_block(tag)
            line = self.top.line
            line.term = False
            line.heading = 0 if tag == "p" or tag in _HEADINGS else line.heading

    def end_block(self, tag: str) -> None:
        if self.too_deep[tag]:
            self.too_deep[tag] -= 1
        elif tag == self.top.tag and self.top.nested:
            self.top.nested -= 1
        elif tag in {"tr", "thead", "tbody", "tfoot"}:
            table = self.pop_to(TableFrame)
            if table and tag == "thead":
                table.section = "tbody"
        else:
            self.pop_through(tag)

    def pop_through(self, tag: str) -> None:
        for depth in range(len(self.frames) - 1, 0, -1):
            if self.frames[depth].tag == tag:
                while len(self.frames) > depth:
                    self.pop()
                return
            if isinstance(self.frames[depth], Cell) and tag not in _TABLE_PARTS:
                return  # a stray end tag in a cell does not tear the table apart

    def line_break(self) -> None:
        line = self.top.line
        if line.breaks and not self.block_depth and not self.top.raw:
            self.flush()  # wpautop: two line breaks are a new paragraph
        else:
            line.line_break()

    def start_link(self, attributes: dict[str, str]) -> None:
        if "wp-block-file__button" in attributes.get("class", ""):
            self.flush()  # else it would be one link with the file's name
        raw = attributes.get("href", "")
        self.href = address(raw, base=self.base)
        if raw and not self.href and not raw.startswith("#"):
            self.note("address", raw)
        self.top.line.open("a", self.href)

    # -- things that are no text --------------------------------------------------------------

    def start_embed(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in media.PLAYERS:
            self.player = media.Player.of(attributes, base=self.base)
        raw = media.embedded_address(tag, attributes)
        url = web_address(raw, base=self.base)
        if url and self.player.takes(tag):
            self.flush()
            self.top.add(Embed(url, title=attributes.get("title", ""), poster=self.player.poster))
        elif raw and not url:
            self.note("address", raw)

    def track(self, attributes: dict[str, str]) -> None:
        """The captions of the film before; other tracks name chapters, or say what is seen."""
        last = self.top.blocks[-1] if self.top.blocks else None
        url = web_address(attributes.get("src", ""), base=self.base)
        wanted = attributes.get("kind", "subtitles") in {"captions", "subtitles"}
        if url and wanted and isinstance(last, Embed) and not last.track:
            self.top.blocks[-1] = replace(last, track=url)

    def picture(self, attributes: dict[str, str]) -> None:
        classes, alt = attributes.get("class", ""), attributes.get("alt", "")
        urls = media.picture_addresses(attributes, base=self.base)
        if media.is_counter(attributes, urls):
            self.note("tracking-pixel", (urls or [""])[0])
        elif "wp-smiley" in classes or "emoji" in classes.split() or not urls:
            self.top.line.write(alt)
            if not urls:
                self.note("address", attributes.get("src", ""))
        else:
            self.flush()
            self.top.add(media.picture(urls[0], attributes, href=self.href))

    # -- blocks -------------------------------------------------------------------------------

    def comment(self, data: str) -> None:
        delimiter = dynamic.parse(data)
        if delimiter is None:
            return
        if delimiter.name not in {"freeform", "shortcode"}:
            self.flush()
            if delimiter.empty:
                self.dynamic(delimiter)
            else:
                self.block_depth = max(0, self.block_depth + (-1 if delimiter.closing else 1))

    def dynamic(self, block: dynamic.Delimiter) -> None:
        """A block without HTML of its own, which WordPress fills when it shows the page."""
        if block.name == "footnotes":
            self.write_footnotes()
        elif block.name == "block":
            self.reuse(str(block.attributes.get("ref", "")))
        elif url := web_address(block.text("url")):
            self.top.add(Embed(url))
        else:
            self.note("dynamic-block", block.name)
            for prose in block.prose():
                self.run_inside(prose)

    def reuse(self, foreign_id: str) -> None:
        self.reuses += 1
        if foreign_id in self.reused and self.reuses <= 50:
            self.run_inside(self.reused[foreign_id])
        else:
            self.note("reused-block", foreign_id)

    def run_inside(self, html: str) -> None:
        if self.runs > 3:  # a block that contains itself
            return
        depth, self.block_depth = self.block_depth, 0
        self.run(html)
        self.flush()
        self.block_depth = depth

    def write_footnotes(self) -> None:
        notes, self.footnotes = self.footnotes, {}
        items = [inline_text(html, base=self.base) for html in notes.values()]
        if any(items):
            self.top.add(ListBlock(tuple(ListItem(item) for item in items), ordered=True))


def inline_text(html: str, *, base: str = "") -> str:
    """HTML that may hold anything as one sanitised inline text; pictures are left out."""
    text, _ = inline(convert(html, base=base).blocks)
    return text
