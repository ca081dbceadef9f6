"""Editions as files: whatever is done with them, the tree equals one baked from scratch."""

import datetime as dt
from pathlib import Path

import pytest

from allmende.editions import arranging
from allmende.newsroom import writing
from tests.factories import newsroom as make
from tests.factories.editions import SATURDAY, edition, line_of
from tests.newsroom.test_baking import everything, from_scratch, page, tree, work

pytestmark = pytest.mark.django_db
PATH = "/ausgabe/2026-11-28.samstag.html"


def test_edition_stands_in_the_list_its_year_and_the_sitemap():
    everything()
    article = make.article()
    row = edition(article, public=False)
    work()
    assert PATH not in tree()
    assert "/ausgabe/2026/" not in tree()
    arranging.show(row, public=True)
    work()
    assert article.url in page(PATH)
    for path in ("/ausgabe/", "/ausgabe/2026/", "/sitemap-seiten.xml"):
        assert PATH in page(path), path
    assert article.title in page("/ausgabe/")


def test_embargoed_article_has_no_link_and_its_address_says_when_it_appears():
    everything()
    draft = make.draft("Was am Samstag steht", slug="samstag", lead="Noch geheim.")
    row = edition(draft)
    arranging.announce(line_of(row, draft), announced=True)
    work()
    assert "Was am Samstag steht" in page(PATH)
    for path in (PATH, "/ausgabe/"):
        assert draft.url not in page(path)
    coming = page(draft.url)
    assert "Samstag, 28. November 2026, um 6:00 Uhr" in coming
    assert "noindex" in coming
    assert "Noch geheim" not in coming + page(PATH)
    article = writing.publish(draft, at=make.NOON)
    work()
    assert draft.url in page(PATH)
    assert "Noch geheim" in page(draft.url)
    writing.withdraw(article)
    work()
    assert tree()[draft.url][0] == "gone"
    assert "Was am Samstag steht" not in page(PATH)


def test_incremental_bake_of_editions_equals_a_bake_from_scratch(tmp_path: Path):
    everything()
    article, draft, other = make.article(), make.draft("Bald", slug="bald"), make.draft("Nie")
    row = edition(article, draft, other)

    def same(step: str) -> None:
        work()
        assert tree() == from_scratch(tmp_path / step), step

    same("shown")
    arranging.announce(line_of(row, draft), announced=True)
    arranging.announce(line_of(row, other), announced=True)
    arranging.move(arranging.add_heading(row, heading="Zuerst"), to=0)
    same("announced")
    draft.go_live_at = dt.datetime(2036, 1, 1, tzinfo=dt.UTC)
    draft.save_revision().publish()
    arranging.remove(line_of(row, other))
    same("rescheduled")
    row.name, row.intro = "Wochenende", "Mit Rätsel."
    row.save()
    edition(draft, name="Beilage", date=SATURDAY + dt.timedelta(days=370))
    same("renamed")
    draft.go_live_at = None
    writing.publish(draft, at=make.NOON)
    article.title = "Die Brücke fällt"
    article.save_revision().publish()
    same("published")
    writing.withdraw(article)
    arranging.show(row, public=False)
    same("hidden")
    draft.delete()
    same("deleted")
    row.delete()
    same("gone")


def test_announced_draft_that_is_deleted_leaves_no_trace(tmp_path: Path):
    everything()
    draft = make.draft("Bald", slug="bald")
    row = edition(draft)
    arranging.announce(line_of(row, draft), announced=True)
    work()
    draft.delete()
    work()
    assert "Bald" not in page(PATH)
    assert tree() == from_scratch(tmp_path / "fresh")
