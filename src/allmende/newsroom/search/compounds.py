"""Compounds: "Brücke" finds "Brückenbau" and "Eisenbahnbrücke".

A word of the paper is taken for a compound of a stem when it begins or ends with it and the rest
is a word that the paper uses too. "Brückenbau" is one, for there is "Bau"; "Apparat" is none of
"Rat", for nobody writes "Appa".
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Length

from allmende.newsroom.models import SearchWord
from allmende.newsroom.search import words

SHORTEST = 3  # letters of a stem that has compounds
SHORTEST_REST = {"begins": 3, "ends": 4}
LOOKED_AT = 600  # words, the shortest first
MOST = 40  # compounds of one stem
# Between the parts of a German compound: Brücke-n-bau, Arbeit-s-amt. What the stemmer took off
# the first part stands there too.
LINKS = ("", "e", "n", "s", "en", "er", "es", "ns", "ens", "ern", "in", "innen")


@dataclass(frozen=True)
class Guess:
    """A word that holds a stem, and what the rest would have to be."""

    word: str
    stem: str
    rests: tuple[str, ...]


def of(stems: Iterable[str]) -> dict[str, list[str]]:
    """The compounds of each stem that there are in the paper, the shortest first."""
    wanted = [stem for stem in dict.fromkeys(stems) if len(stem) >= SHORTEST]
    found: dict[str, list[str]] = {stem: [] for stem in wanted}
    if not wanted:
        return found
    guesses = list(guess(wanted))
    known = known_words({rest for one in guesses for rest in one.rests})
    for one in guesses:
        if len(found[one.stem]) < MOST and not known.isdisjoint(one.rests):
            found[one.stem].append(one.word)
    return found


def guess(stems: list[str]) -> Iterator[Guess]:
    holding = Q()
    for stem in stems:
        after = stem[:-1] + chr(ord(stem[-1]) + 1)
        back = stem[::-1]
        back_after = back[:-1] + chr(ord(back[-1]) + 1)
        holding |= Q(word__gt=stem, word__lt=after)
        holding |= Q(backwards__gt=back, backwards__lt=back_after)
    rows = SearchWord.objects.filter(holding).order_by(Length("word"), "word")
    for word in rows.values_list("word", flat=True)[: LOOKED_AT * len(stems)]:
        for stem in stems:
            if rests := rests_of(word, stem):
                yield Guess(word, stem, rests)


def rests_of(word: str, stem: str) -> tuple[str, ...]:
    """What is left of a word beside the stem, without the link between."""
    rests: set[str] = set()
    if word.startswith(stem):
        tail = word[len(stem) :]
        rests |= {
            tail[len(link) :]
            for link in LINKS
            if tail.startswith(link) and len(tail) - len(link) >= SHORTEST_REST["begins"]
        }
    if word.endswith(stem):
        head = word[: -len(stem)]
        rests |= {words.stem(head, "de")} if len(head) >= SHORTEST_REST["ends"] else set()
    return tuple(rests - {""})


def known_words(rests: set[str]) -> set[str]:
    ordered, known = sorted(rests), set()
    for start in range(0, len(ordered), 500):
        some = SearchWord.objects.filter(word__in=ordered[start : start + 500])
        known |= set(some.values_list("word", flat=True))
    return known
