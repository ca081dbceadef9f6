"""Uploads that no text shows come into the library; what cannot is named."""

import datetime as dt
import json
from pathlib import Path

import pytest

from allmende.bakery import bake
from allmende.importers.wordpress.load import load
from allmende.newsroom import downloads, foundation, picture_links
from allmende.newsroom.models import Article, Download, Picture
from tests.importers.wordpress import picture_files as files
from tests.importers.wordpress.moving import AT, bring, everything, notes, post
from tests.importers.wordpress.samples import export

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.xml"


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    folder = tmp_path / "uploads"
    files.put(folder / "gezeigt.jpg", 1)
    files.put(folder / "archiv.jpg", 2)
    (folder / "plan.pdf").write_bytes(b"%PDF-1.7")
    (folder / "logo.svg").write_text("<svg/>")
    return folder


def site() -> list[str]:
    names = ["gezeigt.jpg", "archiv.jpg", "plan.pdf", "logo.svg", "fehlt.jpg"]
    listed = [files.attachment(50 + n, name) for n, name in enumerate(names)]
    return [*listed, post(1, inside=files.lead(50))]


def test_unattached_uploads_are_in_the_library(file: Path, uploads: Path) -> None:
    report = bring(file, *site(), uploads=uploads)
    assert set(Picture.objects.values_list("title", flat=True)) == {"gezeigt", "archiv"}
    assert Download.objects.get().title == "plan"
    assert report.counts["picture"] == {"new": 2}
    assert report.counts["file"] == {"new": 1}
    assert report.counts["attachment"] == {"left out": 2}
    assert "attachment" not in report.passed_over
    assert "SVG" in notes(report)
    assert "is not in the folder of uploads" in notes(report)


def test_twice_gives_the_same_without_a_look_at_the_files(file: Path, uploads: Path) -> None:
    bring(file, *site(), uploads=uploads)
    before = everything()
    (uploads / "archiv.jpg").write_bytes(b"")
    report = bring(file, *site(), uploads=uploads)
    assert everything() == before
    assert report.counts["picture"] == {"unchanged": 2}
    assert report.counts["file"] == {"unchanged": 1}


def test_upload_deleted_here_stays_away(file: Path, uploads: Path) -> None:
    bring(file, *site(), uploads=uploads)
    Picture.objects.get(title="archiv").delete()
    Download.objects.get().delete()
    report = bring(file, *site(), uploads=uploads)
    assert Picture.objects.count() == 1
    assert not Download.objects.exists()
    assert report.counts["picture"] == {"unchanged": 1, "kept": 1}


def test_without_a_folder_uploads_are_counted(file: Path) -> None:
    report = bring(file, *site())
    assert report.passed_over == {"attachment": 5}
    assert not Picture.objects.exists()


def test_dry_run_tells_the_same(file: Path, uploads: Path) -> None:
    file.write_bytes(export(*site()))
    foundation.lay()
    dry = load(file, at=AT, dry_run=True, uploads=uploads)
    assert not Picture.objects.exists()
    real = load(file, at=AT + dt.timedelta(days=1), uploads=uploads)
    assert {**dry.as_dict(), "dry_run": False} == json.loads(json.dumps(real.as_dict()))
    again = load(file, at=AT + dt.timedelta(days=2), uploads=uploads, dry_run=True)
    assert again.total("new") == 0  # type: ignore[arg-type]


def test_link_in_a_sentence_leads_to_the_public_copy_of_the_file(file: Path, uploads: Path) -> None:
    link = '<a href="http://www.alt.example/wp-content/uploads/plan.pdf">den Plan</a>'
    items = [post(1, content__encoded=f"Hier steht {link}."), files.attachment(52, "plan.pdf")]
    bring(file, *items)
    assert link in str(Article.objects.get().body.raw_data[0]["value"])
    bring(file, *items, uploads=uploads)
    article, document = Article.objects.get(), Download.objects.get()
    assert f'<a linktype="document" id="{document.pk}">' in article.body.raw_data[0]["value"]
    baked = bake.render(article.url)
    assert f'<a href="/media/{downloads.public_name(document)}">den Plan</a>' in baked.body.decode()
    assert document.ingredient in baked.recipe
    document.delete()
    assert "<a>den Plan</a>" in bake.render(article.url).body.decode()


@pytest.mark.parametrize("name", ["archiv.jpg", "archiv-300x200.jpg", "archiv-scaled.jpg"])
def test_link_in_a_sentence_leads_to_the_own_picture(file: Path, uploads: Path, name: str) -> None:
    link = f'<a href="http://www.alt.example/wp-content/uploads/{name}">ein Bild</a>'
    items = [post(1, content__encoded=f"Hier ist {link}."), files.attachment(51, "archiv.jpg")]
    bring(file, *items)
    assert link in str(Article.objects.get().body.raw_data[0]["value"])
    bring(file, *items, uploads=uploads)
    article, picture = Article.objects.get(), Picture.objects.get(title="archiv")
    written = f'<a linktype="picture" id="{picture.pk}">ein Bild</a>'
    assert written in article.body.raw_data[0]["value"]
    baked = bake.render(article.url)
    address = picture_links.file_of(picture)
    assert f'<a href="{address}">ein Bild</a>' in baked.body.decode()
    assert picture.ingredient in baked.recipe
    feature = article.body.stream_block.child_blocks["paragraph"].field.widget
    kept = feature.converter.from_database_format(article.body.raw_data[0]["value"])
    assert written in feature.converter.to_database_format(kept)
    picture.expires_on = dt.date(2020, 1, 1)
    picture.save()
    assert "<a>ein Bild</a>" in bake.render(article.url).body.decode()
