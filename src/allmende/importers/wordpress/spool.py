"""A whole export, read and checked once, then given out in order: memory does not grow with it.

An export lists its items by number; listings want them by date. So they lie in a temporary SQLite
file in between, which has no name and is gone with the process, however that ends.
"""

from __future__ import annotations

import errno
import os
import pickle
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from allmende.importers.wordpress.blocks import Picture
from allmende.importers.wordpress.export import (
    Author,
    Category,
    Entry,
    Export,
    Item,
    Kind,
    Label,
    Tag,
)
from allmende.importers.wordpress.inline import web_address
from allmende.importers.wordpress.read import read
from allmende.importers.wordpress.uploads import place_of

_TABLES = """
CREATE TABLE item (kind, foreign_id, moment REAL, number INTEGER, data BLOB,
                   PRIMARY KEY (kind, foreign_id)) WITHOUT ROWID;
CREATE TABLE picture (foreign_id PRIMARY KEY, parent, place INTEGER, file, url, alt, caption,
                      title, credit, page);
CREATE TABLE told (digest PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE reused (foreign_id PRIMARY KEY, content);
"""
# WordPress's own "no category", in the languages that matter here.
NO_CATEGORY = {"uncategorized", "unkategorisiert", "allgemein", "non-classe", "sin-categoria"}
_FAR = 1e12  # what has no date comes last
_STEP = 200
Progress = Callable[[int], None]


@dataclass
class Survey:
    """What the file holds, beside its items: as much as there are names."""

    head: Export = field(default_factory=Export)
    authors: dict[str, Author] = field(default_factory=dict)  # by login
    categories: dict[str, Category] = field(default_factory=dict)  # by slug
    tags: dict[str, Tag] = field(default_factory=dict)  # by slug
    first: set[str] = field(default_factory=set)  # categories that some post has as its first
    further: set[str] = field(default_factory=set)  # ... and beside the first
    uploads: int = 0
    bare: bool = False  # some post has no category
    counts: Counter[Kind] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    doubles: list[Item] = field(default_factory=list)  # a second item of the same number


