"""What somebody typed, as a question that any engine can answer. Nothing typed is an error.

brücke steinau        both words, in any form, also inside of compounds
"neue brücke"         exactly these words in this order, in any form; no compounds
-umleitung            without this word; -"neue brücke" without this phrase's words
"""

import re
from dataclasses import dataclass, field

from allmende.newsroom.search import words

LONGEST = 200  # signs that are read
MOST = 10  # words that are sought
PART = re.compile(
    r'(?P<minus>(?<!\S)[-−–])?(?:["„“”»«](?P<phrase>[^"„“”»«]*)["“”»«]?|(?P<word>[^\s"„“”»«]+))'
)


@dataclass(frozen=True)
class Term:
    """A word that must be there, in one of its stems. `exact`: not inside of a compound."""

    typed: str
    stems: tuple[str, ...]
    exact: bool = False


@dataclass
class Question:
    """What must be there, what must not, and phrases: each a row of stems a language."""

    terms: list[Term] = field(default_factory=list)
    without: list[Term] = field(default_factory=list)
    phrases: list[tuple[str, ...]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.terms or self.without)


def read(typed: str) -> Question:
    """Reads what was typed; of more than `MOST` words the rest is `left_out`."""
    question, stop_words = Question(), []
    for part in PART.finditer(words.plain(typed[:LONGEST])):
        if part["phrase"] is not None:
            terms = [term_of(word, exact=True) for word in words.WORD.findall(part["phrase"])]
            if len(terms) > 1 and not part["minus"]:
                question.phrases.append(phrase_of(part["phrase"]))
        else:
            terms = terms_of(part["word"])
            if not part["minus"] and all(words.is_stop_word(term.typed) for term in terms):
                stop_words += terms
                continue
        (question.without if part["minus"] else question.terms).extend(terms)
    if not question.terms:
        question.terms = stop_words
    shorten(question)
    return question


def term_of(word: str, *, exact: bool = False) -> Term:
    """Small words have no compounds: "der" is no part of "derb"."""
    return Term(word, words.in_all_languages(word), exact or words.is_stop_word(word))


def terms_of(word: str) -> list[Term]:
    """One term of a word with hyphens (it is kept joined), one each of parts that signs divide."""
    if words.JOINED.fullmatch(word.strip(".,;:!?()[]")):
        return [term_of(words.SIGNS.sub("", word))]
    return [term_of(part) for part in words.WORD.findall(word)]


def phrase_of(text: str) -> tuple[str, ...]:
    """The phrase as it stands in `SearchEntry.words`, in each language once."""
    rows = (words.line([words.stems(text, language)]) for language in words.LANGUAGES)
    return tuple(dict.fromkeys(rows))


def shorten(question: Question) -> None:
    question.left_out = [term.typed for term in question.terms[MOST:]]
    question.terms = list(dict.fromkeys(question.terms[:MOST]))
    question.without = list(dict.fromkeys(question.without[:MOST]))
