"""Open containers: what a quotation, a list, a table, a figure gathers until its end tag.

A frame takes blocks and closed frames from inside itself and, closed, is a list of blocks: so
nothing recurses, and what does not fit into a container follows behind it instead of being lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape, unescape

from allmende.importers.wordpress.blocks import (
    Block,
    Embed,
    File,
    Gallery,
    Intertitle,
    ListBlock,
    ListItem,
    Paragraph,
    Picture,
    Preformatted,
    Quotation,
    Separator,
    Table,
)
from allmende.importers.wordpress.inline import Line, clean, plain

_AROUND = re.compile(r"^(?:\s|<br>)+|(?:\s|<br>)+$")
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>')
# A line that a forgotten end tag stretched over half an article is no intertitle.
LONGEST_INTERTITLE = 300


class Frame:
    """The article itself, and the base of everything inside it."""

    raw = False

    def __init__(self, tag: str, classes: str = "", *, like: Line | None = None) -> None:
        self.tag = tag
        self.classes = classes
        self.line = Line(like=like, raw=self.raw)
        self.blocks: list[Block] = []
        self.nested = 0  # elements of the same name inside, whose end tags are not ours

    def add(self, block: Block) -> None:
        last = self.blocks[-1] if self.blocks else None
        # <noscript> and <object> say the same thing twice, for browsers of two ages.
        said = isinstance(last, Picture | Embed) and last.url
        if not isinstance(block, Picture | Embed) or block.url != said or block.caption:
            self.blocks.append(block)

    def text(self, html: str) -> Block:
        """The block that a line of text becomes here."""
        html = as_italic(html)
        if self.line.heading and len(words := plain(html)) <= LONGEST_INTERTITLE:
            return Intertitle(words, self.line.heading)
        return Paragraph(clean(f"<b>{html}</b>") if self.line.term else html)

    def take(self, child: Frame) -> None:
        for block in child.close():
            self.add(block)

    def close(self) -> list[Block]:
        return self.blocks


class Pre(Frame):
    raw = True
    code = False

    def text(self, html: str) -> Block:
        return Preformatted(as_italic(html).strip("\n").rstrip(), code=self.code)


class Quote(Frame):
    def text(self, html: str) -> Block:
        return Paragraph(html)  # <cite> stays until `close` knows who spoke

    def close(self) -> list[Block]:
        closed: list[Block] = []
        said: list[str] = []
        for block in self.blocks:
            if isinstance(block, Paragraph | Embed | File):
                said.append(block.html)
            else:
                closed += [*self._quotation(said), block]
                said = []
        return closed + self._quotation(said)

    def _quotation(self, said: list[str]) -> list[Block]:
        if not said:
            return []
        html, speaker = "<br><br>".join(said), ""
        cut = html.rfind("<cite>")
        if html.endswith("</cite>") and (before := without_end(html[:cut])):
            html, speaker = clean(before), plain(html[cut:])
        return [Quotation(as_italic(html), speaker, pulled="pullquote" in self.classes)]


class Caption(Frame):
    """`<figcaption>`, and a table's `<caption>`."""


class Figure(Frame):
    def __init__(self, tag: str, classes: str = "", *, like: Line | None = None) -> None:
        super().__init__(tag, classes, like=like)
        self.captions: list[str] = []

    def take(self, child: Frame) -> None:
        if isinstance(child, Caption):
            caption, rest = inline(child.close())
            self.captions += [caption] * bool(caption)
            self.blocks += rest
        else:
            super().take(child)

    def close(self) -> list[Block]:
        blocks = self.blocks
        pictures = tuple(block for block in blocks if isinstance(block, Picture))
        if "wp-caption" in self.classes and len(pictures) == 1:
            loose = [block for block in blocks if isinstance(block, Paragraph)]
            self.captions += [block.html for block in loose]
            blocks = [block for block in blocks if not isinstance(block, Paragraph)]
        if "gallery" in self.classes and pictures:
            blocks = [block for block in blocks if not isinstance(block, Picture)]
            blocks = [Gallery(pictures), *blocks]
        return self._captioned(blocks)

    def _captioned(self, blocks: list[Block]) -> list[Block]:
        caption = "<br>".join(self.captions)
        if "pullquote" in self.classes:
            blocks = [
                replace(block, pulled=True) if isinstance(block, Quotation) else block
                for block in blocks
            ]
        last = blocks[-1] if blocks else None
        if not caption:
            return blocks
        if isinstance(last, Picture | Table | Gallery | Embed):
            both = "<br>".join(text for text in (last.caption, caption) if text)
            return [*blocks[:-1], replace(last, caption=both)]
        return [*blocks, Paragraph(caption)]


