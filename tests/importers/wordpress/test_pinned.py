"""Pinned posts stand on the front page; what cannot be published anew is told and named."""

from pathlib import Path

import pytest

from allmende.bakery import bake
from allmende.importers.wordpress import load as loading
from allmende.importers.wordpress.load import load
from allmende.newsroom import foundation, fronts, today
from allmende.newsroom.models import Article, FrontPage
from allmende.newsroom.models.listings import MOST_BESIDE
from tests.factories import newsroom as make
from tests.importers.wordpress import picture_files as files
from tests.importers.wordpress.moving import AT, bring, notes, post
from tests.importers.wordpress.samples import export, label

pytestmark = pytest.mark.django_db
PLACED = "was pinned to the front page: stands in its second row"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.xml"


def site() -> list[str]:
    sticky = {"wp__is_sticky": "1"}
    ordinary = [post(number) for number in (4, 5, 6, 7, 8)]
    return [post(1, **sticky), post(2, **sticky), post(3, wp__status="draft", **sticky), *ordinary]


def placed() -> list[str]:
    return [story.article.title for story in FrontPage.objects.get().stories.all()]


@pytest.mark.parametrize("batch", [1, 100])
def test_pinned_posts_stand_in_the_second_row_the_newest_first(
    file: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(loading, "BATCH", batch)
    report = bring(file, *site())
    assert placed() == ["Artikel 2", "Artikel 1"]
    assert notes(report).count(PLACED) == 2
    assert notes(report).count("choose its place there") == 1
    second = fronts.compose(FrontPage.objects.get()).second_row
    assert [article.title for article in second] == ["Artikel 2", "Artikel 1", "Artikel 7"]
    draft = FrontPage.objects.get().get_latest_revision_as_object()
    assert len(draft.stories.all()) == 2
    assert "Artikel 2" in bake.render("/").body.decode()


def test_what_an_editor_took_away_does_not_come_back(file: Path) -> None:
    bring(file, *site())
    front = FrontPage.objects.get()
    front.stories.set([])
    front.save_revision().publish()
    assert PLACED not in notes(bring(file, *site()))
    assert placed() == []


def test_stories_of_the_editor_stay_before_them(file: Path) -> None:
    own = make.article("Eigener")
    fronts.place([own], first=True)
    bring(file, *site())
    assert placed() == ["Eigener", "Artikel 2", "Artikel 1"]


def test_front_page_that_somebody_works_on_is_left_alone(file: Path) -> None:
    foundation.lay()
    front = FrontPage.objects.get()
    front.title = "Bald anders"
    front.save_revision()
    report = bring(file, *site())
    assert placed() == []
    assert notes(report).count("choose its place there") == 3


def test_dry_run_tells_the_same(file: Path) -> None:
    foundation.lay()
    file.write_bytes(export(*site()))
    dry = load(file, at=AT, dry_run=True)
    assert not Article.objects.exists()
    assert notes(dry) == notes(load(file, at=AT))


def test_live_and_unfinished_is_told_and_named_at_today(file: Path, tmp_path: Path) -> None:
    uploads = tmp_path / "uploads"
    files.put(uploads / "bild.jpg")
    (uploads / "ton.mp3").write_bytes(b"ID3")
    sound = "[audio https://bote.example/wp-content/uploads/ton.mp3]"
    tags = "".join(label("post_tag", f"t{n}", f"T{n}") for n in range(MOST_BESIDE + 1))
    parts = [
        post(1, "Mit Ton", content__encoded=sound),
        post(2, "Mit Schlagwörtern", inside=tags),
        post(3, "Fertig", inside=label("post_tag", "t1", "T1")),
        post(4, "Entwurf", content__encoded=sound, wp__status="draft"),
    ]
    report = bring(file, *parts, uploads=uploads)
    assert notes(report).count("needs before it is published anew") == 2
    assert f"stands under {MOST_BESIDE + 1} topics" in notes(report)
    named = {article.title for article in today.live_unready().rows}
    assert named == {"Mit Ton", "Mit Schlagwörtern"}
    assert Article.objects.get(title="Mit Schlagwörtern").topics.count() == MOST_BESIDE + 1
