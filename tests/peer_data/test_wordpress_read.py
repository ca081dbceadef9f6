"""WordPress's own theme test, a file made to be hard on themes: nothing of it may be lost."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from allmende.importers.wordpress.blocks import (
    Block,
    Embed,
    File,
    Gallery,
    Picture,
    Quotation,
    Table,
)
from allmende.importers.wordpress.export import Author, Category, Export, Item, Kind, Tag
from allmende.importers.wordpress.html import convert
from allmende.importers.wordpress.read import read

pytestmark = [pytest.mark.peer, pytest.mark.no_database]

# What of a shortcode is shown: the caption that its old form has as an attribute.
SHORTCODE = re.compile(
    r'\[/?(?:gallery|caption|audio|video|embed)\b(?:[^\]]*caption="([^"]*)")?[^\]]*\]'
)
BLOCKS = re.compile(
    r"<(/?(?:p|div|h[1-6]|ul|ol|li|dl|dt|dd|table|tr|td|th|pre|blockquote|figure|figcaption"
    r"|address|hr|br|a)\b)",
    re.IGNORECASE,
)


@pytest.fixture
def export(peer_data: Path) -> Path:
    return peer_data / "wordpress" / "themeunittestdata.wordpress.xml"


def items(path: Path) -> list[Item]:
    with path.open("rb") as stream:
        return [entry for entry in read(stream) if isinstance(entry, Item)]


def words(html: str) -> list[str]:
    """The words of this HTML by another parser: tags that part text part words, addresses of
    embedded things and the marks that <q> shows are no words."""
    text = BeautifulSoup(BLOCKS.sub(r" <\1", html), "html.parser").get_text()
    return [word for word in re.split(r"[\s“”]+", text) if word and "://" not in word]


def written(block: Block) -> Iterator[str]:
    """The block as HTML of some kind, in the order a reader meets its texts."""
    match block:
        case Gallery() | Picture() | Embed():
            pictures = block.pictures if isinstance(block, Gallery) else ()
            for captioned in (*pictures, block):
                yield captioned.caption
        case Quotation():
            yield f"{block.html}<p>{block.speaker.replace('<', '&lt;')}"
        case File():
            yield block.html.replace(" – ", " ")
        case Table():
            yield "<p>".join(cell for row in block.rows for cell in row) + f"<p>{block.caption}"
        case _:
            yield from plain_blocks(block)


def plain_blocks(block: Any) -> Iterator[str]:
    if hasattr(block, "items"):
        yield "<p>".join(item.html for item in block.items)
    elif hasattr(block, "text"):
        yield block.text.replace("&", "&amp;").replace("<", "&lt;")
    else:
        yield getattr(block, "html", "")


def test_everything_in_the_file_is_read(export: Path) -> None:
    with export.open("rb") as stream:
        entries = list(read(stream))
    assert isinstance(entries[0], Export)
    assert entries[0].title == "Theme Unit Test Data"
    counts = Counter(type(entry) for entry in entries)
    text = export.read_text(encoding="utf-8")
    assert counts[Item] == text.count("<item>")
    assert counts[Author] == text.count("<wp:author>")
    assert counts[Category] == text.count("<wp:category>")
    assert counts[Tag] == text.count("<wp:tag>")
    found = [entry for entry in entries if isinstance(entry, Item)]
    assert sum(len(entry.comments) for entry in found) == text.count("<wp:comment>")
    pages = [entry.foreign_id for entry in found if entry.kind != Kind.OTHER]
    assert len(set(pages)) == len(pages)


def test_every_public_post_and_page_has_date_author_and_body(export: Path) -> None:
    public = [item for item in items(export) if item.kind in {Kind.POST, Kind.PAGE}]
    public = [item for item in public if item.is_public]
    assert len(public) > 60
    for item in public:
        assert item.published_at
        assert item.author
        assert item.slug
        body = convert(item.content, base=item.link)
        assert body.blocks or not words(item.content), item.title


def test_no_word_is_lost_and_none_is_added(export: Path) -> None:
    compared = 0
    for item in items(export):
        blocks = convert(item.content, base=item.link).blocks
        now = words("<p>".join(text for block in blocks for text in written(block)))
        before = words(SHORTCODE.sub(r" \1 ", item.content))
        assert now == before, f"{item.foreign_id} {item.title}"
        compared += len(before)
    assert compared > 10_000


def test_protected_draft_and_scheduled_posts_are_told_apart(export: Path) -> None:
    found = items(export)
    states = {item.status for item in found if item.kind == Kind.POST}
    assert states == {"publish", "draft", "future"}
    assert [item.title for item in found if item.protected and item.is_public] == []
    assert sum(item.protected for item in found) == 1
    assert sum(item.sticky for item in found) == 1