class FileBlock(Frame):
    """WordPress's file block: the file's name and a button, both links to it."""

    def close(self) -> list[Block]:
        html, rest = inline(block for block in self.blocks if not isinstance(block, Embed))
        link = _LINK.search(html)
        if link is None:
            return self.blocks
        url, title = unescape(link[1]), plain(link[2])
        same = re.compile(rf'<a href="{re.escape(link[1])}">(.*?)</a>')
        button = " ".join(plain(words) for words in same.findall(html)[1:])
        text = _AROUND.sub("", clean(same.sub("", html)))
        return [File(url, title, button), *([Paragraph(text)] * bool(text)), *rest]


class Item(Frame):
    """`<li>`"""


class List(Frame):
    def __init__(self, tag: str, classes: str = "", *, like: Line | None = None) -> None:
        super().__init__(tag, classes, like=like)
        self.items: list[ListItem] = []
        self.behind: list[Block] = []

    def take(self, child: Frame) -> None:
        said: list[Block] = []
        for block in child.close():
            if isinstance(block, ListBlock):
                self._item(said)
                self.items += [replace(item, level=item.level + 1) for item in block.items]
            elif isinstance(block, Picture | Gallery | Table):
                self.behind.append(block)
            else:
                said.append(block)
        self._item(said)

    def _item(self, said: list[Block]) -> None:
        html, _ = inline(said)
        said.clear()
        if html:
            self.items.append(ListItem(html))

    def close(self) -> list[Block]:
        for block in self.blocks:  # text between the items
            self._item([block])
        listed: list[Block] = []
        if self.items:
            listed = [ListBlock(tuple(self.items), ordered=self.tag == "ol")]
        pictures = tuple(block for block in self.behind if isinstance(block, Picture))
        if "gallery" in self.classes and len(pictures) == len(self.behind) > 0:
            return [*listed, Gallery(pictures)]
        return listed + self.behind


def inline(blocks: Iterable[Block]) -> tuple[str, list[Block]]:
    """Blocks as one inline text with line breaks, and those that have no text form."""
    said: list[str] = []
    rest: list[Block] = []
    for block in blocks:
        match block:
            case Paragraph() | Embed() | File():
                said.append(block.html)
            case Preformatted():
                said.append(block.html.replace("\n", "<br>"))
            case Intertitle():
                said.append(f"<b>{escape(block.text, quote=False)}</b>")
            case Quotation():
                said += [block.html, escape(block.speaker, quote=False)]
            case ListBlock():
                said += [item.html for item in block.items]
            case Table():
                said += [" ".join(filter(None, row)) for row in block.rows] + [block.caption]
            case Picture() | Gallery():
                rest.append(block)
            case Separator():
                pass
    return "<br>".join(filter(None, said)), rest


def as_italic(html: str) -> str:
    return html.replace("<cite>", "<i>").replace("</cite>", "</i>")


def without_end(html: str) -> str:
    """Without the breaks and the dash that lead over to the speaker's name."""
    while True:
        shorter = html.removesuffix("<br>").rstrip(" \xa0-–—―")
        if shorter == html:
            return html
        html = shorter
