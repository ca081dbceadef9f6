"""What a publication, a change or a withdrawal means for addresses, listings and pages."""

import datetime as dt
from collections import Counter as CountOf
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import models
from django.utils import timezone

from allmende.bakery import orders
from allmende.bakery.ingredients import EVERYTHING, PATH, Traced
from allmende.newsroom import reading
from allmende.newsroom.models import (
    Article,
    ArticleAddress,
    Author,
    Counter,
    ListingEntry,
    Page,
    SectionPage,
    Topic,
)
from allmende.newsroom.models.article import main_language
from allmende.newsroom.models.listings import PER_PAGE
from allmende.newsroom.reading import PART
from allmende.newsroom.search import index

# More articles than this at once, or more names, concern most pages of a paper.
FEW = 20
MANY = 400


@dataclass
class Batch:
    """What changes together is shelved and ordered together."""

    articles: list[Article] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


_batch: ContextVar[Batch | None] = ContextVar("batch", default=None)


def published(article: Article, *, indexed_later: bool = False) -> None:
    """Gives a live article its address and its places, and orders every page it touches.

    indexed_later: a background job will bring it into the search.
    """
    if not indexed_later:
        index.put([article])
    batch = _batch.get()
    if batch is None:
        orders.place(*shelve([article]), *of_itself(article))
    else:
        batch.articles.append(article)


@contextmanager
def together(*, until: dt.datetime) -> Iterator[None]:
    """What is published or changed inside is shelved and ordered at the end, all at once.

    Of very much nobody can say which pages it does not touch: everything is ordered, put off
    `until` then, so that a row of batches is baked once; `orders.release` ends the waiting. Lies
    inside the transaction of the changes.
    """
    token = _batch.set(batch := Batch())
    try:
        yield
    finally:
        _batch.reset(token)
    many = len(batch.articles) > FEW
    names = [*batch.names, *shelve(batch.articles, named=not many)]
    if many or len(names) > MANY:
        orders.postpone(EVERYTHING, until=until)
        return
    for article in batch.articles:
        names += of_itself(article)
    orders.place(*names)


def order(*names: str) -> None:
    batch = _batch.get()
    if batch is None:
        orders.place(*names)
    else:
        batch.names += names


def withdrawn(article: Article) -> None:
    """Takes an article out of every listing. Urgent: readers must not find it a moment longer."""
    index.drop(article)
    touched = leave(article, but=set())
    orders.place(*touched, *of_itself(article), urgent=True)


def deleted(article: Article) -> None:
    """Orders what the article leaves behind: its addresses, which outlive it and answer 410.

    They are ordered by path, for nothing else leads to one that was not baked in its lifetime.
    """
    if article.live:
        withdrawn(article)
    orders.place(*(PATH + address.path for address in article.addresses.all()), urgent=True)


def shelve(articles: Sequence[Article], *, named: bool = True) -> list[str]:
    """Gives live articles their addresses and their places in all listings; names what changed,
    unless everything is renewed anyway: the ends of listings are a question each."""
    ArticleAddress.objects.bulk_create(
        [ArticleAddress(number=a.number, slug=a.slug, article=a) for a in articles],
        ignore_conflicts=True,
    )
    main = main_language()
    wanted = {article.pk: article.listings(main=main) for article in articles}
    held = list(ListingEntry.objects.filter(article__in=wanted))
    left = [entry for entry in held if entry.listing not in wanted[entry.article_id]]
    if left:
        ListingEntry.objects.filter(pk__in=[entry.pk for entry in left]).delete()
    for entry in held:
        wanted[entry.article_id].discard(entry.listing)
    entered = enter(wanted)
    if not named:
        return []
    shown = [name for entry in [*held, *entered] for name in names_of(entry.listing, entry.place)]
    return shown + ends(left) + ends(entered)


def enter(wanted: Mapping[int, set[str]]) -> list[ListingEntry]:
    """Takes the next place in each of these listings, in the order of the articles' keys given."""
    pairs = [(listing, pk) for pk, listings in wanted.items() for listing in listings]
    if not pairs:
        return []
    counts = CountOf(f"listing:{listing}" for listing, _ in pairs)
    numbers = Counter.take_many(counts)
    entries = []
    for listing, pk in pairs:
        number = numbers[f"listing:{listing}"]
        numbers[f"listing:{listing}"] = number + 1
        entries.append(ListingEntry(listing=listing, place=number - 1, article_id=pk))
    return ListingEntry.objects.bulk_create(entries)


