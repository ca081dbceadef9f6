"""The place in a text that answers, with the words that do marked."""

from collections.abc import Collection, Iterator

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from allmende.newsroom.search import words

LENGTH = 260  # signs of an excerpt
BEFORE = 70  # ... of which so many stand before the first marked word
LOOKED_AT = 20_000  # signs of a text that are searched for the best place
GAP = "…"


def marked(text: str, wanted: Collection[str], language: str) -> SafeString:
    """The whole text as HTML, each word of `wanted` (stems) in <mark>."""
    spans = list(matches(text, wanted, language))
    return mark(text, spans, 0, len(text))


def excerpt(text: str, wanted: Collection[str], language: str) -> SafeString | None:
    """The part of a text in which most of `wanted` stands, as HTML; None when none does."""
    spans = list(matches(text[:LOOKED_AT], wanted, language))
    if not spans:
        return None
    start, end = window(text, spans)
    before = f"{GAP} " if start else ""
    after = f" {GAP}" if end < len(text.rstrip()) else ""
    return format_html("{}{}{}", before, mark(text, spans, start, end), after)


def matches(text: str, wanted: Collection[str], language: str) -> Iterator[tuple[int, int, str]]:
    """From where to where a wanted word stands, and its stem."""
    at = 0
    joined = {found.start(): found for found in words.JOINED.finditer(text)}
    for found in words.WORD.finditer(text):
        if found.start() < at:
            continue
        whole = joined.get(found.start())
        if whole and (stem := words.stem(words.SIGNS.sub("", whole[0]), language)) in wanted:
            at = whole.end()
            yield whole.start(), at, stem
        elif (stem := words.stem(found[0], language)) in wanted:
            yield found.start(), found.end(), stem


def window(text: str, spans: list[tuple[int, int, str]]) -> tuple[int, int]:
    """Where to cut: around the words that say most, between words, at a sentence if one begins."""
    best, most = spans[0][0], (0, 0)
    for start, _, _ in spans:
        inside = [stem for s, e, stem in spans if s >= start and e <= start + LENGTH - BEFORE]
        if (len(set(inside)), len(inside)) > most:
            best, most = start, (len(set(inside)), len(inside))
    start = begin(text, max(0, best - BEFORE), best)
    end = min(len(text), start + LENGTH)
    if end < len(text):
        cut = text.rfind(" ", best, end)
        end = cut if cut > best else end
    return start, end


def begin(text: str, earliest: int, first: int) -> int:
    """A line or a sentence that begins before the first marked word, or else a word."""
    if earliest == 0:
        return 0
    for sign in ("\n", ". ", "? ", "! "):
        if (cut := text.find(sign, earliest, first)) >= 0:
            return cut + len(sign)
    cut = text.find(" ", earliest, first)
    return cut + 1 if cut >= 0 else first


def mark(text: str, spans: list[tuple[int, int, str]], start: int, end: int) -> SafeString:
    pieces, at = [], start
    for left, right, _ in spans:
        if left >= at and right <= end:
            pieces += [escape(text[at:left]), "<mark>", escape(text[left:right]), "</mark>"]
            at = right
    return SafeString("".join([*pieces, escape(text[at:end])]))
