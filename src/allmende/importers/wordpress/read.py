"""Read a WordPress export (WXR 1.0 to 1.2) as plain values, without a database.

Made from what WordPress writes (wp-admin/includes/export.php) and the exports it left in the world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import BinaryIO

from allmende.importers.wordpress.export import (
    Author,
    Category,
    Comment,
    Entry,
    Export,
    Item,
    Kind,
    Label,
    Tag,
)
from allmende.importers.wordpress.metadata import credit, footnotes
from allmende.importers.wordpress.xml import Element, elements

_HEAD = {
    "title": "title",
    "link": "link",
    "description": "description",
    "language": "language",
    "wp:base_site_url": "base_site_url",
    "wp:base_blog_url": "base_blog_url",
    "wp:wxr_version": "wxr_version",
}
_KINDS = {kind.value: kind for kind in (Kind.POST, Kind.PAGE, Kind.ATTACHMENT)}


def read(stream: BinaryIO, *, tz: tzinfo = UTC) -> Iterator[Entry]:
    """The `Export` itself, then its authors, categories, tags and items in the file's order.

    `tz` is the zone of the site's local times, used where an item has no UTC time. Raises
    `NotAnExport` at the beginning and `BrokenExport` at the place of the fault: whoever must do
    nothing by halves reads the file through once before acting, memory stays flat.
    """
    head: dict[str, str] = {}
    begun = False
    seen: set[tuple[type, str]] = set()  # some exports name a category again as a general term
    for element in elements(stream):
        if element.name in _HEAD:
            head.setdefault(_HEAD[element.name], element.text().strip())
        elif reader := _READERS.get(element.name):
            if not begun:
                begun = True
                yield Export(**head)
            entry = reader(element, tz)
            if isinstance(entry, Category | Tag):
                if (key := (type(entry), entry.slug)) in seen:
                    continue
                seen.add(key)
            if entry is not None:
                yield entry
    if not begun:
        yield Export(**head)


def _author(element: Element, tz: tzinfo) -> Author:
    get = _stripped(element)
    login = get("wp:author_login")
    return Author(
        foreign_id=get("wp:author_id") or login,
        login=login,
        name=get("wp:author_display_name") or login,
        first_name=get("wp:author_first_name"),
        last_name=get("wp:author_last_name"),
        email=get("wp:author_email"),
    )


def _category(element: Element, tz: tzinfo) -> Category:
    get = _stripped(element)
    slug = get("wp:category_nicename")
    return Category(
        foreign_id=get("wp:term_id") or slug,
        slug=slug,
        name=get("wp:cat_name") or slug,
        parent=get("wp:category_parent"),
        description=get("wp:category_description"),
    )


def _tag(element: Element, tz: tzinfo) -> Tag:
    get = _stripped(element)
    slug = get("wp:tag_slug")
    return Tag(
        foreign_id=get("wp:term_id") or slug,
        slug=slug,
        name=get("wp:tag_name") or slug,
        description=get("wp:tag_description"),
    )


def _term(element: Element, tz: tzinfo) -> Category | Tag | None:
    """Some plug-ins export categories and tags as general terms; other taxonomies are left out."""
    get = _stripped(element)
    slug = get("wp:term_slug")
    identity = get("wp:term_id") or slug
    name, description = get("wp:term_name") or slug, get("wp:term_description")
    if get("wp:term_taxonomy") == "category":
        return Category(identity, slug, name, get("wp:term_parent"), description)
    if get("wp:term_taxonomy") == "post_tag":
        return Tag(identity, slug, name, description)
    return None


def _item(element: Element, tz: tzinfo) -> Item:
    get = _stripped(element)
    post_type = get("wp:post_type")
    meta = _meta(element)
    labels = _labels(element)
    return Item(
        kind=_KINDS.get(post_type, Kind.OTHER),
        post_type=post_type,
        foreign_id=get("wp:post_id") or get("guid") or get("link"),
        title=get("title"),
        slug=get("wp:post_name"),
        link=get("link"),
        guid=get("guid"),
        author=get("dc:creator"),
        published_at=_moment(get("wp:post_date_gmt"), get("wp:post_date"), tz),
        modified_at=_moment(get("wp:post_modified_gmt"), get("wp:post_modified"), tz),
        status=get("wp:status"),
        content=element.get("content:encoded"),
        excerpt=element.get("excerpt:encoded"),
        categories=tuple(label for label in labels if label.taxonomy == "category"),
        tags=tuple(label for label in labels if label.taxonomy == "post_tag"),
        labels=tuple(label for label in labels if label.taxonomy not in {"category", "post_tag"}),
        parent_id=_reference(get("wp:post_parent")),
        menu_order=_number(get("wp:menu_order")),
        protected=bool(element.get("wp:post_password")),
        sticky=get("wp:is_sticky") == "1",
        thumbnail_id=_reference("".join(meta.get("_thumbnail_id", [])[:1])),
        attachment_url=get("wp:attachment_url"),
        alternative_text="".join(meta.get("_wp_attachment_image_alt", [])[:1]).strip(),
        credit=credit(meta),
        old_slugs=tuple(dict.fromkeys(filter(None, meta.get("_wp_old_slug", [])))),
        footnotes=footnotes("".join(meta.get("footnotes", [])[:1])),
        comments=_comments(element, tz),
    )


def _labels(element: Element) -> list[Label]:
    found = [
        Label(
            # WXR 1.0 wrote tags as domain="tag", and each term a second time without its slug.
            taxonomy={"tag": "post_tag"}.get(domain := child.attributes.get("domain", ""), domain),
            slug=child.attributes["nicename"].strip(),
            name=child.text().strip() or child.attributes["nicename"].strip(),
        )
        for child in element.children
        if child.name == "category" and child.attributes.get("nicename", "").strip()
    ]
    return list(dict.fromkeys(found))


def _meta(element: Element) -> dict[str, list[str]]:
    meta: dict[str, list[str]] = {}
    for child in element.children:
        if child.name == "wp:postmeta":
            meta.setdefault(child.get("wp:meta_key").strip(), []).append(child.get("wp:meta_value"))
    return meta


def _comments(element: Element, tz: tzinfo) -> tuple[Comment, ...]:
    return tuple(
        Comment(
            foreign_id=get("wp:comment_id"),
            author=get("wp:comment_author"),
            content=child.get("wp:comment_content"),
            published_at=_moment(get("wp:comment_date_gmt"), get("wp:comment_date"), tz),
            approved=get("wp:comment_approved") == "1",
            kind=get("wp:comment_type") or "comment",
            parent_id=_reference(get("wp:comment_parent")),
        )
        for child in element.children
        if child.name == "wp:comment"
        for get in [_stripped(child)]
    )


def _stripped(element: Element) -> Callable[[str], str]:
    return lambda name: element.get(name).strip()


def _moment(utc: str, local: str, tz: tzinfo) -> datetime | None:
    """WordPress writes 0000-00-00 00:00:00 for "not yet", which drafts have as their UTC time."""
    for text, zone in ((utc, UTC), (local, tz)):
        try:
            return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _reference(text: str) -> str:
    text = text.strip()
    return "" if text == "0" else text


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0


_READERS: dict[str, Callable[[Element, tzinfo], Entry | None]] = {
    "wp:author": _author,
    "wp:category": _category,
    "wp:tag": _tag,
    "wp:term": _term,
    "item": _item,
}
