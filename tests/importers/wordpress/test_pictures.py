"""Pictures come along from the folder of uploads, each file once, and none stops an article."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from allmende.bakery import bake
from allmende.bakery.models import BakedPage
from allmende.importers.models import Import
from allmende.importers.wordpress.load import load
from allmende.newsroom import foundation, pictures
from allmende.newsroom.models import Article, InfoPage, Picture
from tests.importers.wordpress import picture_files as files
from tests.importers.wordpress.moving import AT, bring, everything, notes, only, page, post, text
from tests.importers.wordpress.samples import export, meta

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    folder = tmp_path / "uploads"
    folder.mkdir()
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.xml"


def blocks(article: Any) -> list[tuple[str, Any]]:
    return [(block["type"], block["value"]) for block in article.body.raw_data]


def shown_in(content: str) -> dict[str, str]:
    return {"content__encoded": content}


def test_picture_of_the_text_with_its_words(file: Path, uploads: Path) -> None:
    files.put(uploads / "2019/03/steg.jpg")
    parts = [
        files.attachment(
            5, "2019/03/steg.jpg", files.alternative("Ein Steg im Nebel"), title="Der Steg"
        ),
        post(1, **shown_in("Davor.\n\n" + files.shown("2019/03/steg-300x200.jpg") + "\n\nDanach.")),
    ]
    bring(file, *parts, uploads=uploads)
    picture = Picture.objects.get()
    assert (picture.title, picture.description) == ("Der Steg", "Ein Steg im Nebel")
    assert (picture.width, picture.height) == (64, 48)
    assert blocks(only())[1] == ("picture", {"picture": picture.pk, "caption": ""})
    assert Path(picture.file.path).read_bytes() == (uploads / "2019/03/steg.jpg").read_bytes()


def test_lead_picture_with_caption_and_credit(file: Path, uploads: Path) -> None:
    files.put(uploads / "2019/03/steg.jpg")
    caption = "Der Steg im März (Foto: Jana Reuter)"
    parts = [
        files.attachment(5, "2019/03/steg.jpg", excerpt__encoded=caption),
        post(1, inside=files.lead(5)),
    ]
    bring(file, *parts, uploads=uploads)
    article = only()
    assert article.picture
    assert article.picture.credit == "Foto: Jana Reuter"
    assert article.picture_caption == "Der Steg im März"


def test_lead_picture_that_opens_the_text_stands_once(file: Path, uploads: Path) -> None:
    files.put(uploads / "steg.jpg")
    content = f"[caption]{files.shown('steg-150x150.jpg')} Am Morgen[/caption]\n\nText."
    parts = [files.attachment(5, "steg.jpg"), post(1, inside=files.lead(5), **shown_in(content))]
    bring(file, *parts, uploads=uploads)
    assert [kind for kind, _ in blocks(only())] == ["paragraph"]
    assert only().picture_caption == "Am Morgen"


def test_lead_picture_of_a_page_opens_its_text(file: Path, uploads: Path) -> None:
    files.put(uploads / "steg.jpg")
    bring(file, files.attachment(5, "steg.jpg"), page(1, inside=files.lead(5)), uploads=uploads)
    assert blocks(InfoPage.objects.get())[0][0] == "picture"


@pytest.mark.parametrize(
    "value",
    [
        meta("isc_image_source", "Fotohaus Reuter"),
        meta("_media_credit", "Fotohaus Reuter"),
        meta(
            "_wp_attachment_metadata",
            'a:1:{s:10:"image_meta";a:1:{s:6:"credit";s:15:"Fotohaus Reuter";}}',
        ),
    ],
)
def test_credit_that_a_plugin_or_the_camera_kept(file: Path, uploads: Path, value: str) -> None:
    files.put(uploads / "a.jpg")
    parts = [files.attachment(5, "a.jpg", value), post(1, inside=files.lead(5))]
    bring(file, *parts, uploads=uploads)
    assert Picture.objects.get().credit == "Fotohaus Reuter"


def test_picture_without_any_word_can_be_published_again(file: Path, uploads: Path) -> None:
    files.put(uploads / "IMG_0815.jpg")
    report = bring(
        file,
        files.attachment(5, "IMG_0815.jpg"),
        post(1, inside=files.lead(5), **shown_in(files.shown("IMG_0815.jpg") * 2)),
        uploads=uploads,
    )
    assert "has no alternative text" in notes(report)
    assert "has no credit" in notes(report)
    article = only()
    article.must_be_ready = True
    article.full_clean()
    stream = article.body.stream_block
    assert len(stream.clean(article.body)) == len(article.body)


def test_gallery_of_shortcode_and_block(file: Path, uploads: Path) -> None:
    for number in (1, 2, 3):
        files.put(uploads / f"2020/{number}.png", number)
    parts = [files.attachment(50 + n, f"2020/{n}.png", wp__post_parent="1") for n in (1, 2, 3)]
    figure = "".join(f"<figure>{files.shown(f'2020/{n}.png')}</figure>" for n in (2, 3))
    gallery = f'<!-- wp:gallery --><figure class="wp-block-gallery">{figure}</figure><!-- /wp -->'
    parts += [
        post(1, **shown_in("[gallery]")),
        post(2, **shown_in('[gallery ids="52,51"]')),
        post(3, **shown_in(gallery)),
        post(4, **shown_in('[gallery ids="53"]')),
    ]
    bring(file, *parts, uploads=uploads)
    keys = {p.title: p.pk for p in Picture.objects.all()}
    assert len(keys) == 3

    def galleries(slug: str) -> Any:
        kind, value = blocks(Article.objects.get(slug=slug))[0]
        if kind == "picture":
            return value["picture"]
        return [one["picture"] for one in value["pictures"]]

    assert galleries("artikel-1") == [keys["1"], keys["2"], keys["3"]]
    assert galleries("artikel-2") == [keys["2"], keys["1"]]
    assert galleries("artikel-3") == [keys["2"], keys["3"]]
    assert galleries("artikel-4") == keys["3"]


def test_same_file_under_two_names_is_one_picture(file: Path, uploads: Path) -> None:
    files.put(uploads / "2018/a.jpg")
    files.put(uploads / "2019/b.jpg")
    content = files.shown("2018/a.jpg") + files.shown("2019/b.jpg", host="https://i0.wp.com/x")
    bring(file, post(1, **shown_in(content)), post(2, **shown_in(content)), uploads=uploads)
    assert Picture.objects.count() == 1
    assert Import.objects.filter(kind=Import.Kind.PICTURE).count() == 1


def test_picture_that_the_paper_has_is_taken_for_the_same(file: Path, uploads: Path) -> None:
    first = [post(1, **shown_in(files.shown("a.jpg")))]
    files.put(uploads / "a.jpg")
    bring(file, *first, uploads=uploads)
    Import.objects.filter(kind=Import.Kind.PICTURE).delete()
    bring(file, *first, post(2, **shown_in(files.shown("a.jpg"))), uploads=uploads)
    assert Picture.objects.count() == 1


def test_twice_gives_the_same(file: Path, uploads: Path) -> None:
    files.put(uploads / "a.jpg")
    parts = [files.attachment(5, "a.jpg"), post(1, inside=files.lead(5)), post(2)]
    bring(file, *parts, uploads=uploads)
    before = everything(), list(Picture.objects.values())
    report = bring(file, *parts, uploads=uploads)
    assert (everything(), list(Picture.objects.values())) == before
    assert report.counts["post"] == {"unchanged": 2}


def test_pictures_that_come_later_are_put_into_their_places(file: Path, uploads: Path) -> None:
    parts = [post(1, **shown_in("Text. " + files.shown("a.jpg", alt="Ein Steg"))), post(2)]
    bring(file, *parts)
    assert "wp-content/uploads/a.jpg" in text(Article.objects.get(slug="artikel-1"))
    report = bring(file, *parts, uploads=uploads)
    assert report.counts["post"] == {"unchanged": 2}
    files.put(uploads / "a.jpg")
    report = bring(file, *parts, uploads=uploads)
    assert report.counts["post"] == {"changed": 1, "unchanged": 1}
    assert blocks(Article.objects.get(slug="artikel-1"))[1][0] == "picture"


def test_pictures_stay_when_an_item_changes_and_no_folder_is_named(
    file: Path, uploads: Path
) -> None:
    files.put(uploads / "a.jpg")
    bring(file, post(1, **shown_in(files.shown("a.jpg"))), uploads=uploads)
    before = blocks(only())
    bring(file, post(1, **shown_in("Neu. " + files.shown("a.jpg"))))
    assert blocks(only())[1] == before[0]


def test_picture_deleted_here_does_not_come_back(file: Path, uploads: Path) -> None:
    files.put(uploads / "a.jpg")
    bring(file, post(1, **shown_in(files.shown("a.jpg"))), uploads=uploads)
    Picture.objects.get().delete()
    content = shown_in("Neu. " + files.shown("a.jpg"))
    report = bring(file, post(1, **content), uploads=uploads)
    assert "was deleted here since" in notes(report)
    assert not Picture.objects.exists()


HOSTILE = {
    "fehlt.jpg": "is not in the folder of uploads",
    "halb.jpg": "is broken",
    "text.jpg": "is no picture",
    "leer.png": "is no picture",
    "bild.svg": "is a drawing (SVG)",
    "bild.bmp": "is of a kind that is not shown (BMP)",
    "tief.png": "has colours that are not shown (I;16)",
    "riesig.png": "pixels, which are too many",
    "ordner.jpg": "is not in the folder of uploads",
    "hinaus.jpg": "is not in the folder of uploads",
}


def hostile(uploads: Path) -> None:
    files.cut_off(uploads / "halb.jpg")
    (uploads / "text.jpg").write_text("<html>404</html>")
    (uploads / "leer.png").touch()
    (uploads / "bild.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
    files.put(uploads / "bild.bmp")
    Image.new("I;16", (60, 40)).save(uploads / "tief.png")
    files.put(uploads / "riesig.png", size=(7000, 6000))
    (uploads / "ordner.jpg").mkdir()
    (uploads / "hinaus.jpg").symlink_to(files.put(uploads.parent / "geheim.jpg"))


def test_hostile_files_stay_links_and_stop_nothing(file: Path, uploads: Path) -> None:
    hostile(uploads)
    pairs = list(enumerate(HOSTILE.items(), 1))
    parts = [post(n, **shown_in(f"Wort {n}. " + files.shown(name))) for n, (name, _) in pairs]
    parts += [files.attachment(99, "halb.jpg"), post(98, inside=files.lead(99))]
    report = bring(file, *parts, uploads=uploads)
    said = {line.foreign_id: " / ".join(line.notes) for line in report.lines}
    for number, (name, reason) in pairs:
        assert reason in said[str(number)], name
        article = Article.objects.get(slug=f"artikel-{number}")
        assert article.live
        assert f"uploads/{name}" in text(article)
    assert not Picture.objects.exists()
    assert Article.objects.get(slug="artikel-98").live


@pytest.mark.parametrize(
    "src",
    [
        "https://x.example/wp-content/uploads/../../geheim.jpg",
        "https://x.example/wp-content/uploads/%2e%2e/geheim.jpg",
        "https://x.example/..%2fgeheim.jpg",
        "https://x.example/uploads/.geheim.jpg",
        "https://x.example/" + "a" * 3000 + ".jpg",
        "https://x.example/%00.jpg",
        "https://[kaputt/a.jpg",
    ],
)
def test_address_never_leads_out_of_the_folder(file: Path, uploads: Path, src: str) -> None:
    files.put(uploads.parent / "geheim.jpg")
    files.put(uploads / ".geheim.jpg")
    bring(file, post(1, **shown_in(f'Text. <img src="{src}">')), uploads=uploads)
    assert not Picture.objects.exists()


def test_large_original_gives_way_to_a_smaller_size(file: Path, uploads: Path) -> None:
    files.put(uploads / "a.jpg", size=(7000, 6000))
    files.put(uploads / "a-1024x768.jpg", size=(1024, 768))
    files.put(uploads / "a-300x200.jpg", size=(300, 200))
    bring(file, post(1, **shown_in(files.shown("a-300x200.jpg"))), uploads=uploads)
    assert Picture.objects.get().width == 1024


def test_every_kind_that_comes_can_be_shown(file: Path, uploads: Path) -> None:
    """What passes here is never found broken by a bake."""
    files.put(uploads / "cmyk.jpg", 1, mode="CMYK")
    files.put(uploads / "grau.png", 2, mode="L")
    files.put(uploads / "eins.png", 3, mode="1")
    files.put(uploads / "palette.png", 4, mode="P")
    files.put(uploads / "durchsichtig.png", 5, mode="RGBA")
    files.put(uploads / "beides.png", 6, mode="LA")
    files.put(uploads / "falsch.jpg", 7, format="PNG")
    files.put(uploads / "neu.webp", 8)
    files.put(uploads / "neuer.avif", 9)
    files.moving(uploads / "bewegt.gif")
    names = [one.name for one in sorted(uploads.iterdir())]
    content = "Text. " + "".join(map(files.shown, names))
    report = bring(file, post(1, **shown_in(content)), uploads=uploads)
    assert "picture left as a link" not in notes(report)
    assert "moves in the original" in notes(report)
    assert Picture.objects.count() == len(names)
    for picture in Picture.objects.all():
        pictures.prepare(picture)
    bake.finish()
    assert not BakedPage.objects.exclude(error="").exists()
    html = bake.render(only().url).body.decode()
    assert html.count("<picture>") == len(names)


def test_dry_run_tells_the_same_and_writes_nothing(file: Path, uploads: Path) -> None:
    files.put(uploads / "a.jpg")
    hostile(uploads)
    content = "".join(map(files.shown, ["a.jpg", *HOSTILE]))
    file.write_bytes(export(post(1, **shown_in(content)), post(2, **shown_in(content))))
    foundation.lay()
    dry = load(file, at=AT, dry_run=True, uploads=uploads)
    assert not Picture.objects.exists()
    assert not Import.objects.exists()
    real = load(file, at=AT + dt.timedelta(days=1), uploads=uploads)
    assert {**dry.as_dict(), "dry_run": False} == json.loads(json.dumps(real.as_dict()))
    assert real.counts["picture"] == {"new": 1}


def test_no_room_for_pictures_ends_clearly_and_goes_on_later(
    file: Path, uploads: Path, settings: Any
) -> None:
    files.put(uploads / "a.jpg")
    parts = [post(1, **shown_in(files.shown("a.jpg"))), page(2)]
    good, settings.MEDIA_ROOT = settings.MEDIA_ROOT, uploads.parent / "voll"
    settings.MEDIA_ROOT.touch()
    with pytest.raises(OSError, match="voll"):
        bring(file, *parts, uploads=uploads)
    assert not Picture.objects.exists()
    settings.MEDIA_ROOT = good
    bring(file, *parts, uploads=uploads)
    assert blocks(only())[0][0] == "picture"


def test_file_left_by_a_killed_run_is_written_whole(
    file: Path, uploads: Path, settings: Any
) -> None:
    files.put(uploads / "a.jpg")
    parts = [post(1, **shown_in(files.shown("a.jpg")))]
    bring(file, *parts, uploads=uploads)
    copy = Path(Picture.objects.get().file.path)
    whole = copy.read_bytes()
    Import.objects.all().delete()
    Article.objects.get().delete()
    Picture.objects.all().delete()
    copy.write_bytes(whole[:100])
    bring(file, *parts, uploads=uploads)
    assert copy.read_bytes() == whole
    assert [one.name for one in copy.parent.iterdir()] == [copy.name]
