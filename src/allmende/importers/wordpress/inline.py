"""One running line of text with its emphasis and links, as HTML that nh3 has cleaned."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote, urljoin, urlsplit

import nh3

from allmende.importers.wordpress.tokens import Start, Text, tokens

# How WordPress's many inline tags become the few that the newsroom's rich text holds.
# `cite` lives only until the quotation around it has found its speaker.
TAGS = {tag: tag for tag in ("a", "b", "i", "s", "code", "sub", "sup", "cite")}
TAGS |= {"strong": "b", "em": "i", "dfn": "i", "var": "i", "del": "s", "strike": "s"}
TAGS |= {"kbd": "code", "samp": "code", "tt": "code"}
SCHEMES = {"http", "https", "mailto", "tel"}

_CLEANER = nh3.Cleaner(
    tags=set(TAGS.values()) | {"br"},
    attributes={"a": {"href"}},
    url_schemes=SCHEMES,
    url_relative="deny",
    link_rel=None,  # the newsroom's templates say what its links carry
)
_SPACES = re.compile(r"[ \t\n\r\f\v]+")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*):")
_WEB = re.compile(r"https?://[^/?#]", re.IGNORECASE)
_UNSAFE_IN_ADDRESS = re.compile(r"""[\s"'<>\\^`{|}\x00-\x20\x7f]""")
# A link repeated for every paragraph it spans could make 1 MB of input 1 GB of output.
_LONGEST_ADDRESS = 2000
_FARTHEST_LINK = 20
# Emptiness as a reader sees it: spaces of all kinds and marks without width.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


def address(raw: str, *, base: str = "") -> str:
    """The absolute address that a browser would go to, or "" for none that we link to."""
    raw = re.sub(r"[\t\n\r]", "", raw).strip("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x1b ")
    scheme = _SCHEME.match(raw)
    if not raw or raw.startswith("#") or (scheme and scheme[1].lower() not in SCHEMES):
        return ""
    try:
        raw = raw if scheme else urljoin(base or "https:", raw)
        urlsplit(raw)
    except ValueError:  # "//[" is no host
        return ""
    raw = _UNSAFE_IN_ADDRESS.sub(lambda match: quote(match[0]), raw)
    known = _WEB.match(raw) or (scheme and scheme[1].lower() in {"mailto", "tel"})
    return raw if known and len(raw) <= _LONGEST_ADDRESS else ""


def web_address(raw: str, *, base: str = "") -> str:
    found = address(raw, base=base)
    return found if _WEB.match(found) else ""


def clean(html: str) -> str:
    """Through nh3, with no-break spaces as characters, so that equal text is equal everywhere."""
    return _CLEANER.clean(html).replace("&nbsp;", "\xa0") if "<" in html else html


def plain(html: str, *, line_break: str = " ") -> str:
    """What a reader sees of this HTML as plain text: for titles, speakers, captions."""
    parts: list[str] = []
    for token in tokens(html):
        if isinstance(token, Text):
            parts.append(_SPACES.sub(" ", token.data))
        elif isinstance(token, Start) and token.tag not in TAGS and token.tag != "span":
            parts.append(line_break if token.tag == "br" else " ")
    lines = "".join(parts).split("\n")
    return "\n".join(_SPACES.sub(" ", line).strip(" ") for line in lines).strip("\n")


def is_blank(text: str) -> bool:
    return not text.strip().strip(_INVISIBLE).strip()


class Line:
    """Text is written, formatting opened and closed in any order; `take` gives balanced HTML.

    A tag is written only when text follows, never inside itself, and stays open over a `take`,
    as HTML has it: a bold that begins in one paragraph and ends in the next marks both.
    """

    def __init__(self, *, like: Line | None = None, raw: bool = False) -> None:
        self.raw = raw  # preformatted: spaces and line breaks count
        self.heading = 0
        self.term = False
        self._wanted: dict[str, str] = dict(like._wanted) if like else {}
        self._counts: dict[str, int] = dict.fromkeys(self._wanted, 1)
        self._reset()

    def _reset(self) -> None:
        self._parts: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._gap = False
        self.breaks = 0  # line breaks waiting for text behind them
        self._shown = False
        self._link_end = -1
        self._takes = 0

    def open(self, tag: str, href: str = "") -> None:
        if tag == "a":
            self._counts.pop("a", None)
            self._wanted.pop("a", None)
            self._takes = 0
            if not href:
                return
            self._gap = self._gap or self._link_end == len(self._parts)  # buttons side by side
        self._counts[tag] = self._counts.get(tag, 0) + 1
        if tag not in self._wanted:
            self._wanted[tag] = f'<a href="{escape(href)}">' if tag == "a" else f"<{tag}>"

    def close(self, tag: str) -> None:
        if tag in self._counts:
            self._counts[tag] -= 1
            if not self._counts[tag]:
                del self._counts[tag], self._wanted[tag]
                if tag == "a" and self._parts:
                    self._link_end = len(self._parts)

    def write(self, text: str) -> None:
        if self.raw:
            self._append(text)
            return
        words = _SPACES.sub(" ", text)
        self._gap = self._gap or words.startswith(" ")
        if core := words.strip(" "):
            self._append(core)
            self._gap = words.endswith(" ")

    def space(self) -> None:
        self._gap = True

    def line_break(self) -> None:
        if self.raw:
            self._append("\n")
        elif self._parts:
            self.breaks += 1

    def _append(self, text: str) -> None:
        wanted = list(self._wanted.items())
        kept = 0
        while kept < min(len(wanted), len(self._open)) and wanted[kept] == self._open[kept]:
            kept += 1
        self._parts += [f"</{tag}>" for tag, _ in reversed(self._open[kept:])]
        if self._parts and not self.raw:
            self._parts.append("<br>" * self.breaks or " " * self._gap)
        self.breaks, self._gap = 0, False
        self._parts += [opening for _, opening in wanted[kept:]]
        self._open = wanted
        self._parts.append(escape(text, quote=False))
        self._shown = self._shown or not is_blank(text)

    def take(self) -> str:
        """What was written since the last time, or "" if a reader would see nothing of it."""
        closing = [f"</{tag}>" for tag, _ in reversed(self._open)]
        html = clean("".join(self._parts + closing)) if self._shown else ""
        takes = self._takes + 1
        self._reset()
        self._takes = takes
        if takes > _FARTHEST_LINK:
            self.open("a")
        return html
