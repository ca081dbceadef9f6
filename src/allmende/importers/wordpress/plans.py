"""What an item of the export is to become here. Decided without a word to the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from allmende.importers.models import Import
from allmende.importers.wordpress import content, html, parts, words
from allmende.importers.wordpress.album import Album, Found
from allmende.importers.wordpress.blocks import Body
from allmende.importers.wordpress.blocks import Picture as Shown
from allmende.importers.wordpress.export import Item, Kind
from allmende.importers.wordpress.files import Document
from allmende.importers.wordpress.report import Line, Outcome
from allmende.importers.wordpress.spool import NO_CATEGORY
from allmende.importers.wordpress.terms import Terms
from allmende.newsroom.models import Article, Byline, InfoPage, Page, Topic
from allmende.newsroom.models.blocks import missing_words
from allmende.newsroom.models.listings import MOST_BESIDE
from allmende.newsroom.writing import Raw, block

VERSION = "4"  # of what is made of an item: with a new one, items come anew that nobody has edited
TITLE, TEASER, SLUG = 255, 500, 200  # what the newsroom's fields hold
LEFT_OUT = {
    "trash": "lies in the bin",
    "auto-draft": "was never saved",
    "inherit": "is an old version of another item",
}
State = Import.State


@dataclass(frozen=True, slots=True)
class Plan:
    """A post or page, ready to be written. `moment` is when it was or will be published."""

    item: Item
    state: State
    moment: datetime | None
    title: str
    slug: str
    body: list[Raw]
    teaser: str
    notes: tuple[str, ...]
    found: tuple[Found, ...] = ()  # all pictures, the lead picture among them
    files: tuple[Document, ...] = ()
    lead: Found | None = None
    lead_caption: str = ""
    missing: str = ""  # a digest of the pictures and files that could not be had
    paths: tuple[str, ...] = ()  # old ones, that lead here

    @property
    def kind(self) -> Import.Kind:
        return Import.Kind.ARTICLE if self.item.kind == Kind.POST else Import.Kind.INFO_PAGE

    @property
    def model(self) -> type[Article] | type[InfoPage]:
        return Article if self.item.kind == Kind.POST else InfoPage

    @property
    def is_unready(self) -> bool:
        """Whether it is live and holds what an editor could not publish: recordings have no
        transcript there, films no captions, and there may be any number of tags."""
        recordings = any(raw["type"] in {"audio", "video"} for raw in self.body)
        lacks = recordings or bool(crowded(self.item))
        return self.state == State.LIVE and self.model is Article and lacks

    def fill(self, page: Page, terms: Terms, rows: Mapping[str, Any]) -> None:
        """Writes into `page`, new or not, what the item says; its address is not touched.

        `rows` are those of the pictures and files that were found, by key.
        """
        page.title = self.title
        page.body = json.dumps(self.body, default=lambda found: rows[found.key].pk)
        page.live = self.state == State.LIVE
        page.first_published_at = self.moment if page.live else page.first_published_at
        page.go_live_at = self.moment if self.state == State.SCHEDULED else None
        if isinstance(page, Article):
            slugs = [label.slug for label in self.item.categories]
            tags = [label.slug for label in self.item.tags]
            page.teaser = self.teaser
            lead = rows[self.lead.key] if self.lead else None
            page.picture = None if lead is None or missing_words(lead) else lead
            page.picture_caption = self.lead_caption
            page.section = terms.section(slugs)
            page.topics = [Topic(pk=pk) for pk in terms.topics_of(slugs, tags)]
            written_by = terms.authors.get(self.item.author)
            page.bylines.set([Byline(author_id=written_by)] if written_by else [])

    def line(self, outcome: Outcome, *notes: str) -> Line:
        return line(self.item, outcome, *notes, title=self.title)


def line(item: Item, outcome: Outcome, *notes: str, title: str = "") -> Line:
    shown = words.cut(title or words.line(item.title), TITLE)
    return Line(item.kind.value, item.foreign_id, shown, item.link, outcome, notes)


def digest(item: Item) -> str:
    """Comments stay in the export; new ones do not make another article of it."""
    said = f"{VERSION}{replace(item, comments=())!r}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def plan(item: Item, album: Album, refused: Mapping[str, str]) -> Plan:
    """`refused` are those of its old paths that cannot lead here, and why."""
    spool, at = album.spool, album.move.at
    made = html.convert(item.content, base=item.link, footnotes=item.footnotes, reused=spool.reused)
    shown = spool.picture(item.thumbnail_id) if item.thumbnail_id else None
    body = parts.Body(item.foreign_id, album, title=words.line(item.title), still=shown)
    content.fill(body, made.blocks)
    lead, lead_caption = lead_picture(item, shown, body)
    state, moment, when = timing(item, at=at)
    title, called = headline(item, body.raw)
    teaser = words.line(item.excerpt)
    paths, pathless = old_paths(item)
    pathless += [f"its old address {path} {refused[path]}" for path in paths if path in refused]
    notes = [*when, *called, *pathless, *noticed(made), *body.notes]
    notes += crowded(item)
    if len(teaser) > TEASER:
        notes.append(f"teaser cut from {len(teaser)} characters")
    called_else = "artikel" if item.kind == Kind.POST else "seite"
    return Plan(
        item,
        state,
        moment,
        title,
        words.slug(item.slug, title, limit=SLUG) or called_else,
        body.raw,
        words.cut(teaser, TEASER),
        tuple(notes),
        tuple(body.found),
        tuple(body.files),
        lead,
        lead_caption,
        missing_digest(body.missing),
        tuple(path for path in paths if path not in refused),
    )


def lead_picture(item: Item, shown: Shown | None, body: parts.Body) -> tuple[Found | None, str]:
    """The lead picture and its caption. Where it opens the text too, it need not stand twice; on
    an info page, which has none, it opens the text."""
    if shown is None:
        if item.thumbnail_id:
            body.notes.append("lead picture is not in the export")
        return None, ""
    found = body.picture(shown := content.with_caption(shown))
    if found is None:
        return None, ""
    caption, _below = content.captioned(shown, found)
    first: Raw = body.raw[0]["value"] if body.raw[0]["type"] == "picture" else {}
    same = bool(first) and first["picture"].digest == found.digest
    if item.kind == Kind.PAGE:
        if not same:
            body.raw.insert(0, block("picture", {"picture": found, "caption": caption}))
        return None, ""
    if same and len(body.raw) > 1:
        caption = first["caption"] or caption
        del body.raw[0]
    return found, caption


def crowded(item: Item) -> list[str]:
    """What must be said of more topics than an article of ours can have: they stay all the same."""
    if item.kind != Kind.POST:
        return []
    categories = [label.slug for label in item.categories if label.slug not in NO_CATEGORY]
    topics = len({label.slug for label in item.tags}) + max(0, len(categories) - 1)
    over = topics + bool(item.author) - MOST_BESIDE
    if over <= 0:
        return []
    return [f"stands under {topics} topics: {over} of them must go before it is published anew"]


def missing_digest(addresses: Sequence[str]) -> str:
    if not addresses:
        return ""
    return hashlib.sha256("\n".join(sorted(addresses)).encode()).hexdigest()


def old_paths(item: Item) -> tuple[list[str], list[str]]:
    """The paths that readers knew the item by, and what must be said of them.

    WordPress gives drafts an address that nobody has seen.
    """
    if item.status not in {"publish", "future"} or item.protected:
        return [], []
    parts = split(item.link)
    if not parts or parts.path in {"", "/"}:
        query = parts.query if parts else ""
        return [], [f"its old address ?{query} cannot lead here: it has no path"] * bool(query)
    before = parts.path.rstrip("/")
    folder, _slash, last = before.rpartition("/")
    renamed = [f"{folder}/{slug}/" for slug in item.old_slugs if unquote(last) == item.slug]
    return [parts.path, *renamed], []


def split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:
        return None


def timing(item: Item, *, at: datetime) -> tuple[State, datetime | None, list[str]]:
    """State, the moment of publication, and what must be said of it."""
    if item.protected:
        return State.DRAFT, None, ["was behind a password: is a draft here"]
    if item.status == "future" and item.published_at:
        due = item.published_at <= at
        return State.LIVE if due else State.SCHEDULED, item.published_at, []
    if item.status != "publish":
        told = [] if item.status == "draft" else [f"was “{item.status}”: is a draft here"]
        return State.DRAFT, None, told
    if moment := item.published_at or item.modified_at:
        told = [] if moment <= at else ["its date lies in the future: published now"]
        return State.LIVE, min(moment, at), told
    return State.LIVE, at, ["has no date: published now"]


def headline(item: Item, body: list[Raw]) -> tuple[str, list[str]]:
    full = words.line(item.title)
    if full:
        told = [f"title cut from {len(full)} characters: {full}"] if len(full) > TITLE else []
        return words.cut(full, TITLE), told
    text = next(filter(None, map(text_of, body)), "")
    title = words.first_words(text) or str(_("Untitled"))
    return title, [f"has no title: is called “{title}”"]


def text_of(raw: Raw) -> str:
    value = raw["value"]
    text = value if isinstance(value, str) else ""
    return " ".join(unescape(strip_tags(text.replace("<br/>", " "))).split())


def noticed(made: Body) -> list[str]:
    return [f"{WORDS.get(note.kind, note.kind)}: {note.detail}" for note in made.notes]


WORDS = {
    "shortcode": "shortcode left as text",
    "dynamic-block": "block without content of its own",
    "reused-block": "reused block is not in the export",
    "tracking-pixel": "picture that only counts readers left out",
    "address": "address that cannot be linked",
    "form": "form field left out",
    "script": "script left out",
}