class Reused(Mapping[str, str]):
    """Contents of reusable blocks, looked up when an item names one."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def __getitem__(self, key: str) -> str:
        query = "SELECT content FROM reused WHERE foreign_id = ?"
        row = self.database.execute(query, (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return str(row[0])

    def __iter__(self) -> Iterator[str]:
        return (row[0] for row in self.database.execute("SELECT foreign_id FROM reused"))

    def __len__(self) -> int:
        return int(self.database.execute("SELECT count(*) FROM reused").fetchone()[0])


class Spool:
    def __init__(self) -> None:
        self.database = sqlite3.connect("", isolation_level=None)
        self.database.executescript(_TABLES)
        self.survey = Survey()
        self.reused = Reused(self.database)

    def close(self) -> None:
        self.database.close()

    def fill(self, stream: BinaryIO, *, progress: Progress = lambda count: None) -> None:
        """Reads the file through. `progress` is called with the number of bytes read since.

        Raises ExportError when the file is no export or a broken one, OSError when the disk for
        temporary files is full.
        """
        told = 0
        try:
            self.database.execute("BEGIN")
            for number, entry in enumerate(read(stream)):
                self.take(entry, number)
                if number % _STEP == 0:
                    progress(stream.tell() - told)
                    told = stream.tell()
            self.database.execute("CREATE INDEX by_moment ON item (kind, moment, number)")
            self.database.execute("CREATE INDEX by_parent ON picture (parent)")
            self.database.execute("CREATE INDEX by_file ON picture (file)")
            self.database.execute("CREATE INDEX by_page ON picture (page)")
            self.database.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        progress(stream.tell() - told)

    def take(self, entry: Entry, number: int) -> None:
        survey = self.survey
        match entry:
            case Item():
                self.take_item(entry, number)
            case Author():
                survey.authors.setdefault(entry.login, entry)
            case Category():
                survey.categories[entry.slug] = entry
            case Tag():
                survey.tags[entry.slug] = entry
            case Export():
                survey.head = entry

    def take_item(self, item: Item, number: int) -> None:
        if item.kind in {Kind.POST, Kind.PAGE}:
            self.keep(item, number)
            return
        self.survey.passed_over[item.post_type or "item without a type"] += 1
        if item.kind == Kind.ATTACHMENT and (url := web_address(item.attachment_url)):
            self.survey.uploads += 1
            self.database.execute(
                "INSERT OR IGNORE INTO picture VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (item.foreign_id, item.parent_id, item.menu_order, place_of(url), url,
                 item.alternative_text, item.excerpt, item.title, item.credit, item.link),
            )  # fmt: skip
        elif item.post_type == "wp_block":
            values = (item.foreign_id, item.content)
            self.database.execute("INSERT OR IGNORE INTO reused VALUES (?, ?)", values)

    def keep(self, item: Item, number: int) -> None:
        moment = item.published_at.timestamp() if item.published_at else _FAR
        data = pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
        values = (item.kind.value, item.foreign_id, moment, number, data)
        cursor = self.database.execute("INSERT OR IGNORE INTO item VALUES (?, ?, ?, ?, ?)", values)
        if not cursor.rowcount:
            self.survey.doubles.append(item)
            return
        self.survey.counts[item.kind] += 1
        if item.kind == Kind.POST:
            self.name(item)

    def name(self, item: Item) -> None:
        """Partial exports name authors, categories and tags that they do not list."""
        survey = self.survey
        slugs = [label.slug for label in item.categories]
        real = [slug for slug in slugs if slug not in NO_CATEGORY]
        survey.bare = survey.bare or not slugs
        survey.first.update((real or slugs)[:1])
        survey.further.update(real[1:])
        if item.author and item.author not in survey.authors:
            survey.authors[item.author] = Author(item.author, item.author, item.author)
        for label in item.categories:
            if label.slug not in survey.categories:
                survey.categories[label.slug] = Category(*_term(label))
        for label in item.tags:
            if label.slug not in survey.tags:
                survey.tags[label.slug] = Tag(*_term(label))

    def items(self, kind: Kind) -> Iterator[Item]:
        """Oldest first."""
        query = "SELECT data FROM item WHERE kind = ? ORDER BY moment, number"
        for (data,) in self.database.execute(query, (kind.value,)):
            yield pickle.loads(data)  # noqa: S301 - written by `keep` a moment ago

    def attachments(self) -> Iterator[Picture]:
        """Every upload that the export lists, pictures and other files."""
        yield from self._pictures("url <> ? ORDER BY rowid", "")

    def picture(self, foreign_id: str) -> Picture | None:
        return next(self._pictures("foreign_id = ?", foreign_id), None)

    def picture_at(self, url: str) -> Picture | None:
        return next(self._pictures("file = ? AND file <> ''", place_of(url)), None)

    def is_picture_page(self, url: str) -> bool:
        """Whether this is the page that WordPress makes for a picture."""
        query = "SELECT 1 FROM picture WHERE page = ?"
        return self.database.execute(query, (url,)).fetchone() is not None

    def first_time(self, digest: str) -> bool:
        """Whether this picture has not been told of before."""
        cursor = self.database.execute("INSERT OR IGNORE INTO told VALUES (?)", (digest,))
        return bool(cursor.rowcount)

    def pictures_of(self, foreign_id: str) -> list[Picture]:
        """Pictures uploaded to an item, in the order that its author gave them."""
        return list(
            self._pictures("parent = ? ORDER BY place, CAST(foreign_id AS INTEGER)", foreign_id)
        )

    def _pictures(self, where: str, value: str) -> Iterator[Picture]:
        columns = "url, alt, caption, '', foreign_id, title, credit"
        query = f"SELECT {columns} FROM picture WHERE {where}"  # noqa: S608 - our own words
        for row in self.database.execute(query, (value,)):
            yield Picture(*row)


def _term(label: Label) -> tuple[str, str, str]:
    return (label.slug, label.slug, label.name)
