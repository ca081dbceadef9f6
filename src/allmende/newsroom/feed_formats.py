"""A feed as Atom (RFC 4287), as RSS 2.0 and as JSON Feed 1.1. None of them knows a "now"."""

import datetime as dt
import json
from io import StringIO
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import (
    Atom1Feed,
    Rss201rev2Feed,
    SyndicationFeed,
    rfc2822_date,
    rfc3339_date,
)

from allmende.newsroom.feed_text import writable
from allmende.newsroom.feeds import Entry, Feed

# Both XML formats demand a date; a feed that never held anything has none.
NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
CONTENT_TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    # JSON Feed has a type of its own, but servers know a file by its ending.
    "json": "application/json; charset=utf-8",
}


class Timeless(SyndicationFeed):
    def latest_post_date(self) -> dt.datetime:
        """Django's own is "now" for a feed without entries."""
        return max((item["updateddate"] for item in self.items), default=NEVER)


class Atom(Timeless, Atom1Feed):
    """With every author, the whole text, and the language of each entry."""

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("icon", settings.PAPER_URL + "/icon-192.png")

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["entry"].language}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        entry: Entry = item["entry"]
        handler.addQuickElement("title", entry.title)
        handler.addQuickElement("id", entry.id)
        link = {"rel": "alternate", "type": "text/html", "href": entry.url}
        handler.addQuickElement("link", "", link | {"hreflang": entry.language})
        handler.addQuickElement("published", rfc3339_date(entry.published))
        handler.addQuickElement("updated", rfc3339_date(entry.updated))
        for writer in entry.writers:
            handler.startElement("author", {})
            handler.addQuickElement("name", writer.name)
            handler.addQuickElement("uri", writer.url)
            handler.endElement("author")
        for slug, name in entry.categories:
            handler.addQuickElement("category", "", {"term": slug, "label": name})
        if entry.image:
            kept = {"href": entry.image.url, "type": "image/jpeg", "length": str(entry.image.size)}
            handler.addQuickElement("link", "", {"rel": "enclosure", **kept})
        handler.addQuickElement("summary", entry.summary)
        if entry.html:
            handler.addQuickElement("content", entry.html, {"type": "html"})


class Rss(Timeless, Rss201rev2Feed):
    """With the names of authors (Dublin Core: RSS itself would have their mail addresses) and the
    whole text (the content module)."""

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        }

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        entry: Entry = item["entry"]
        handler.addQuickElement("title", entry.title)
        handler.addQuickElement("link", entry.url)
        handler.addQuickElement("guid", entry.id, {"isPermaLink": "false"})
        handler.addQuickElement("pubDate", rfc2822_date(entry.published))
        for writer in entry.writers:
            handler.addQuickElement("dc:creator", writer.name)
        for _, name in entry.categories:
            handler.addQuickElement("category", name)
        if entry.image:
            kept = {"url": entry.image.url, "type": "image/jpeg", "length": str(entry.image.size)}
            handler.addQuickElement("enclosure", "", kept)
        handler.addQuickElement("description", entry.summary)
        if entry.html:
            handler.addQuickElement("content:encoded", entry.html)


def written(feed: Feed, entries: list[Entry], ending: str) -> str:
    """The text of a feed in the format that its address ends with."""
    if ending == "json":
        return json.dumps(as_json(feed, entries), ensure_ascii=False, indent=1)
    base = settings.PAPER_URL
    made = (Atom if ending == "atom" else Rss)(
        writable(feed.title),
        base + feed.page,
        writable(feed.description),
        language=feed.language,
        subtitle=writable(feed.description),
        feed_url=base + feed.path(ending),
    )
    for entry in entries:
        made.add_item(entry.title, entry.url, entry.summary, updateddate=entry.updated, entry=entry)
    text = StringIO()
    made.write(text, "utf-8")
    return text.getvalue()


def as_json(feed: Feed, entries: list[Entry]) -> dict[str, Any]:
    base = settings.PAPER_URL
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "language": feed.language,
        "home_page_url": base + feed.page,
        "feed_url": base + feed.path("json"),
        "icon": base + "/icon-512.png",
        "favicon": base + "/icon-192.png",
        "items": [as_item(entry) for entry in entries],
    }


def as_item(entry: Entry) -> dict[str, Any]:
    content = {"content_html": entry.html} if entry.html else {"content_text": entry.summary}
    item = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        **content,
        "summary": entry.summary,
        "date_published": rfc3339_date(entry.published),
        "date_modified": rfc3339_date(entry.updated),
        "authors": [{"name": writer.name, "url": writer.url} for writer in entry.writers],
        "tags": [name for _, name in entry.categories],
        "language": entry.language,
    }
    return item | ({"image": entry.image.url} if entry.image else {})
