"""Text as the search reads it: words folded, stemmed, and the parts of joined ones.

Stems come from Snowball's German and English rules, so they are the same on every database:
Straße = Strasse = STRASSEN, Häuser = Haeuser = Haus, Lehrer:innen = Lehrerin.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import Stemmer

LANGUAGES = {"de": "german", "en": "english"}
LONGEST = 40  # letters of a stem that are kept
WORD = re.compile(r"[^\W_]+")
# What one reads as one word: Nord-Süd-Bahn, Auen·stadt, Lehrer:innen, Schüler*in.
JOINED = re.compile(
    r"(?<![^\W_])[^\W_]++"
    r"(?:(?:[-\u2010\u2011\u2027·][^\W_]++)+(?:[*:_·/-]in(?:nen)?\b)?|[*:_·/-]in(?:nen)?\b)"
)
# Words and what stands between those that might be read as one.
JOIN = r"[-\u2010\u2011\u2027*:_·/]"  # between the parts of a joined word
CHAIN = re.compile(rf"[^\W_]++(?:{JOIN}[^\W_]++)*+")
SIGNS = re.compile(r"[\W_]+")
UMLAUTS = frozenset("äöü")  # the German rules know them
INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
STOP_WORDS = """
aber alle als also am an auch auf aus bei bin bis da dann das dass dem den denn der des die dies
diese dieser dieses doch du durch ein eine einem einen einer eines er es für hat hatte ich ihr
im in ist ja kann mit nach nicht noch nun nur ob oder sein sich sie sind so über um und uns
unter vom von vor war warum was wenn wer werden wie wir wird wo zu zum zur
a an and are as at be but by for from has have he in is it its not of on or she that the their
they this to was we were what when where which who will with you
"""
_local = threading.local()


def plain(text: str) -> str:
    """Composed, without soft hyphens and other signs that nobody sees."""
    return unicodedata.normalize("NFKC", text).translate(INVISIBLE)


def base_language(code: str) -> str:
    """The language whose rules stem a text: "de-simple" is German, what is unknown too."""
    short = code.split("-")[0]
    return short if short in LANGUAGES else "de"


@lru_cache(maxsize=300_000)
def stem(word: str, language: str) -> str:
    """The stem of one word; letters and digits only, at most `LONGEST`."""
    folded = "".join(letter if letter in UMLAUTS else bare(letter) for letter in word.casefold())
    found = bare(stemmer(language).stemWord(folded[: 2 * LONGEST]))
    return found[:LONGEST] or word.casefold()[:LONGEST]


def bare(text: str) -> str:
    """Letters and digits without their accents."""
    parts = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(filter(str.isalnum, parts)))


def stemmer(language: str) -> Stemmer.Stemmer:
    """One a thread: they keep state while they work."""
    kept: dict[str, Stemmer.Stemmer] = _local.__dict__.setdefault("stemmers", {})
    if language not in kept:
        kept[language] = Stemmer.Stemmer(LANGUAGES[language])
    return kept[language]


def stems(text: str, language: str) -> list[str]:
    """The stems of a text in their order."""
    return [stem(word, language) for word in WORD.findall(plain(text))]


def joined(text: str, language: str) -> Iterator[str]:
    """Stems of words that were written with hyphens or other signs, as if without."""
    for found in JOINED.findall(plain(text)):
        yield stem(SIGNS.sub("", found), language)


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Words that a question may hold and an article need not, in both languages."""
    return frozenset(word.casefold() for word in STOP_WORDS.split())


def is_stop_word(word: str) -> bool:
    return word.casefold() in stop_words()


def in_all_languages(word: str) -> tuple[str, ...]:
    """The stems that a word has in the languages a paper may be written in, each once."""
    return tuple(dict.fromkeys(stem(word, language) for language in LANGUAGES))


def line(zones: Iterable[Iterable[str]]) -> str:
    """Words as a row keeps them: " stem stem _ stem ", an underscore between two zones."""
    parted = [word for zone in zones for word in ("_", *zone)][1:]
    return f" {' '.join(parted)} "
