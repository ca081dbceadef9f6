"""Recordings, films and files come along from the folder of uploads as the newsroom's blocks."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from allmende.bakery import bake
from allmende.bakery.models import BakedPage
from allmende.importers.wordpress.load import load
from allmende.newsroom import foundation
from allmende.newsroom.models import Download, Picture
from tests.importers.wordpress import picture_files as files
from tests.importers.wordpress.moving import AT, bring, everything, notes, only, post, text
from tests.importers.wordpress.samples import export, meta

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
HOST = "https://bote.example/wp-content/uploads/"


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    folder = tmp_path / "uploads"
    files.put(folder / "2019/steg.jpg")
    for name in ("ton.mp3", "film.mp4", "film.vtt", "plan.pdf", "alt.mov", "seite.html"):
        (folder / "2019" / name).write_bytes(b"WEBVTT " + name.encode())
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.xml"


def blocks() -> list[tuple[str, Any]]:
    return [(block["type"], block["value"]) for block in only().body.raw_data]


def audio(name: str, caption: str = "") -> str:
    return (
        f"<!-- wp:audio --><figure class='wp-block-audio'><audio controls src='{HOST}{name}'>"
        f"</audio><figcaption>{caption}</figcaption></figure><!-- /wp:audio -->"
    )


def offered(name: str, title: str) -> str:
    return (
        f"<!-- wp:file --><div class='wp-block-file'><a href='{HOST}{name}'>{title}</a>"
        f"<a href='{HOST}{name}' class='wp-block-file__button' download>Laden</a></div>"
        "<!-- /wp:file -->"
    )


@pytest.mark.parametrize(
    "content",
    [
        f"[audio {HOST}2019/ton.mp3]",
        f'[audio mp3="{HOST}2019/ton.mp3"][/audio]',
        audio("2019/ton.mp3"),
        f"{HOST}2019/ton.mp3",
    ],
)
def test_recording_of_the_site_is_heard_here(file: Path, uploads: Path, content: str) -> None:
    source = files.attachment(5, "2019/ton.mp3", meta("credit", "Radio Tal"), title="Der Chor")
    report = bring(file, source, post(1, content__encoded=content), uploads=uploads)
    stored = Download.objects.get()
    assert (stored.title, stored.filename) == ("Der Chor", "ton.mp3")
    assert Path(stored.file.path).read_bytes() == b"WEBVTT ton.mp3"
    assert blocks() == [
        (
            "audio",
            {"file": stored.pk, "title": "Der Chor", "credit": "Radio Tal", "transcript": ""},
        )
    ]
    assert "“Der Chor” has no transcript" in notes(report)
    assert report.counts["file"] == {"new": 1}


def test_long_caption_of_a_recording_follows_it(file: Path, uploads: Path) -> None:
    long = "Der Chor singt <b>lange</b>. " * 12
    parts = [audio("2019/ton.mp3", "Kurz"), audio("2019/ton.mp3", long)]
    bring(file, post(1, content__encoded="".join(parts)), uploads=uploads)
    (first, one), (second, two), (third, below) = blocks()
    assert [first, second, third] == ["audio", "audio", "paragraph"]
    assert (one["title"], two["title"]) == ("Kurz", "ton")
    assert below.count("<b>lange</b>") == 12
    assert Download.objects.count() == 1


def test_film_with_still_and_captions(file: Path, uploads: Path) -> None:
    content = (
        f"<video poster='{HOST}2019/steg.jpg' src='{HOST}2019/film.mp4'>"
        f"<track kind='captions' src='{HOST}2019/film.vtt'></video>"
    )
    bring(file, post(1, content__encoded=content), uploads=uploads)
    [(kind, value)] = blocks()
    named = {row.filename: row.pk for row in Download.objects.all()}
    assert kind == "video"
    assert value["file"] == named["film.mp4"]
    assert value["captions"] == named["film.vtt"]
    assert value["picture"] == Picture.objects.get().pk


def test_film_without_still_stands_behind_the_lead_picture_or_is_a_download(
    file: Path, uploads: Path
) -> None:
    content = {"content__encoded": f"Seht her: [video mp4='{HOST}2019/film.mp4'][/video]"}
    lead = files.attachment(5, "2019/steg.jpg")
    bring(file, lead, post(1, inside=files.lead(5), **content), uploads=uploads)
    assert [kind for kind, _ in blocks()] == ["paragraph", "video"]
    report = bring(file, post(1, **content), uploads=uploads)
    assert [kind for kind, _ in blocks()] == ["paragraph", "download"]
    assert "has no picture: is a download" in notes(report)


def test_file_block_and_what_no_browser_plays_are_downloads(file: Path, uploads: Path) -> None:
    content = offered("2019/plan.pdf", "Der Plan") + offered("2019/ton.mp3", "Der Ton")
    bring(file, post(1, content__encoded=content), uploads=uploads)
    named = {row.filename: row.pk for row in Download.objects.all()}
    assert blocks() == [
        ("download", {"document": named["plan.pdf"], "title": "Der Plan", "note": ""}),
        ("download", {"document": named["ton.mp3"], "title": "Der Ton", "note": ""}),
    ]


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (offered("2019/fehlt.pdf", "Plan"), "paragraph", "is not in the folder of uploads"),
        (offered("2019/seite.html", "Plan"), "paragraph", "of a kind that is not offered (html)"),
        (f"[audio {HOST}2019/fehlt.mp3]", "paragraph", "is not in the folder of uploads"),
        (f"<video src='{HOST}2019/alt.mov'></video>", "external_video", "not offered (mov)"),
        (f"<video src='{HOST}../../geheim.mp4'></video>", "external_video", "is not in the folder"),
    ],
)
def test_file_that_cannot_be_had_is_a_link(
    file: Path, uploads: Path, content: str, kind: str, reason: str
) -> None:
    (uploads.parent / "geheim.mp4").write_bytes(b"geheim")
    report = bring(file, post(1, content__encoded=content), uploads=uploads)
    assert blocks()[0][0] == kind
    assert HOST.rpartition("/wp-content")[0] in text(only())
    assert reason in notes(report)
    assert not Download.objects.exists()


def test_recording_on_another_site_is_a_link(file: Path, uploads: Path) -> None:
    url = "https://radio.example/2019/ton.mp3"
    report = bring(file, post(1, content__encoded=f"[audio {url}]"), uploads=uploads)
    assert blocks() == [("paragraph", f'<p><a href="{url}">{url}</a></p>')]
    assert "file left" not in notes(report)


def test_film_on_another_site_is_called_like_the_article(file: Path) -> None:
    content = "https://www.youtube.com/watch?v=abcdefgh"
    bring(file, post(1, title="Am Steg", content__encoded=content))
    [(kind, value)] = blocks()
    assert (kind, value["title"], value["url"]) == ("external_video", "Am Steg", content)


def everything_of_it() -> str:
    return (
        audio("2019/ton.mp3")
        + f"<video poster='{HOST}2019/steg.jpg' src='{HOST}2019/film.mp4'></video>"
        + offered("2019/plan.pdf", "Plan")
        + "https://youtu.be/abcdefgh\n\n<hr />\n\n<pre><code>a = 1</code></pre>"
    )


def test_twice_gives_the_same_and_a_later_file_takes_its_place(file: Path, uploads: Path) -> None:
    hidden = uploads / "2019/ton.mp3"
    content = hidden.read_bytes()
    hidden.unlink()
    bring(file, post(1, content__encoded=everything_of_it()), uploads=uploads)
    before = everything(), list(Download.objects.values())
    report = bring(file, post(1, content__encoded=everything_of_it()), uploads=uploads)
    assert (everything(), list(Download.objects.values())) == before
    assert report.counts["post"] == {"unchanged": 1}
    hidden.write_bytes(content)
    report = bring(file, post(1, content__encoded=everything_of_it()), uploads=uploads)
    assert report.counts["post"] == {"changed": 1}
    assert report.counts["file"] == {"new": 1, "unchanged": 2}
    assert blocks()[0][0] == "audio"


def test_files_stay_when_an_item_changes_and_no_folder_is_named(file: Path, uploads: Path) -> None:
    bring(file, post(1, content__encoded=everything_of_it()), uploads=uploads)
    before = {kind for kind, _ in blocks()}
    bring(file, post(1, content__encoded="Neu.\n\n" + everything_of_it()))
    assert {kind for kind, _ in blocks()} == before | {"paragraph"}
    assert Download.objects.count() == 3


def test_dry_run_tells_the_same_and_writes_nothing(file: Path, uploads: Path) -> None:
    file.write_bytes(export(post(1, content__encoded=everything_of_it())))
    foundation.lay()
    dry = load(file, at=AT, dry_run=True, uploads=uploads)
    assert not Download.objects.exists()
    real = load(file, at=AT + dt.timedelta(days=1), uploads=uploads)
    assert {**dry.as_dict(), "dry_run": False} == json.loads(json.dumps(real.as_dict()))


def test_every_block_is_baked(file: Path, uploads: Path) -> None:
    bring(file, post(1, content__encoded=everything_of_it()), uploads=uploads)
    while bake.work():
        pass
    assert not BakedPage.objects.exclude(error="").exists()
    html = bake.render(only().url).body.decode()
    for part in ("<audio", "<video", "plan.pdf", "youtu.be", "<hr", "a = 1"):
        assert part in html
    assert "<iframe" not in html
