"""The newsroom's page types: for each, the URLs there are and those an ingredient may add."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator

from django.db import models

from allmende.bakery.page_types import PageType, register
from allmende.newsroom import feeds, reading, sitemaps, ticker_pages
from allmende.newsroom.models import (
    ArticleAddress,
    Author,
    DossierPage,
    InfoPage,
    ListingEntry,
    MovedAddress,
    SectionPage,
    Topic,
)
from allmende.newsroom.models.listings import PER_PAGE

SITEMAP_PART = re.compile(r"^sitemap:(?P<kind>artikel|thema|von):(?P<number>\d+)$")
LISTING_PAGE = re.compile(r"^listing:(?P<kind>\w+):(?P<owner>[\w-]+):(?P<number>\d+)$")
ICONS = ("/icon-192.png", "/icon-512.png", "/apple-touch-icon.png")
Paths = Iterable[str]


def nothing(ingredient: str) -> Paths:
    return ()


def always(*paths: str) -> Callable[[], Paths]:
    """Pages that are simply there; they are born with the first bake of everything."""
    return lambda: paths


def article_paths() -> Paths:
    return (address.path for address in ArticleAddress.objects.iterator(chunk_size=1_000))


def articles_born(ingredient: str) -> Paths:
    kind, _, pk = ingredient.partition(":")
    if kind == "page" and pk.isdigit():
        return [address.path for address in ArticleAddress.objects.filter(article_id=pk)]
    return ()


def of_model(name: str, trace: str, live: Callable[[], models.QuerySet]) -> PageType:
    """A page type with one page a row, at the row's own url."""

    def born(ingredient: str) -> Paths:
        kind, _, pk = ingredient.partition(":")
        if kind == trace and pk.isdigit():
            return [row.url for row in live().filter(pk=pk)]
        return ()

    return PageType(name, lambda: (row.url for row in live().iterator(chunk_size=1_000)), born)


def numbered(
    name: str, kind: str, url_of: Callable[[str], str | None], *, trace: str = ""
) -> PageType:
    """The archive pages of all listings of a kind; `url_of` gives the listing's own address, which
    may change with the row that leaves `trace`."""

    def born(ingredient: str) -> Paths:
        match = LISTING_PAGE.match(ingredient)
        if match and match["kind"] == kind and (url := url_of(match["owner"])):
            return [f"{url}seite-{match['number']}.html"]
        row, _, pk = ingredient.partition(":")
        if trace and row == trace and pk.isdigit() and (url := url_of(pk)):
            return pages(url, last_place(f"{kind}:{pk}"))
        return ()

    def every() -> Iterator[str]:
        entries = ListingEntry.objects.filter(listing__startswith=f"{kind}:").order_by()
        lasts = entries.values_list("listing").annotate(last=models.Max("place"))
        for listing, last in lasts.iterator(chunk_size=1_000):
            if url := url_of(listing.partition(":")[2]):
                yield from pages(url, last)

    return PageType(name, every, born)


