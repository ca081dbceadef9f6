"""WordPress's own theme test moves in: every page of it stands here, with all its words."""

import datetime as dt
import html
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from allmende.importers.models import Import
from allmende.importers.wordpress.export import Item, Kind
from allmende.importers.wordpress.load import load
from allmende.importers.wordpress.report import Outcome
from allmende.importers.wordpress.words import line
from allmende.newsroom.models import Article, Author, InfoPage, Page
from tests.importers.wordpress.moving import opened
from tests.peer_data.test_wordpress_read import SHORTCODE, items, words

pytestmark = [pytest.mark.peer, pytest.mark.django_db]
AT = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def export(peer_data: Path) -> Path:
    return peer_data / "wordpress" / "themeunittestdata.wordpress.xml"


def became(item: Item) -> Article | InfoPage:
    row = Import.objects.get(kind=item.kind.value, foreign_id=item.foreign_id)
    model = Article if item.kind == Kind.POST else InfoPage
    return model.objects.get(pk=row.object_id)


def readable(value: Any, kind: str = "") -> Iterator[str]:
    """All texts in a block as HTML; rich text is HTML already."""
    if isinstance(value, dict):
        for part in value.values():
            yield from readable(part, kind)
    elif isinstance(value, list):
        for part in value:
            yield from readable(part, kind)
    elif isinstance(value, str):
        yield value if kind in {"paragraph", "list"} else html.escape(value)


def said(page: Article | InfoPage) -> Counter[str]:
    texts = [
        text for block in page.body.raw_data for text in readable(block["value"], block["type"])
    ]
    return Counter(words("<p>".join(texts).replace("\u2060", "")))


def test_every_published_post_and_page_stands_here_with_all_its_words(export: Path) -> None:
    load(export, at=AT)
    public = [item for item in items(export) if item.kind in {Kind.POST, Kind.PAGE}]
    public = [item for item in public if item.is_public]
    assert len(public) > 60
    for item in public:
        page = became(item)
        assert page.live, item.title
        assert page.first_published_at == item.published_at
        assert page.title == line(item.title) or (not item.title and page.title)
        missing = Counter(words(SHORTCODE.sub(r" \1 ", item.content))) - said(page)
        assert not missing, f"{item.title}: {missing}"
    assert Page.find_problems() == ([], [], [], [], [])


def test_staff_can_open_every_page_that_came(export: Path) -> None:
    load(export, at=AT)
    pages = [*Article.objects.all(), *InfoPage.objects.all()]
    assert len(pages) > 70
    for page in pages:
        assert opened(page), page.title


def test_drafts_protected_and_scheduled_ones_are_not_public(export: Path) -> None:
    load(export, at=dt.datetime(2010, 1, 1, tzinfo=dt.UTC))
    hidden = [item for item in items(export) if item.kind == Kind.POST and not item.is_public]
    assert len(hidden) == 3
    assert not any(became(item).live for item in hidden)


def test_twice_gives_the_same(export: Path) -> None:
    load(export, at=AT)
    before = list(Page.objects.order_by("pk").values())
    report = load(export, at=AT + dt.timedelta(days=1))
    assert list(Page.objects.order_by("pk").values()) == before
    assert {outcome for counts in report.counts.values() for outcome in counts} == {
        Outcome.UNCHANGED
    }


def test_no_mail_address_comes_along(export: Path) -> None:
    load(export, at=AT)
    for author in Author.objects.all():
        assert "@" not in f"{author.name}{author.slug}{author.email}"
