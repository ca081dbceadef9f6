"""What machines read on a ticker: schema.org LiveBlogPosting as JSON-LD."""

from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

from allmende.newsroom import pictures, ticker_pages
from allmende.newsroom.models import TickerEntry
from allmende.newsroom.structured_data import publisher, writer, written
from allmende.newsroom.ticker_pages import Shown
from allmende.paper.models import Paper


def live_blog(shown: Shown, paper: Paper) -> SafeString:
    """JSON-LD of the entries shown."""
    article, ticker, base = shown.article, shown.ticker, settings.PAPER_URL
    url = base + article.url
    data: dict[str, Any] = {
        "@type": "LiveBlogPosting",
        "@id": url + "#ticker",
        "headline": article.title,
        "url": url,
        "inLanguage": article.language,
        "isAccessibleForFree": True,
        "isPartOf": {"@type": "NewsArticle", "url": url, "headline": article.title},
        "publisher": publisher(paper),
        "author": [writer(byline.author) for byline in article.bylines.all()],
        "liveBlogUpdate": [update(shown, entry) for entry in shown.entries],
    }
    if article.first_published_at:
        data["datePublished"] = article.first_published_at.isoformat()
        data["coverageStartTime"] = article.first_published_at.isoformat()
    if moments := [entry.changed_at or entry.posted_at for entry in shown.entries]:
        data["dateModified"] = max(moments).isoformat()
    if ticker.closed_at:
        data["coverageEndTime"] = ticker.closed_at.isoformat()
    return written([data])


def update(shown: Shown, entry: TickerEntry) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@type": "BlogPosting",
        "headline": str(entry),
        "articleBody": entry.words,
        "url": settings.PAPER_URL + ticker_pages.address(shown.article, entry),
        "datePublished": entry.posted_at.isoformat(),
        "dateModified": (entry.changed_at or entry.posted_at).isoformat(),
    }
    if entry.author:
        data["author"] = writer(entry.author)
    if entry.picture and (shared := pictures.shared(entry.picture)):
        data["image"] = settings.PAPER_URL + shared.url
    return data
