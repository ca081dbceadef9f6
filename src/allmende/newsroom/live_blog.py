"""What machines read on a ticker: schema.org LiveBlogPosting as JSON-LD."""

import json
from typing import Any

from django.utils.safestring import SafeString

from allmende.newsroom import pictures, ticker_pages
from allmende.newsroom.models import TickerEntry
from allmende.newsroom.structured_data import ESCAPES, person
from allmende.newsroom.ticker_pages import Shown
from allmende.paper.models import Paper


def live_blog(shown: Shown, paper: Paper, *, base: str) -> SafeString:
    """JSON-LD of the entries shown; `base` is the paper's public address without a slash."""
    article, ticker = shown.article, shown.ticker
    url = base + article.url
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "@id": url + "#ticker",
        "headline": article.title,
        "url": url,
        "inLanguage": article.language,
        "isAccessibleForFree": True,
        "isPartOf": {"@type": "NewsArticle", "url": url, "headline": article.title},
        "publisher": {"@type": "NewsMediaOrganization", "name": paper.name, "url": base + "/"},
        "author": [person(byline.author, base) for byline in article.bylines.all()],
        "liveBlogUpdate": [update(shown, entry, base) for entry in shown.entries],
    }
    if article.first_published_at:
        data["datePublished"] = article.first_published_at.isoformat()
        data["coverageStartTime"] = article.first_published_at.isoformat()
    if moments := [entry.changed_at or entry.posted_at for entry in shown.entries]:
        data["dateModified"] = max(moments).isoformat()
    if ticker.closed_at:
        data["coverageEndTime"] = ticker.closed_at.isoformat()
    return SafeString(json.dumps(data, ensure_ascii=False).translate(ESCAPES))


def update(shown: Shown, entry: TickerEntry, base: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@type": "BlogPosting",
        "headline": str(entry),
        "articleBody": entry.text,
        "url": base + ticker_pages.address(shown.article, entry),
        "datePublished": entry.posted_at.isoformat(),
        "dateModified": (entry.changed_at or entry.posted_at).isoformat(),
    }
    if entry.author:
        data["author"] = person(entry.author, base)
    if entry.picture and (address := pictures.share(entry.picture)):
        data["image"] = base + address
    return data