def pages(url: str, last: int | None) -> list[str]:
    """Addresses of a listing's numbered pages; `last` is its last place, None without any."""
    return [] if last is None else [f"{url}seite-{n}.html" for n in range(1, last // PER_PAGE + 2)]


def last_place(listing: str) -> int | None:
    places = ListingEntry.objects.filter(listing=listing)
    last: int | None = places.aggregate(last=models.Max("place"))["last"]
    return last


def url_by_pk(live: Callable[[], models.QuerySet]) -> Callable[[str], str | None]:
    def url(pk: str) -> str | None:
        row = live().filter(pk=pk).first()
        return row.url if row else None

    return url


def day_paths() -> Iterator[str]:
    for month in reading.months():
        yield from (day_path(day) for day, _ in reading.days_of(month))


def day_path(day: dt.date) -> str:
    return f"/archiv/{day:%Y/%m/%d}.html"


def days_born(ingredient: str) -> Paths:
    kind, _, rest = ingredient.partition(":")
    if kind == "day" and ":" not in rest:
        return [day_path(dt.date.fromisoformat(rest))]
    return ()


def month_paths() -> Paths:
    return (f"/archiv/{month:%Y/%m}/" for month in reading.months())


def months_born(ingredient: str) -> Paths:
    kind, _, rest = ingredient.partition(":")
    return [f"/archiv/{rest.replace('-', '/')}/"] if kind == "month" else ()


def language_path(code: str) -> str | None:
    return f"/sprache/{code}/" if code in reading.other_languages() else None


def language_paths() -> Paths:
    return (f"/sprache/{code}/" for code in reading.other_languages())


def languages_born(ingredient: str) -> Paths:
    parts = ingredient.split(":")
    if parts[:2] != ["listing", "language"] or not (path := language_path(parts[2])):
        return ()
    return [path]


def moved_paths() -> Paths:
    return MovedAddress.objects.values_list("path", flat=True).iterator(chunk_size=1_000)


def moved_born(ingredient: str) -> Paths:
    kind, _, pk = ingredient.partition(":")
    if kind not in {"moved", "page", "topic", "author"} or not pk.isdigit():
        return ()
    column = "pk" if kind == "moved" else kind
    return MovedAddress.objects.filter(**{column: pk}).values_list("path", flat=True)


def feed_paths() -> Paths:
    return (path for page in feeds.every_page() for path in feeds_of(page))


def feeds_of(page: str) -> list[str]:
    return [f"{page}feed.{ending}" for ending in feeds.ENDINGS]


def feeds_born(ingredient: str) -> Paths:
    """A feed comes into being with its page."""
    kind, _, pk = ingredient.partition(":")
    rows = {
        "author": [Author.objects.all()],
        "topic": [Topic.objects.all()],
        "page": [SectionPage.objects.live(), DossierPage.objects.live()],
    }
    pages = [*languages_born(ingredient)]
    if pk.isdigit():
        pages += [row.url for live in rows.get(kind, []) for row in live.filter(pk=pk)]
    return [path for page in pages for path in feeds_of(page)]


def sitemap_paths() -> Paths:
    return (path for kind in sitemaps.KINDS for path in sitemaps.part_paths(kind))


def sitemaps_born(ingredient: str) -> Paths:
    match = SITEMAP_PART.match(ingredient)
    return [sitemaps.part_path(match["kind"], int(match["number"]))] if match else ()


def register_all() -> None:
    """In the order of baking: what others link to, what most look at, then the archives."""
    sections, dossiers = SectionPage.objects.live, DossierPage.objects.live
    register(
        PageType("look", always("/look.css"), nothing),
        PageType("icon", always("/icon.svg"), nothing),
        PageType("icon_png", always(*ICONS), nothing),
        PageType("favicon", always("/favicon.ico"), nothing),
        PageType("ticker_page", ticker_pages.every_path, ticker_pages.paths_born),
        PageType("ticker_quiet", ticker_pages.every_quiet_path, ticker_pages.quiet_born),
        PageType("ticker_feed", ticker_pages.every_feed_path, ticker_pages.feed_born),
        PageType("article", article_paths, articles_born),
        of_model("info", "page", InfoPage.objects.live),
        of_model("author", "author", Author.objects.all),
        of_model("topic", "topic", Topic.objects.all),
        of_model("dossier", "page", dossiers),
        of_model("section", "page", sections),
        PageType("front", always("/"), nothing),
        PageType("ticker", always("/ticker.html"), nothing),
        PageType("language", language_paths, languages_born),
        numbered("author_page", "author", url_by_pk(Author.objects.all), trace="author"),
        numbered("topic_page", "topic", url_by_pk(Topic.objects.all), trace="topic"),
        numbered("dossier_page", "dossier", url_by_pk(dossiers), trace="page"),
        numbered("language_page", "language", language_path),
        numbered("section_page", "section", url_by_pk(sections), trace="page"),
        PageType("archive_day", day_paths, days_born),
        PageType("archive_month", month_paths, months_born),
        PageType("archive", always("/archiv/"), nothing),
        PageType("moved", moved_paths, moved_born),
        PageType("feed", feed_paths, feeds_born),
        PageType("feeds", always("/feeds.html"), nothing),
        PageType("sitemap_part", sitemap_paths, sitemaps_born),
        PageType("sitemap_pages", always("/sitemap-seiten.xml"), nothing),
        PageType("sitemap_news", always("/sitemap-news.xml"), nothing),
        PageType("sitemap", always("/sitemap.xml"), nothing),
        PageType("robots", always("/robots.txt"), nothing),
        PageType("security", always("/.well-known/security.txt"), nothing),
        PageType("manifest", always("/manifest.webmanifest"), nothing),
        PageType("error", always("/404.html", "/410.html", "/503.html"), nothing),
    )
