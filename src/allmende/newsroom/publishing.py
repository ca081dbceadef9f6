"""What a publication, a change or a withdrawal means for addresses, listings and pages."""

import datetime as dt

from django.utils import timezone

from allmende.bakery import orders
from allmende.bakery.ingredients import EVERYTHING, Traced
from allmende.newsroom import reading
from allmende.newsroom.models import (
    Article,
    ArticleAddress,
    Counter,
    ListingEntry,
    Page,
    SectionPage,
)
from allmende.newsroom.models.listings import PER_PAGE


def published(article: Article) -> None:
    """Gives a live article its address and its places, and orders every page it touches."""
    ArticleAddress.objects.get_or_create(
        number=article.number, slug=article.slug, defaults={"article": article}
    )
    touched = [*leave(article, but=article.listings()), *enter(article)]
    orders.place(article.ingredient, *touched, *of_its_time(article))


def withdrawn(article: Article) -> None:
    """Takes an article out of every listing. Urgent: readers must not find it a moment longer."""
    touched = leave(article, but=set())
    orders.place(article.ingredient, *touched, *of_its_time(article), urgent=True)


def enter(article: Article) -> list[str]:
    """Takes the next place of each listing the article is not in yet; names what changed.

    Locks are taken in the order of names, so that two publications never wait in a circle.
    """
    held = dict(article.listing_entries.values_list("listing", "place"))
    for listing in sorted(article.listings() - held.keys()):
        place = Counter.take(f"listing:{listing}") - 1
        ListingEntry.objects.create(listing=listing, place=place, article=article)
        held[listing] = place
    return [name for listing, place in held.items() for name in names_of(listing, place)]


def leave(article: Article, *, but: set[str]) -> list[str]:
    """Leaves all listings except `but`; names what changed."""
    left = article.listing_entries.exclude(listing__in=but)
    touched = [name for entry in left for name in names_of(entry.listing, entry.place)]
    left.delete()
    return touched


def names_of(listing: str, place: int) -> list[str]:
    return [f"listing:{listing}:newest", f"listing:{listing}:{place // PER_PAGE + 1}"]


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
    orders.place(row.ingredient)


def page_changed(page: Page) -> None:
    """Orders what shows a section, dossier, info or front page."""
    names = [page.ingredient]
    if isinstance(page, SectionPage):
        names.append(reading.SECTIONS)
    orders.place(*names)


def paper_changed() -> None:
    """Name, look and menus stand on every page."""
    orders.place(EVERYTHING)


def relist() -> None:
    """Sorts every live article anew: the main language or a membership rule has changed."""
    for article in Article.objects.live().order_by("first_published_at").iterator(chunk_size=500):
        leave(article, but=article.listings())
        enter(article)
    orders.place(EVERYTHING)


def day_begins(*, on: dt.date) -> None:
    """The masthead's date."""
    orders.place("clock:day")
