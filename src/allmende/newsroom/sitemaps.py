"""Sitemaps (sitemaps.org 0.9), for search engines.

An index names the parts. A part holds what is numbered from 1 to 1,000, from 1,001 to 2,000 and so
on, so that nothing ever shifts from one to another: a publication renews one part, and the index
only where that part is new. What was published in the last two days stands in a news sitemap.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from django.conf import settings
from django.db.models import F, Max, QuerySet

from allmende.bakery.ingredients import read
from allmende.newsroom import reading
from allmende.newsroom.feed_text import writable
from allmende.newsroom.models import (
    Article,
    Author,
    DossierPage,
    InfoPage,
    SectionPage,
    Topic,
)
from allmende.newsroom.models.addresses import article_path
from allmende.newsroom.reading import PART

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
MOST_NEWS = 1_000  # what news search takes

# Pages of higher apps that are no rows of KINDS; what gives them leaves its trace.
_further: dict[str, Callable[[], Iterable[str]]] = {}

ElementTree.register_namespace("", SITEMAP)
ElementTree.register_namespace("news", NEWS)


@dataclass(frozen=True)
class Location:
    """A path of ours; `modified` where it is known, in the paper's time zone."""

    path: str
    modified: dt.datetime | None = None


@dataclass(frozen=True)
class Kind:
    """What is numbered: `rows` gives all that readers see, `field` the number, `locations` those
    of rows that lie in a part."""

    rows: Callable[[], QuerySet]
    field: str
    locations: Callable[[QuerySet], Iterable[Location]]


def article_locations(rows: QuerySet[Article]) -> Iterator[Location]:
    """By their values: a thousand rows would leave a thousand traces that the part's own covers."""
    zone = reading.zone()
    told = rows.annotate(corrected=Max("corrections__date")).values_list(
        "number", "slug", "first_published_at", "updated_at", "corrected"
    )
    for number, slug, published, updated, corrected in told:
        moments = [moment for moment in (published, updated) if moment]
        moments += [dt.datetime.combine(corrected, dt.time.min, zone)] if corrected else []
        modified = max(moments).astimezone(zone) if moments else None
        yield Location(article_path(number, slug), modified)


def row_locations(rows: QuerySet) -> Iterator[Location]:
    return (Location(rows.model(slug=slug).url) for slug in rows.values_list("slug", flat=True))


KINDS = {
    "artikel": Kind(Article.objects.live, "number", article_locations),
    "thema": Kind(Topic.objects.all, "pk", row_locations),
    "von": Kind(Author.objects.all, "pk", row_locations),
}


def parts(kind: str) -> list[int]:
    """Numbers of the parts that hold something."""
    read(reading.SITEMAP_PARTS)
    found = KINDS[kind]
    rows = found.rows().order_by().annotate(part=(F(found.field) - 1) / PART + 1)
    return sorted(rows.values_list("part", flat=True).distinct())


def part_paths(kind: str) -> list[str]:
    return [part_path(kind, number) for number in parts(kind)]


def part_path(kind: str, number: int) -> str:
    return f"/sitemap-{kind}-{number}.xml"


def index() -> bytes:
    """The parts, the pages that are no rows of a table, and nothing that changes with the time."""
    paths = [path for kind in KINDS for path in part_paths(kind)]
    root = ElementTree.Element(f"{{{SITEMAP}}}sitemapindex")
    for path in [*paths, "/sitemap-seiten.xml"]:
        entry = ElementTree.SubElement(root, f"{{{SITEMAP}}}sitemap")
        add(entry, "loc", settings.PAPER_URL + path)
    return written(root)


def part(kind: str, number: int) -> bytes | None:
    """A part of the numbered; None when it holds nothing."""
    read(reading.sitemap_part(kind, (number - 1) * PART + 1))
    found = KINDS[kind]
    bounds = {f"{found.field}__gt": (number - 1) * PART, f"{found.field}__lte": number * PART}
    locations = list(found.locations(found.rows().filter(**bounds).order_by(found.field)))
    return url_set(locations) if locations else None


def pages() -> bytes:
    """Front page, sections, dossiers, languages, info pages and what the house itself has."""
    read(reading.SITEMAP_PAGES)
    paths = ["/", "/archiv/", "/ticker.html", "/feeds.html"]
    paths += [f"/sprache/{code}/" for code in reading.other_languages()]
    for model in (SectionPage, DossierPage, InfoPage):
        paths += [page.url for page in model.objects.live().order_by("pk")]
    paths += [path for further in _further.values() for path in further()]
    return url_set(Location(path) for path in paths)


def register(name: str, paths: Callable[[], Iterable[str]]) -> None:
    """Adds a higher app's paths to the sitemap of pages; a name again replaces its paths."""
    _further[name] = paths


def url_set(locations: Iterable[Location]) -> bytes:
    root = ElementTree.Element(f"{{{SITEMAP}}}urlset")
    for location in locations:
        add_url(root, location)
    return written(root)


def news(*, at: dt.datetime) -> bytes:
    """What was published in the two days before the hour of `at`, in all languages."""
    paper = reading.paper()
    root = ElementTree.Element(f"{{{SITEMAP}}}urlset")
    for article in reading.news(at=at, most=MOST_NEWS):
        entry = ElementTree.SubElement(add_url(root, Location(article.url)), f"{{{NEWS}}}news")
        publication = ElementTree.SubElement(entry, f"{{{NEWS}}}publication")
        add(publication, "name", paper.name, NEWS)
        add(publication, "language", article.language.split("-")[0], NEWS)
        assert article.first_published_at is not None  # it lies in the window
        add(entry, "publication_date", article.first_published_at.isoformat(), NEWS)
        add(entry, "title", article.title, NEWS)
    return written(root)


def add_url(root: ElementTree.Element, location: Location) -> ElementTree.Element:
    url = ElementTree.SubElement(root, f"{{{SITEMAP}}}url")
    add(url, "loc", settings.PAPER_URL + location.path)
    if location.modified:
        add(url, "lastmod", location.modified.isoformat(timespec="seconds"))
    return url


def add(parent: ElementTree.Element, name: str, text: str, space: str = SITEMAP) -> None:
    ElementTree.SubElement(parent, f"{{{space}}}{name}").text = writable(text)


def written(root: ElementTree.Element) -> bytes:
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))
