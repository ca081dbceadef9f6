"""The place in a text that answers, with the words that do marked."""

import re
import string
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from allmende.newsroom.search import words

LENGTH = 260  # signs of an excerpt
BEFORE = 70  # ... of which so many stand before the first marked word
LOOKED_AT = 20_000  # signs of a text that are searched for the best place
MOST = 30  # words that are marked, or weighed for the best place
GAP = "…"
# Stemming takes the ends of words and their accents; the letter that they begin with stays.
FIRST = {letter: letter.lower() for letter in string.ascii_letters + string.digits}
LETTERS = string.ascii_lowercase + string.digits
FIRST |= dict(zip("äöüÄÖÜ", "aouaou", strict=True))
# So many letters of a word stay as they are, but for umlauts: the English rules change the third.
STAYS = {"de": 3, "en": 2}
Span = tuple[int, int, str]  # from where to where a word stands, and its stem


def marked(text: str, wanted: frozenset[str], language: str) -> SafeString:
    """The whole text as HTML, each word of `wanted` (stems) in <mark>."""
    spans = list(islice(matches(text, wanted, language), MOST))
    return mark(text, spans, 0, len(text))


def excerpt(text: str, wanted: frozenset[str], language: str) -> SafeString | None:
    """The part of a text in which most of `wanted` stands, as HTML; None when none does."""
    spans = list(islice(matches(text[:LOOKED_AT], wanted, language), MOST))
    if not spans:
        return None
    start, end = window(text, spans)
    before = f"{GAP} " if start else ""
    after = f" {GAP}" if end < len(text.rstrip()) else ""
    return format_html("{}{}{}", before, mark(text, spans, start, end), after)


def matches(text: str, wanted: frozenset[str], language: str) -> Iterator[Span]:
    """Where wanted words stand, in their order. Only words that may be wanted are looked at."""
    beginnings, length = beginnings_of(wanted, language), STAYS[language]
    for found in likely_words(frozenset(word[0] for word in wanted)).finditer(text):
        chain = found[0]
        head = chain[:length].lower()
        # To stem a word is what costs; most of those with this first letter go on otherwise.
        if head.isascii() and head not in beginnings and chain.isalnum():
            continue
        for start, end, stem in inside(chain, wanted, language):
            yield found.start() + start, found.start() + end, stem


@lru_cache(maxsize=256)
def beginnings_of(stems: frozenset[str], language: str) -> frozenset[str]:
    """How words with one of these stems may begin, of those that begin in ASCII."""
    return frozenset(head for stem in stems for head in heads(stem, STAYS[language]))


def heads(stem: str, length: int) -> set[str]:
    """The first `length` letters that a word with this stem may have."""
    found = {""}
    for letter in stem[:length]:
        more = ["e"] if letter in "aou" else []  # Aepfel, Äpfel
        also = ["y"] if letter == "i" else []  # the English rules make "die" of "dying"
        ends = [letter, *(letter + e for e in more), *also]
        found = {head + end for head in found for end in ends}
    found = {head[:length] for head in found}
    for _ in range(length - len(stem)):  # what follows a short stem may be anything
        found |= {head + letter for head in found for letter in LETTERS}
    return found


@lru_cache(maxsize=256)
def likely_words(first: frozenset[str]) -> re.Pattern[str]:
    """Words that may have a stem with one of these first letters, and all joined words."""
    others = "".join(letter for letter, plain in FIRST.items() if plain not in first)
    letter, join = r"[^\W_]", words.JOIN
    return re.compile(
        rf"(?<!{letter})(?:[^\W_{others}]{letter}*+(?:{join}{letter}++)*+"
        rf"|{letter}++(?:{join}{letter}++)++)"
    )


@lru_cache(maxsize=20_000)  # the texts of one answer say the same words
def inside(chain: str, wanted: frozenset[str], language: str) -> list[Span]:
    """What is wanted of a word, or of joined words: all of them as one, or some of them."""
    whole = words.stem(chain if chain.isalnum() else words.SIGNS.sub("", chain), language)
    if whole in wanted:
        return [(0, len(chain), whole)]
    if chain.isalnum():
        return []
    parts = [(part, words.stem(part[0], language)) for part in words.WORD.finditer(chain)]
    return [(part.start(), part.end(), stem) for part, stem in parts if stem in wanted]


def window(text: str, spans: list[Span]) -> tuple[int, int]:
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


def mark(text: str, spans: list[Span], start: int, end: int) -> SafeString:
    pieces, at = [], start
    for left, right, _ in spans:
        if left >= at and right <= end:
            pieces += [escape(text[at:left]), "<mark>", escape(text[left:right]), "</mark>"]
            at = right
    return SafeString("".join([*pieces, escape(text[at:end])]))
