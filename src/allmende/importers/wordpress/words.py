"""Titles, names and addresses, cut to what the newsroom holds."""

from __future__ import annotations

from urllib.parse import unquote

from django.utils.text import slugify

from allmende.importers.wordpress.inline import plain

_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "\x00": ""}
)
FIRST_WORDS = 8


def line(html: str) -> str:
    """HTML as one line of plain text."""
    return " ".join(plain(html).replace("\x00", "").split())


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, at the end of a word where one ends in the last third."""
    if len(text) <= limit:
        return text
    short = text[: limit - 1]
    space = short.rfind(" ", limit * 2 // 3)
    return (short[:space] if space > 0 else short).rstrip() + "…"


def first_words(text: str, *, limit: int = 80) -> str:
    words = text.split()
    start = " ".join(words[:FIRST_WORDS])
    return cut(start, limit - 2) + (" …" if len(words) > FIRST_WORDS else "")


def slug(*texts: str, limit: int = 72) -> str:
    """The address made of the first of these texts that has a letter or digit of ASCII, or ""."""
    for text in texts:
        found = slugify(unquote(text).translate(_GERMAN))[:limit].strip("-_")
        if found:
            return found
    return ""


def free(slug: str, taken: set[str]) -> str:
    """`slug`, or the next of slug-2, slug-3, … that is not taken; takes it."""
    found, number = slug, 1
    while found in taken:
        number += 1
        found = f"{slug}-{number}"
    taken.add(found)
    return found
