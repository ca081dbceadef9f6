"""HTML cut into tokens, in time linear in its length whatever the input.

Nothing here decides what is safe: that is nh3's work, on everything that leaves `inline`.
html.parser is not used because before Python 3.11.14 it takes quadratic time on unclosed tags
(20,000 times `<a ` took 35 seconds), and tree builders because they recurse, stop at a depth
(libxml2: 256) or multiply unclosed formatting elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple


class Text(NamedTuple):
    data: str


class Start(NamedTuple):
    tag: str
    attributes: dict[str, str]


class End(NamedTuple):
    tag: str


class Comment(NamedTuple):
    data: str


Token = Text | Start | End | Comment

# What stands between these tags is never shown, neither by a browser nor by us.
_UNSEEN = {
    tag: re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE) for tag in ("script", "style", "template")
}
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_NAME = re.compile(r"[\s/=]*+([^\s/>=]++)(\s*+=\s*+)?")
_UNQUOTED = re.compile(r"[^\s>]*+")
_TAG_END = re.compile(r"[\s/=]*+>")


class _Cutter:
    def __init__(self, html: str) -> None:
        self.html = html
        # Looked up once: a construct that opens behind its last possible end cannot be closed.
        # Searching anew for each would make a file of unclosed constructs quadratic.
        self.last = {end: html.rfind(end) for end in ("-->", ">", '"', "'")}

    def cut(self) -> Iterator[Token]:
        position, shown = 0, 0
        while (position := self.html.find("<", position)) >= 0:
            token, after = self.markup(position)
            if token is None:
                position += 1
                continue
            yield from self.text(shown, position)
            yield token
            if isinstance(token, Start) and token.tag in _UNSEEN:
                end = _UNSEEN[token.tag].search(self.html, after)
                after = end.start() if end else len(self.html)
            position = shown = after
        yield from self.text(shown, len(self.html))

    def text(self, start: int, end: int) -> Iterator[Text]:
        if start < end:
            data = self.html[start:end]
            yield Text(unescape(data) if "&" in data else data)

    def markup(self, position: int) -> tuple[Token | None, int]:
        """The token that begins at this `<` and where it ends; None: the `<` is only text."""
        if self.html.startswith("<!--", position):
            return self.comment(position)
        if self.last[">"] < position:
            return None, position
        if match := _TAG.match(self.html, position):
            return self.tag(match)
        if self.html.startswith(("<!", "<?", "</"), position):
            return Comment(""), self.html.index(">", position) + 1
        return None, position

    def comment(self, position: int) -> tuple[Token | None, int]:
        if self.last["-->"] < position:
            return None, position
        end = self.html.index("-->", position + 2)
        return Comment(self.html[position + 4 : end]), end + 3

    def tag(self, match: re.Match[str]) -> tuple[Token | None, int]:
        attributes: dict[str, str] = {}
        position = match.end()
        while not (end := _TAG_END.match(self.html, position)):
            name = _NAME.match(self.html, position)
            if name is None or self.last[">"] < name.end():
                # The text ends inside the tag: nothing behind it can be a tag either.
                self.last[">"] = -1
                return None, position
            value, position = self.value(name) if name[2] else ("", name.end())
            attributes.setdefault(name[1].lower(), unescape(value))
        tag = match[2].lower()
        return (End(tag) if match[1] else Start(tag, attributes)), end.end()

    def value(self, name: re.Match[str]) -> tuple[str, int]:
        start = name.end()
        quote = self.html[start : start + 1]
        if quote in ('"', "'") and self.last[quote] > start:
            end = self.html.index(quote, start + 1)
            return self.html[start + 1 : end], end + 1
        match = _UNQUOTED.match(self.html, start)
        return (match[0], match.end()) if match else ("", start)


def tokens(html: str) -> Iterator[Token]:
    return _Cutter(html).cut()
