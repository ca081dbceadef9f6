"""The head of a page: what search engines, messengers and networks are told about it.

Pages that say that something is not there (404, 410, 503) have none.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from allmende.newsroom import feeds, pictures, reading, structured_data, ticker_pages
from allmende.newsroom.models import (
    Article,
    Author,
    DossierPage,
    InfoPage,
    Rendition,
    SectionPage,
    Topic,
)
from allmende.newsroom.structured_data import Node, breadcrumbs, web_page
from allmende.newsroom.translation import Sibling

DESCRIPTION = 300  # characters; nobody shows more
DEFAULT = "x-default"  # hreflang of what is shown to those whose language there is not


@dataclass(frozen=True)
class Head:
    """`versions` are (language, path) of all versions of the page, itself included; `kind` is a
    type of Open Graph."""

    path: str
    title: str
    description: str
    nodes: list[Node]
    kind: str = "website"
    language: str = ""
    image: Rendition | None = None
    versions: list[tuple[str, str]] = field(default_factory=list)
    feed: feeds.Feed | None = None
    article: Article | None = None

    @property
    def json_ld(self) -> SafeString:
        return structured_data.written(self.nodes)

    @property
    def locale(self) -> str:
        """The language as Open Graph writes it."""
        return {"de": "de_DE", "en": "en_GB"}.get(self.language.split("-")[0], "")


def short(text: str) -> str:
    return Truncator(" ".join(strip_tags(text).split())).chars(DESCRIPTION)


def of_front() -> Head:
    paper = reading.paper()
    nodes = [structured_data.whole_publisher(paper), structured_data.web_site(paper)]
    return Head("/", paper.name, paper.claim, nodes, language=paper.language)


def of_article(article: Article, siblings: list[Sibling]) -> Head:
    paper = reading.paper()
    node = structured_data.news_article(article, paper)
    trail = [
        (paper.name, "/"),
        (article.section.title, article.section.url),
        (article.title, article.url),
    ]
    picture = article.picture_to_share
    return Head(
        article.url,
        article.title,
        short(article.teaser_text),
        [node, breadcrumbs(trail)],
        kind="article",
        language=article.language,
        image=pictures.shared(picture) if picture else None,
        versions=versions_of(article, siblings, main=paper.language),
        article=article,
    )


def versions_of(article: Article, siblings: list[Sibling], *, main: str) -> list[tuple[str, str]]:
    """Each version names all of them, or search engines believe none (both ways)."""
    if not siblings:
        return []
    paths = {article.language: article.url} | {other.language: other.url for other in siblings}
    default = paths.get(main, article.url)
    return [*sorted(paths.items()), (DEFAULT, default)]


def of_listing(row: SectionPage | DossierPage | Topic | Author, number: int | None = None) -> Head:
    """The page of a section, dossier, topic or author, or page `number` of its archive."""
    feed = feeds.of_row(row)
    name = feeds.name_of(row)
    description = feeds.described(row)
    if isinstance(row, Author) and number is None:
        paper = reading.paper()
        trail = [(paper.name, "/"), (name, row.url)]
        nodes = [structured_data.profile(row, paper), breadcrumbs(trail)]
        image = pictures.shared(row.picture) if row.picture else None
        return Head(
            row.url, name, short(description), nodes, "profile", paper.language, image, feed=feed
        )
    return collection(row.url, name, description, number=number, feed=feed)


def of_language(code: str, number: int | None = None) -> Head:
    feed = feeds.of_language(code)
    name = feed.title.partition(": ")[2]
    return collection(feed.page, name, "", number=number, feed=feed, language=code)


def of_archive(month: dt.date | None = None, day: dt.date | None = None) -> Head:
    archive = pgettext("of the paper", "Archive")
    if day:
        name, path = date_format(day, "DATE_FORMAT"), f"/archiv/{day:%Y/%m/%d}.html"
    elif month:
        name, path = f"{archive}, {date_format(month, 'F Y')}", f"/archiv/{month:%Y/%m}/"
    else:
        name, path = archive, "/archiv/"
    return collection(path, name, "")


def of_ticker() -> Head:
    return collection("/ticker.html", pgettext("ticker", "Newest"), "")


def of_ticker_page(article: Article, number: int) -> Head:
    """A numbered page of an article's ticker; the entries tell of themselves."""
    path = ticker_pages.page_path(article.number, number)
    name = _("%(name)s, page %(number)s") % {"name": article.headline, "number": number}
    picture = article.picture_to_share
    trail = [
        (reading.paper().name, "/"),
        (article.section.title, article.section.url),
        (article.title, article.url),
        (name, path),
    ]
    return Head(
        path,
        name,
        short(article.teaser_text),
        [breadcrumbs(trail)],
        language=article.language,
        image=pictures.shared(picture) if picture else None,
    )


def of_feeds() -> Head:
    return of_words("/feeds.html", _("Feeds"), "")


def of_info(page: InfoPage) -> Head:
    return of_words(page.url, page.title, "")


def of_words(path: str, name: str, description: str) -> Head:
    paper = reading.paper()
    node = web_page("WebPage", path, name, language=paper.language)
    nodes = [node, breadcrumbs([(paper.name, "/"), (name, path)])]
    return Head(path, name, description, nodes, language=paper.language)


def collection(
    path: str,
    name: str,
    description: str,
    *,
    number: int | None = None,
    feed: feeds.Feed | None = None,
    language: str = "",
) -> Head:
    paper = reading.paper()
    code = language or paper.language
    trail = [(paper.name, "/"), (name, path)]
    if number:
        path = f"{path}seite-{number}.html"
        name = _("%(name)s, page %(number)s") % {"name": name, "number": number}
        trail.append((name, path))
    told = short(description)
    node = web_page("CollectionPage", path, name, language=code, description=told)
    return Head(path, name, told, [node, breadcrumbs(trail)], language=code, feed=feed)
