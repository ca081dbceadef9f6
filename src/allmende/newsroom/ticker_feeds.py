"""A ticker's own feed: its newest entries, for readers that ask by themselves.

Feeds of sections and topics name a running ticker without its entries: each would renew them all.
"""

from django.conf import settings
from django.utils.translation import gettext as _

from allmende.newsroom import feeds, pictures, reading, ticker_pages
from allmende.newsroom.feed_text import safe, writable
from allmende.newsroom.feeds import Entry, Feed, Image, Writer
from allmende.newsroom.models import Article, TickerEntry
from allmende.newsroom.ticker_pages import Shown
from allmende.paper.models import Paper


def of(shown: Shown) -> tuple[Feed, list[Entry]]:
    """The feed of a ticker and what it holds, the newest first whatever the page's own order."""
    article, paper = shown.article, reading.paper()
    path = ticker_pages.feed_path(article.number)
    title = f"{paper.name}: {article.title}"
    described = _("The newest entries of this ticker")
    found = Feed("", article.url, title, described, article.language, at=path)
    newest = sorted(shown.entries, key=lambda entry: -entry.place)
    return found, [entry_of(article, entry, paper) for entry in newest]


def entry_of(article: Article, entry: TickerEntry, paper: Paper) -> Entry:
    base, zone = settings.PAPER_URL, paper.time_zone_info
    url = base + ticker_pages.address(article, entry)
    shared = pictures.shared(entry.picture) if entry.picture else None
    writer = entry.author
    return Entry(
        id=f"{base}/ticker/{article.number}/{entry.place}",
        url=url,
        title=writable(str(entry)),
        summary=writable(entry.words),
        html=safe(entry.html, page=url),
        published=feeds.moment(entry.posted_at, zone),
        updated=feeds.moment(entry.changed_at or entry.posted_at, zone),
        language=article.language,
        writers=[
            Writer(writable(writer.name), base + writer.url)
            if writer
            else Writer(writable(paper.name), base + "/")
        ],
        categories=[],
        image=Image(base + shared.url, shared.file.size) if shared else None,
    )
