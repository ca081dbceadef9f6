"""The house's way to read what pages show. What is read here leaves its trace.

Rows leave their own (`bakery.ingredients.Traced`); this module adds what no row can: which
listing, day or setting was asked, also when the answer was empty.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncDate, TruncMonth
from django.utils import timezone

from allmende.bakery.ingredients import once, read
from allmende.newsroom.models import Article, ListingEntry, SectionPage
from allmende.newsroom.models.listings import PER_PAGE
from allmende.paper import identity
from allmende.paper.models import Paper

PAPER = "paper"
TODAY = "clock:day"
SECTIONS = "sections"
MONTHS = "months"
NEWS_WINDOW = "clock:news-window"
WEEK = "clock:week"
SITEMAP_PAGES = "sitemap:pages"
SITEMAP_PARTS = "sitemap:parts"
# Numbers that a part of a sitemap spans.
PART = 1_000
TWO_DAYS = dt.timedelta(hours=48)
# Articles are shelved in the order in which they were published; an import or a late
# re-publication may stand out of order, so the newest are sought among somewhat more.
MARGIN = 60


@dataclass(frozen=True)
class ListingPage:
    """A numbered page of a listing, newest first; 1 is the oldest and never shifts."""

    number: int
    articles: list[Article]
    older: int | None
    newer: int | None


def paper() -> Paper:
    """The paper, loaded once for all pages that are baked together."""
    read(PAPER)
    return once(PAPER, identity.paper)


def other_languages() -> list[str]:
    """Codes of the languages that have a page of their own; the main one's is the front page."""
    main = paper().language
    return [code for code, _ in settings.LANGUAGES if code != main]


def zone() -> dt.tzinfo:
    return paper().time_zone_info


def sections() -> list[SectionPage]:
    read(SECTIONS)
    return once(
        SECTIONS, lambda: list(SectionPage.objects.live().order_by("place_in_menu", "title"))
    )


def articles() -> QuerySet[Article]:
    """Live articles with what every teaser shows."""
    return (
        Article.objects.live()
        .select_related("section", "picture", "locale", "dossier")
        .prefetch_related("bylines__author")
    )


def modified(article: Article) -> dt.datetime:
    """When readers last had reason to come back: published, updated or corrected.

    A correction counts from the midnight that its day began with.
    """
    moments = [article.first_published_at, article.updated_at]
    moments += [bounds(note.date, note.date)[0] for note in article.corrections.all()]
    return max(moment for moment in moments if moment)


def by_ids(ids: Iterable[int]) -> list[Article]:
    wanted = list(ids)
    if not wanted:
        return []
    rows = {article.pk: article for article in articles().filter(pk__in=wanted)}
    return [rows[pk] for pk in wanted if pk in rows]


def newest(listing: str, count: int) -> list[Article]:
    """The `count` articles of a listing that were first published last."""
    return by_ids(newest_ids(listing, count))


def newest_ids(listing: str, count: int, *, without: Collection[int] = ()) -> list[int]:
    read(f"listing:{listing}:newest")
    entries = ListingEntry.objects.filter(listing=listing).order_by("-place")
    rows = entries.values_list("article_id", "article__first_published_at")
    candidates = list(rows[: count + len(without) + MARGIN])
    candidates.sort(key=lambda row: (row[1], row[0]), reverse=True)
    return [pk for pk, _ in candidates if pk not in without][:count]


def last_page(listing: str) -> int:
    """Number of the newest numbered page; 0 when the listing is empty."""
    read(f"listing:{listing}:newest")
    place = ListingEntry.objects.filter(listing=listing).aggregate(last=Max("place"))["last"]
    return 0 if place is None else place // PER_PAGE + 1


def page_of(listing: str, number: int) -> ListingPage | None:
    """Numbered page of a listing; None when it does not exist (yet)."""
    read(f"listing:{listing}:{number}")
    start = (number - 1) * PER_PAGE
    entries = ListingEntry.objects.filter(listing=listing, place__gte=start)
    here = entries.filter(place__lt=start + PER_PAGE).order_by("-place")
    ids = list(here.values_list("article_id", flat=True))
    read(f"listing:{listing}:{number + 1}:opens")
    newer = entries.filter(place__gte=start + PER_PAGE).exists()
    if not ids and not newer:
        return None
    return ListingPage(
        number,
        by_ids(ids),
        number - 1 if number > 1 else None,
        number + 1 if newer else None,
    )


def main_articles() -> QuerySet[Article]:
    """Live articles in the paper's main language; others stand on their language's page."""
    return articles().filter(locale__language_code=paper().language)


def bounds(first: dt.date, after: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """From midnight to midnight in the paper's time zone, `after` excluded."""
    tz = zone()
    return (
        dt.datetime.combine(first, dt.time.min, tzinfo=tz),
        dt.datetime.combine(after, dt.time.min, tzinfo=tz),
    )


def on_day(day: dt.date) -> list[Article]:
    read(f"day:{day}")
    start, end = bounds(day, day + dt.timedelta(days=1))
    rows = main_articles().filter(first_published_at__gte=start, first_published_at__lt=end)
    return list(rows.order_by("-first_published_at", "-pk"))


def day_beside(day: dt.date, *, later: bool) -> dt.date | None:
    """The nearest day with articles after, or before, `day`."""
    start, end = bounds(day, day + dt.timedelta(days=1))
    read(f"day:{day}:{'later' if later else 'earlier'}")
    times = main_articles().order_by("first_published_at" if later else "-first_published_at")
    wanted = {"first_published_at__gte": end} if later else {"first_published_at__lt": start}
    moment = times.filter(**wanted).values_list("first_published_at", flat=True).first()
    return timezone.localdate(moment, zone()) if moment else None


def days_of(month: dt.date) -> list[tuple[dt.date, int]]:
    """Days of a month that have articles, with their number."""
    read(f"month:{month:%Y-%m}")
    start, end = bounds(month, next_month(month))
    rows = main_articles().filter(first_published_at__gte=start, first_published_at__lt=end)
    per_day = rows.order_by().annotate(unit=TruncDate("first_published_at", tzinfo=zone()))
    return sorted(per_day.values_list("unit").annotate(count=Count("pk")))


def months() -> list[dt.date]:
    """First days of the months that have articles, oldest first."""
    read(MONTHS)
    rows = main_articles().order_by().annotate(unit=TruncMonth("first_published_at", tzinfo=zone()))
    found = rows.values_list("unit", flat=True).distinct()
    return sorted(moment.date() for moment in found)


def sitemap_part(kind: str, number: int) -> str:
    """Ingredient of the part of a sitemap that this number lies in."""
    return f"sitemap:{kind}:{(number - 1) // PART + 1}"


def news(*, at: dt.datetime, most: int) -> list[Article]:
    """What was published in the two days before the hour of `at`, whatever its language."""
    read(NEWS_WINDOW, "listing:all:newest")
    read(*(f"listing:language:{code}:newest" for code, _ in settings.LANGUAGES))
    hour = at.replace(minute=0, second=0, microsecond=0)
    rows = articles().filter(first_published_at__gte=hour - TWO_DAYS)
    return list(rows.order_by("-first_published_at", "-pk")[:most])


def week_of(at: dt.datetime) -> dt.datetime:
    """The midnight that the week of `at` began with."""
    read(WEEK)
    today = timezone.localdate(at, zone())
    monday = today - dt.timedelta(days=today.weekday())
    return bounds(monday, monday)[0]


def next_month(month: dt.date) -> dt.date:
    return (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
