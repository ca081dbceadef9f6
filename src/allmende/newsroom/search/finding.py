"""The answer to a question: a page of articles, newest first or by relevance.

An answer knows the newest `MOST` articles that match, whatever the word: what a search costs does
not grow with the archive, and a page far back costs what the first one does. Relevance ranks the
same articles. Older ones are reached by the date.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString

from allmende.newsroom.models import Article, SearchEntry
from allmende.newsroom.search import asking, compounds, engines, excerpts, index, ranking, words
from allmende.newsroom.search.asking import Question
from allmende.newsroom.search.lines import Line, lines

MOST = 1_000  # articles that one can leaf through
PHRASES_IN = 3_000  # the newest articles with a phrase's words, in which the phrase is sought
PER_PAGE = 20
Forms = tuple[Sequence[str], Sequence[str]]  # a word's stems and its compounds


@dataclass(frozen=True)
class Filters:
    """Which articles count: of this section, by one of these authors, from and until a moment."""

    section: int | None = None
    authors: Sequence[int] = ()
    start: dt.datetime | None = None
    end: dt.datetime | None = None  # excluded

    def __bool__(self) -> bool:
        return bool(self.section or self.authors or self.start or self.end)


@dataclass
class Hit:
    """An article that was found; its headline and the place that answers, marked."""

    article: Line
    title: SafeString
    excerpt: SafeString | None


@dataclass
class Answer:
    """Articles found, `MOST` at the most (`more`: there are others, older). `forms`: for each
    word its stems and its compounds."""

    question: Question
    keys: list[int] = field(default_factory=list)
    more: bool = False
    forms: list[Forms] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.keys)

    @property
    def pages(self) -> int:
        return -(-self.count // PER_PAGE)

    def page(self, number: int) -> list[Hit]:
        """Page `number` from 1 on. What was withdrawn a moment ago is left out."""
        return self.hits(self.keys[(number - 1) * PER_PAGE : number * PER_PAGE])

    def hits(self, keys: Sequence[int]) -> list[Hit]:
        found = lines(keys)
        wanted = frozenset(form for stems, more in self.forms for form in (*stems, *more))
        return [hit(found[pk], wanted) for pk in keys if pk in found]


def hit(line: Line, wanted: frozenset[str]) -> Hit:
    language = words.base_language(line.language)
    return Hit(
        line,
        excerpts.marked(line.title, wanted, language),
        excerpts.excerpt(line.text, wanted, language),
    )


def find(typed: str, filters: Filters, *, by_relevance: bool = False) -> Answer:
    """Articles that readers may find. Without words: all that the filters let through."""
    question = asking.read(typed)
    answer = Answer(question, forms=forms_of(question))
    if not question and not filters:
        return answer
    condition = condition_of(answer, filters)
    places = engines.newest(condition, most=MOST + 1, looked_at=PHRASES_IN)
    answer.more, places = len(places) > MOST, places[:MOST]
    if by_relevance and answer.forms:
        places = ranked(places, answer)
    answer.keys = [index.article_at(place) for place in places]
    return answer


def forms_of(question: Question) -> list[Forms]:
    inside = compounds.of(stem for term in question.terms if not term.exact for stem in term.stems)
    forms: list[Forms] = []
    for term in question.terms:
        found = [] if term.exact else [word for stem in term.stems for word in inside.get(stem, [])]
        forms.append((term.stems, list(dict.fromkeys(found))))
    return forms


def condition_of(answer: Answer, filters: Filters) -> engines.Condition:
    condition = engines.Condition(
        all_of=[(*stems, *more) for stems, more in answer.forms],
        none_of=[term.stems for term in answer.question.without],
        phrases=list(answer.question.phrases),
        first=index.place_of(filters.start) if filters.start else None,
        last=index.place_of(filters.end) - 1 if filters.end else None,
        narrow=bool(filters.section or filters.authors),
    )
    if filters.section:
        condition.all_of.append([index.section_word(filters.section)])
    if filters.authors:
        condition.all_of.append([index.author_word(key) for key in filters.authors])
    return condition


def ranked(places: list[int], answer: Answer) -> list[int]:
    """The same places, the best first."""
    weights = ranking.weights_of(answer.forms)
    scores: dict[int, float] = {}
    for start in range(0, len(places), 500):
        some = SearchEntry.objects.filter(pk__in=places[start : start + 500])
        for place, line in some.values_list("place", "words"):
            scores[place] = ranking.score(line, weights)
    return sorted(places, key=lambda place: (-scores.get(place, 0.0), -place))


def staff(typed: str) -> QuerySet[Article]:
    """For lists of the desk: what readers would find and what drafts say (the newest `MOST` of
    each), and any article whose headline says so or whose number it is."""
    answer = find(typed, Filters())
    keys = answer.keys
    if answer.question:
        drafts = condition_of(answer, Filters())
        drafts.narrow = True
        keys = keys + engines.newest(drafts, most=MOST, looked_at=PHRASES_IN, table=engines.DRAFTS)
    said = typed.strip().replace("\0", "")[: asking.LONGEST]
    wanted = Q(pk__in=keys)
    if said:
        wanted |= Q(draft_title__icontains=said)
    if said.isascii() and said.isdigit() and len(said) < 18:
        wanted |= Q(number=int(said))
    return Article.objects.filter(wanted)
