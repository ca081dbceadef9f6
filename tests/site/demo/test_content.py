"""The demo's content: enough articles, every block, nothing that names what is not there."""

from pathlib import Path

import pytest

from allmende.newsroom.models.blocks import TextBlock
from allmende.site.demo import files, load

pytestmark = pytest.mark.no_database


def test_demo_shows_every_block_in_more_than_forty_articles():
    stories = load.stories()
    assert len(stories) >= 42
    shown = {block["type"] for story in stories for block in story["body"]}
    assert shown == set(TextBlock().child_blocks)
    assert len({story["section"] for story in stories}) == 6
    assert {story["language"] for story in stories} == {"de", "en", "de-simple"}


def test_names_in_the_content_are_known():
    stories = load.stories()
    slugs = {story["slug"] for story in stories}
    topics = {row["name"] for row in load.rows(load.read("topics"))}
    assert len(slugs) == len(stories)
    for story in stories:
        assert set(story.get("related", [])) <= slugs, story["slug"]
        assert set(story.get("topics", [])) <= topics, story["slug"]


def test_ticker_has_about_forty_entries():
    (ticker,) = [story["ticker"] for story in load.stories() if "ticker" in story]
    assert len(ticker["entries"]) >= 40
    assert any(entry.get("pinned") for entry in ticker["entries"])


def test_shipped_files_are_small(tmp_path: Path):
    shipped = load.CONTENT / "files"
    for name in set(load.read("files")) - {"auental-karte.pdf"}:
        data = files.content(name, shipped=shipped, drawings=tmp_path)
        assert 100 < len(data) < 250_000, name
    assert files.bells(tmp_path) == files.bells(tmp_path)
