"""Feeds: what they are called, where they live, and what an entry says in any format."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from allmende.bakery.ingredients import once
from allmende.newsroom import pictures, reading
from allmende.newsroom.feed_text import full_text, writable
from allmende.newsroom.models import Article, Author, DossierPage, SectionPage, Topic
from allmende.newsroom.translation import NAMES
from allmende.paper.models import Paper

ENDINGS = ("atom", "rss", "json")
ENTRIES = 20


@dataclass(frozen=True)
class Feed:
    """One feed in all its formats. `page` is the path of the page that it follows; `at` its own,
    where it does not lie below its page."""

    listing: str
    page: str
    title: str
    description: str
    language: str
    at: str = ""

    def path(self, ending: str) -> str:
        return self.at or f"{self.page}feed.{ending}"


@dataclass(frozen=True)
class Writer:
    name: str
    url: str


@dataclass(frozen=True)
class Image:
    """`size` in bytes; always a JPEG."""

    url: str
    size: int


@dataclass(frozen=True)
class Entry:
    """An article in a feed. Addresses are absolute; `html` is empty where the paper gives
    teasers; categories are (slug, name)."""

    id: str
    url: str
    title: str
    summary: str
    html: str
    published: dt.datetime
    updated: dt.datetime
    language: str
    writers: list[Writer]
    categories: list[tuple[str, str]]
    image: Image | None


def find(kind: str, slug: str) -> Feed | None:
    """The feed of a page by the first part of its address ("thema", "von", …) and its slug."""
    if not slug:
        return of_site()
    if kind == "sprache":
        return of_language(slug) if slug in reading.other_languages() else None
    rows = {
        "": SectionPage.objects.live(),
        "thema": Topic.objects.all(),
        "von": Author.objects.all(),
        "dossier": DossierPage.objects.live(),
    }[kind]
    row = rows.filter(slug=slug).first()
    return of_row(row) if row else None


def of_site() -> Feed:
    paper = reading.paper()
    return Feed("all", "/", paper.name, paper.claim or paper.name, paper.language)


def of_row(row: SectionPage | DossierPage | Topic | Author) -> Feed:
    paper = reading.paper()
    title = name_of(row)
    return Feed(
        row.listing,
        row.url,
        f"{paper.name}: {title}",
        strip_tags(described(row)) or f"{title}, {paper.name}",
        paper.language,
    )


def name_of(row: SectionPage | DossierPage | Topic | Author) -> str:
    return row.title if isinstance(row, SectionPage | DossierPage) else row.name


def described(row: SectionPage | DossierPage | Topic | Author) -> str:
    if isinstance(row, Topic):
        return row.description
    return row.bio if isinstance(row, Author) else row.intro


def of_language(code: str) -> Feed:
    title = f"{reading.paper().name}: {NAMES[code]}"
    return Feed(f"language:{code}", f"/sprache/{code}/", title, title, code)


def every_page() -> Iterator[str]:
    """Paths of all pages that have feeds, streamed."""
    yield "/"
    yield from (f"/sprache/{code}/" for code in reading.other_languages())
    for rows in (
        SectionPage.objects.live(),
        DossierPage.objects.live(),
        Author.objects.all(),
        Topic.objects.all(),
    ):
        yield from (row.url for row in rows.iterator(chunk_size=1_000))


def entries(listing: str) -> list[Entry]:
    """The newest of a listing; rendered once for all formats, and for all listings of a batch."""
    return once(("entries", listing), lambda: newest_entries(listing))


def newest_entries(listing: str) -> list[Entry]:
    articles, paper = reading.newest(listing, ENTRIES), reading.paper()
    prefetch_related_objects(articles, "corrections", "topics")
    whole = paper.full_text_feeds
    return [
        once(("entry", article.pk), partial(entry, article, paper, whole=whole))
        for article in articles
    ]


def entry(article: Article, paper: Paper, *, whole: bool) -> Entry:
    base = settings.PAPER_URL
    published = article.first_published_at
    assert published is not None  # it stands in a listing
    zone = paper.time_zone_info
    bylines = [line.author for line in article.bylines.all()]
    rubrics = [article.section, *article.topics.all()]
    return Entry(
        # The number alone: an id must outlive a mended slug (RFC 4287, 4.2.6.1).
        id=f"{base}/artikel/{article.number}",
        url=base + article.url,
        title=writable(article.title),
        summary=writable(summary(article)),
        html=full_text(article) if whole else "",
        published=moment(published, zone),
        updated=moment(reading.modified(article), zone),
        language=article.language,
        writers=[Writer(writable(a.name), base + a.url) for a in bylines]
        or [Writer(writable(paper.name), base + "/")],
        categories=[(row.slug, writable(str(row))) for row in rubrics],
        image=image(article),
    )


def moment(at: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """Without fractions of a second, which some readers take for a mistake."""
    return timezone.localtime(at, zone).replace(microsecond=0)


def summary(article: Article) -> str:
    """Plain text; with the corrections, for a reader may show nothing else."""
    said = [strip_tags(article.teaser_text)]
    for note in article.corrections.all():
        date = date_format(note.date, "SHORT_DATE_FORMAT")
        said.append(_("Correction (%(date)s): %(text)s") % {"date": date, "text": note.text})
    return "\n\n".join(part for part in said if part)


def image(article: Article) -> Image | None:
    picture = article.picture_to_share
    found = pictures.shared(picture) if picture else None
    return Image(settings.PAPER_URL + found.url, found.file.size) if found else None
