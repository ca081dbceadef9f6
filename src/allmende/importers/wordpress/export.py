"""What stands in a WordPress export, and what can be wrong with one.

Text is as WordPress wrote it: titles, names and contents may hold HTML. `inline.plain` and
`html.convert` make of it what a page may show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ExportError(Exception):
    """This file cannot be imported.

    ExportError
    ├── NotAnExport    it is something else than a WordPress export
    └── BrokenExport   it is one, but damaged at this line and column
    """


class NotAnExport(ExportError):
    def __init__(self, found: str) -> None:
        self.found = found
        super().__init__(
            f"Expected a WordPress export (WXR): XML whose first element is <rss> and declares "
            f"WordPress's names (https://wordpress.org/export/1.2/). Found {found}."
        )


class BrokenExport(ExportError):
    """`line` and `column` count from 1, columns in characters."""

    def __init__(self, line: int, column: int, reason: str) -> None:
        self.line, self.column, self.reason = line, column, reason
        super().__init__(f"Line {line}, column {column}: {reason}")


class Kind(StrEnum):
    POST = "post"
    PAGE = "page"
    ATTACHMENT = "attachment"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Export:
    """The site that the export is of; comes first."""

    title: str = ""
    link: str = ""
    description: str = ""
    language: str = ""
    base_site_url: str = ""
    base_blog_url: str = ""
    wxr_version: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """Exports of WXR 1.0 give no id; the slug is unique and what items and parents name."""

    foreign_id: str
    slug: str
    name: str
    parent: str = ""  # the parent's slug
    description: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    foreign_id: str
    slug: str
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    foreign_id: str
    login: str
    name: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A term as an item carries it; `taxonomy` is category, post_tag, post_format, …"""

    taxonomy: str
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Comment:
    """Without e-mail and network address of who wrote it: a newspaper has no use for them."""

    foreign_id: str
    author: str
    content: str
    published_at: datetime | None
    approved: bool
    kind: str = "comment"  # or pingback, trackback
    parent_id: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A post, a page, an uploaded file or something else, by `post_type` (wp_block, nav_menu_item).

    `foreign_id` is WordPress's post id, or the item's guid or link where it has none. `status` is
    WordPress's word (publish, future, draft, pending, private, inherit, trash, or a plug-in's).
    Times are UTC; None where the export gives none. Ids that point nowhere are "".
    """

    kind: Kind
    post_type: str
    foreign_id: str
    title: str = ""
    slug: str = ""
    link: str = ""
    guid: str = ""
    author: str = ""  # a login; the author of that login may be missing
    published_at: datetime | None = None
    modified_at: datetime | None = None
    status: str = ""
    content: str = ""
    excerpt: str = ""
    categories: tuple[Label, ...] = ()
    tags: tuple[Label, ...] = ()
    labels: tuple[Label, ...] = ()  # of all other taxonomies
    parent_id: str = ""
    menu_order: int = 0
    protected: bool = False
    sticky: bool = False
    thumbnail_id: str = ""
    attachment_url: str = ""
    alternative_text: str = ""  # of an attachment
    credit: str = ""  # of an attachment
    old_slugs: tuple[str, ...] = ()
    footnotes: Mapping[str, str] = field(default_factory=dict)  # id: HTML
    comments: tuple[Comment, ...] = ()

    @property
    def is_public(self) -> bool:
        return self.status == "publish" and not self.protected


Entry = Export | Category | Tag | Author | Item