def leave(article: Article, *, but: set[str]) -> list[str]:
    """Leaves all listings except `but`; names what changed."""
    rows = article.listing_entries.exclude(listing__in=but)
    left = list(rows)
    rows.delete()
    return ends(left) + [name for entry in left for name in names_of(entry.listing, entry.place)]


def ends(entries: Sequence[ListingEntry]) -> list[str]:
    """Ingredients of the numbered pages at the end of their listings that come into being with
    these entries, or have gone with them: those after the last that other entries fill."""
    places: dict[str, list[int]] = {}
    for entry in entries:
        places.setdefault(entry.listing, []).append(entry.place)
    names = []
    for listing, own in places.items():
        others = ListingEntry.objects.filter(listing=listing).exclude(place__in=own)
        other = others.order_by("-place").values_list("place", flat=True).first()
        filled = 0 if other is None else other // PER_PAGE + 1
        for number in range(filled + 1, max(own) // PER_PAGE + 2):
            names += [f"listing:{listing}:{number}", f"listing:{listing}:{number}:opens"]
    return names


def names_of(listing: str, place: int) -> list[str]:
    return [f"listing:{listing}:newest", f"listing:{listing}:{place // PER_PAGE + 1}"]


def of_itself(article: Article) -> list[str]:
    """Ingredients that an article is, whatever its listings: its own page, its time, its number."""
    names = [article.ingredient, *of_its_time(article)]
    return names + part_of("artikel", article.number, Article.objects.live(), "number")


def part_of(kind: str, number: int, rows: models.QuerySet, field: str) -> list[str]:
    """Ingredients of the part of the sitemap that `number` lies in."""
    names = [reading.sitemap_part(kind, number)]
    first = (number - 1) // PART * PART + 1
    beside = rows.filter(**{f"{field}__gte": first, f"{field}__lt": first + PART})
    if len(beside.order_by().values_list("pk", flat=True)[:2]) <= 1:
        names.append(reading.SITEMAP_PARTS)  # the part has just appeared, or goes
    return names


def of_its_time(article: Article) -> list[str]:
    """Ingredients of the day an article was first published on, and of the days beside it."""
    moment = article.first_published_at
    if moment is None:
        return []
    day = timezone.localdate(moment, reading.zone())
    names = [f"day:{day}", f"month:{day:%Y-%m}"]
    if sum(count for _, count in reading.days_of(day.replace(day=1))) <= 1:
        names.append(reading.MONTHS)  # the month has just appeared, or gone
    if earlier := reading.day_beside(day, later=False):
        names.append(f"day:{earlier}:later")
    if later := reading.day_beside(day, later=True):
        names.append(f"day:{later}:earlier")
    return names


def changed(row: Traced) -> None:
    """Orders the pages that show a row that is no article: author, topic, picture, front."""
    order(row.ingredient, *in_sitemap(row))


def in_sitemap(row: Traced) -> list[str]:
    kind = {Topic: "thema", Author: "von"}.get(type(row))
    return part_of(kind, row.pk, type(row)._default_manager.all(), "pk") if kind else []


def many_changed(model: type[Traced], keys: Sequence[int]) -> None:
    order(*(f"{model.trace}:{key}" for key in keys))
    if model in (Author, Topic):
        kind = "von" if model is Author else "thema"
        order(reading.SITEMAP_PARTS, *{reading.sitemap_part(kind, key) for key in keys})


def page_changed(page: Page) -> None:
    """Orders what shows a section, dossier, info or front page."""
    names = [page.ingredient, reading.SITEMAP_PAGES]
    if isinstance(page, SectionPage):
        names.append(reading.SECTIONS)
    order(*names)


def paper_changed() -> None:
    """Name, look and menus stand on every page."""
    orders.place(EVERYTHING)


def relist() -> None:
    """Sorts every live article anew: the main language or a membership rule has changed."""
    for article in Article.objects.live().order_by("first_published_at").iterator(chunk_size=500):
        shelve([article], named=False)
    orders.place(EVERYTHING)


def day_begins(*, at: dt.datetime) -> None:
    """Midnight in the paper's time zone: the masthead shows another date."""
    orders.place(reading.TODAY)


def news_window_moves(*, at: dt.datetime) -> None:
    """Another hour: what is older than two days leaves the news sitemap."""
    orders.place(reading.NEWS_WINDOW)


def week_begins(*, at: dt.datetime) -> None:
    """Monday in the paper's time zone: what says how long it holds says so anew."""
    orders.place(reading.WEEK)
