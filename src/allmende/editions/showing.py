"""What pages show of editions. What is read here leaves its trace."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.db.models.functions import ExtractYear

from allmende.bakery.ingredients import read
from allmende.editions.arranging import appears_at
from allmende.editions.models import EDITIONS, Edition, Line, year_of
from allmende.newsroom import announcing
from allmende.newsroom.models import Announcement, Article

NEWEST = 8
HEADLINES = 4


@dataclass(frozen=True)
class Story:
    """An article in an edition; `coming` where it is announced and not yet live."""

    article: Article
    coming: Announcement | None = None

    @property
    def headline(self) -> str:
        return self.coming.headline if self.coming else self.article.title


@dataclass
class Part:
    """Articles below one heading; what stands before the first heading has none."""

    heading: str
    stories: list[Story] = field(default_factory=list)


@dataclass(frozen=True)
class Shown:
    """An edition in a list, with its first headlines."""

    edition: Edition
    headlines: list[str]


def contents(edition: Edition, *, staff: bool = False) -> list[Part]:
    """The parts of an edition that have something to show, in order.

    Articles that are neither live nor announced are left out; every one leaves its trace, so the
    page is renewed when one goes live. staff: the preview, where an edition that is not public
    announces as if it were.
    """
    parts = [Part("")]
    for line, article in lines_of(edition):
        if article is None:
            parts.append(Part(line.heading))
        elif story := told(line, article, staff=staff):
            parts[-1].stories.append(story)
    return [part for part in parts if part.stories]


def lines_of(edition: Edition) -> list[tuple[Line, Article | None]]:
    lines = list(edition.lines.all())
    rows = articles([line.article_id for line in lines if line.article_id])
    return [(line, rows[line.article_id] if line.article_id else None) for line in lines]


def articles(keys: Sequence[int]) -> dict[int, Article]:
    """Articles by key, live or not, with what a teaser shows."""
    found = Article.objects.defer_streamfields().filter(pk__in=keys)
    found = found.select_related("section", "picture", "locale")
    return found.prefetch_related("bylines__author").in_bulk()


def told(line: Line, article: Article, *, staff: bool) -> Story | None:
    if article.live:
        return Story(article)
    if not line.announced:
        return None
    coming = announcing.of(article.pk)
    if coming is None and staff and article.first_published_at is None:
        coming = Announcement(
            article=article,
            headline=article.draft_title or article.title,
            appears_at=appears_at(article, line.edition),
        )
    return Story(article, coming) if coming else None


def public() -> QuerySet[Edition]:
    return Edition.objects.filter(public=True)


def newest() -> list[Shown]:
    read(EDITIONS)
    return [with_headlines(edition) for edition in public()[:NEWEST]]


def years() -> list[int]:
    """Years that have public editions, the newest first."""
    read(EDITIONS)
    found = public().order_by().annotate(year=ExtractYear("date"))
    return sorted(set(found.values_list("year", flat=True)), reverse=True)


def of_year(year: int) -> list[Edition]:
    read(year_of(dt.date(year, 1, 1)))
    return list(public().filter(date__year=year))


def with_headlines(edition: Edition) -> Shown:
    stories = [story for part in contents(edition) for story in part.stories]
    return Shown(edition, [story.headline for story in stories[:HEADLINES]])
