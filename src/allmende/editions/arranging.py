"""What an editor does with an edition: fill it, order it, show it, hide it.

Each deed orders the pages that it concerns, and keeps what is announced in step: articles that are
not live are known to readers while a public edition announces them.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Max, QuerySet

from allmende.bakery import orders
from allmende.editions.models import EDITIONS, Edition, Line, year_of
from allmende.newsroom import announcing, reading
from allmende.newsroom.models import Article

# When what is announced appears on the edition's day, unless it goes live at a time of its own.
MORNING = dt.time(6, 0)


@transaction.atomic
def add_articles(edition: Edition, articles: Iterable[Article]) -> int:
    """Puts articles at the end; those that stand there already stay where they are.

    Returns how many were added.
    """
    known = set(edition.lines.values_list("article_id", flat=True))
    new = [article for article in articles if article.pk not in known]
    place = next_place(edition)
    Line.objects.bulk_create(
        Line(edition=edition, article=article, place=place + number)
        for number, article in enumerate(new)
    )
    changed(edition)
    return len(new)


@transaction.atomic
def add_heading(edition: Edition, *, heading: str) -> Line:
    line = Line.objects.create(edition=edition, heading=heading, place=next_place(edition))
    changed(edition)
    return line


def next_place(edition: Edition) -> int:
    last: int | None = edition.lines.aggregate(last=Max("place"))["last"]
    return 0 if last is None else last + 1


@transaction.atomic
def rename(line: Line, *, heading: str) -> None:
    """Changes a heading; an empty one stays what it was."""
    if line.article_id is None and heading and heading != line.heading:
        line.heading = heading
        line.save(update_fields=["heading"])
        changed(line.edition)


@transaction.atomic
def announce(line: Line, *, announced: bool) -> None:
    if line.article_id is not None and announced != line.announced:
        line.announced = announced
        line.save(update_fields=["announced"])
        changed(line.edition)


@transaction.atomic
def remove(line: Line) -> None:
    edition = line.edition
    line.delete()
    changed(edition)


@transaction.atomic
def move(line: Line, *, to: int) -> None:
    """Gives a line another place: 0 is the first; before the first and after the last are they."""
    keys = list(Line.objects.filter(edition=line.edition).values_list("pk", flat=True))
    keys.remove(line.pk)
    keys.insert(max(0, min(to, len(keys))), line.pk)
    put_in_order(line.edition, keys)


def place_of(line: Line) -> int:
    return list(Line.objects.filter(edition=line.edition).values_list("pk", flat=True)).index(
        line.pk
    )


def put_in_order(edition: Edition, keys: Sequence[int]) -> None:
    rows = Line.objects.in_bulk(keys)
    for place, key in enumerate(keys):
        rows[key].place = place
    Line.objects.bulk_update(rows.values(), ["place"])
    changed(edition)


def show(edition: Edition, *, public: bool) -> None:
    """Readers see it from now on, or no longer: then its address answers as if it never was."""
    edition.public = public
    edition.save(update_fields=["public"])


def changed(edition: Edition) -> None:
    """Orders the pages that show an edition, and tells or takes back what is still to come.

    Urgent for one that readers are not to see.
    """
    keep_announced(edition)
    names = (edition.ingredient, EDITIONS, year_of(edition.date))
    orders.place(*names, urgent=not edition.public)


def keep_announced(edition: Edition) -> None:
    coming = told().filter(edition=edition, article__live=False).values("article")
    for article in Article.objects.filter(pk__in=coming):
        announcing.announce(article, appears_at=appears_at(article, edition))
    announcing.take_back_untold()


def told() -> QuerySet[Line]:
    return Line.objects.filter(announced=True, edition__public=True)


def told_articles() -> QuerySet:
    """Keys of what public editions announce."""
    return told().values("article")


def appears_at(article: Article, edition: Edition) -> dt.datetime:
    """When it goes live by itself; where no time is set, on the morning of the edition's day."""
    morning = dt.datetime.combine(edition.date, MORNING, tzinfo=reading.zone())
    return announcing.go_live_at(article) or morning
