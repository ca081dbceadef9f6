"""Body blocks: what readers get, what search finds, what must be there before publication."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from allmende.newsroom import writing
from allmende.newsroom.models import Article, Download, Picture
from allmende.newsroom.models.blocks import TextBlock
from tests.factories import newsroom as make
from tests.newsroom.test_baking import everything, from_scratch, page, tree, work

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nDas Wehr rauscht.\n"
SPOKEN = "<p>Man hört das Wehr.</p>"


def audio(**more: Any) -> dict[str, Any]:
    file = make.download("wehr.ogg", b"OggS", "Wehr")
    told = {"title": "Das Wehr", "credit": "Aufnahme: Reuter", "transcript": SPOKEN}
    return {"file": file.pk} | told | more


def video(**more: Any) -> dict[str, Any]:
    film = make.download("wehr.webm", b"\x1a\x45\xdf\xa3", "Film")
    captions = make.download("wehr.vtt", CAPTIONS, "Untertitel")
    told = audio() | {"picture": make.picture().pk, "captions": captions.pk}
    return told | {"file": film.pk} | more


def elsewhere(**more: Any) -> dict[str, Any]:
    told = {"url": "https://www.filme.example/w/17", "title": "Flug über die Aue"}
    return told | {"picture": make.picture().pk, "caption": "Von oben"} | more


def each() -> dict[str, Any]:
    """A value of every new block."""
    table = writing.plot(["Jahr", "Tage"], [["2024", "12,5"], ["2025", "7"]], caption="Schnee")
    moment = {"date": "1768", "heading": "Erbaut", "text": "<p>Vier Bögen.</p>"}
    return {
        "interview": {"question": "Hält sie?", "answer": "<p>Noch lange.</p>"},
        "timeline": {"heading": "Die Brücke", "moments": [moment]},
        "download": {"document": make.download("plan.pdf").pk, "title": "Der Plan", "note": ""},
        "audio": audio(),
        "video": video(),
        "external_video": elsewhere(),
        "plot": table["value"],
        "code": {"caption": "Gruß", "code": "if 1 < 2:\n    print('<b>')\n"},
        "separator": None,
    }


def published(kind: str, value: Any) -> Article:
    return make.article(body=[*make.paragraphs("Text."), writing.block(kind, value)])


def checked(kind: str, value: Any, *, draft: bool = False) -> None:
    """What the editor's form does with such a block."""
    stream = make.draft(body=[writing.block(kind, value)]).body
    block = stream.stream_block.child_blocks[kind]
    (block.clean_deferred if draft else block.clean)(stream[0].value)


def faults(kind: str, value: Any) -> set[str]:
    """The fields that are complained of when such a block is to be published."""
    with pytest.raises(ValidationError) as raised:
        checked(kind, value)
    return set(raised.value.block_errors)


SHOWN = {
    "interview": ["<dt>Hält sie?</dt>", "Noch lange."],
    "timeline": ["1768", "Erbaut", "Vier Bögen."],
    "download": ['.pdf" download>Der Plan</a>', "PDF, 8"],
    "audio": ['preload="none"', "/wehr.ogg", "Man hört das Wehr.", "Aufnahme: Reuter"],
    "video": ['preload="none"', 'type="video/webm"', 'kind="captions"', "poster=", "<details"],
    "external_video": ['href="https://www.filme.example/w/17"', "Video auf filme.example"],
    "plot": ["<svg", 'width="100.00%"', "<details", "12,5"],
    "code": ["if 1 &lt; 2:\n    print(&#x27;&lt;b&gt;&#x27;)\n", 'tabindex="0"'],
    "separator": ['<hr class="separator">'],
}


@pytest.mark.parametrize("kind", SHOWN)
def test_block_is_shown_and_loads_nothing_from_elsewhere(kind):
    everything()
    article = published(kind, each()[kind])
    work()
    html = page(article.url)
    for part in SHOWN[kind]:
        assert part in html, (kind, part)
    assert " style=" not in html
    assert 'src="http' not in html


def test_every_kind_of_block_is_tried():
    old = {"paragraph", "intertitle", "quotation", "pull_quote", "picture", "gallery", "list"}
    assert set(TextBlock().child_blocks) == set(SHOWN) | old | {"table", "fact_box"}


def test_words_of_every_block_are_found():
    article = make.draft(body=[writing.block(kind, value) for kind, value in each().items()])
    text = " ".join(article.body.stream_block.get_searchable_content(article.body))
    words = ["Hält sie", "Noch lange", "1768", "Erbaut", "Vier Bögen", "Der Plan", "Das Wehr"]
    for word in [*words, "Man hört", "Flug über", "Schnee", "12,5", "print"]:
        assert word in text, word


@pytest.mark.parametrize("kind", SHOWN)
def test_block_that_is_whole_may_be_published(kind):
    checked(kind, each()[kind])


@pytest.mark.parametrize("lacking", ["credit", "transcript"])
@pytest.mark.parametrize("kind", ["audio", "video"])
def test_recording_is_not_published_without_its_words(kind, lacking):
    value = each()[kind] | {lacking: ""}
    assert faults(kind, value) == {lacking}
    checked(kind, value, draft=True)


def test_video_is_not_published_without_captions_or_alternative_text():
    assert faults("video", video(captions=None)) == {"captions"}
    wrong = make.download("falsch.vtt", b"1\n00:00")
    assert faults("video", video(captions=wrong.pk)) == {"captions"}
    assert faults("video", video(picture=make.picture(description="").pk)) == {"picture"}
    unnamed = make.picture(credit="")
    assert faults("external_video", elsewhere(picture=unnamed.pk)) == {"picture"}


def test_file_that_no_browser_plays_is_refused():
    assert faults("audio", audio(file=make.download("lied.mid", b"MThd").pk)) == {"file"}
    assert faults("video", video(file=make.download("film.avi", b"RIFF").pk)) == {"file"}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://filme.example/x", "filme"])
def test_external_video_leads_to_the_web_only(url):
    assert faults("external_video", elsewhere(url=url)) == {"url"}


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (["Nur eine"], [["a"]]),
        (["Ort", "Zahl"], []),
        (["Ort", "Zahl"], [["Oberau", "viele"]]),
        (["Ort", "Zahl"], [["Oberau", ""]]),
        (["Ort", "Zahl"], [["Oberau", "inf"]]),
        (list("abcdef"), [list("a12345")]),
        (["Ort", "Zahl"], [[str(n), "1"] for n in range(41)]),
    ],
)
def test_table_that_cannot_be_drawn_is_refused(header, rows):
    assert faults("plot", writing.plot(header, rows, caption="Plan")["value"]) == {"table"}


def test_replaced_and_deleted_file_reaches_the_page(tmp_path):
    everything()
    document = make.download("plan.pdf", b"alt")
    article = published("download", {"document": document.pk, "title": "Plan", "note": ""})
    work()
    before = page(article.url)
    document.file = ContentFile(b"neu und laenger", name="plan.pdf")
    document.file_hash = ""
    document.save()
    work()
    assert page(article.url) != before
    assert tree() == from_scratch(tmp_path / "fresh")
    document.delete()
    work()
    assert "derzeit nicht verfügbar" in page(article.url)
    assert tree() == from_scratch(tmp_path / "again")


def test_document_is_public_only_once_a_page_shows_it(django_capture_on_commit_callbacks):
    everything()
    document = make.download("Plan für Süd.pdf", b"%PDF-1.7 Inhalt")
    public = Path(settings.MEDIA_ROOT) / "files"
    assert not public.exists()
    published("download", {"document": document.pk, "title": "Plan", "note": ""})
    work()
    (copy,) = [file for file in public.rglob("*") if file.is_file()]
    assert copy.name == "plan_fur_sud.pdf"
    assert copy.read_bytes() == b"%PDF-1.7 Inhalt"
    with django_capture_on_commit_callbacks(execute=True):
        Download.objects.get(pk=document.pk).delete()
    assert not copy.exists()


def test_missing_file_leaves_the_article_readable():
    document = make.download("weg.pdf")
    document.file.storage.delete(document.file.name)
    everything()
    article = published("download", {"document": document.pk, "title": "Plan", "note": ""})
    work()
    assert "derzeit nicht verfügbar" in page(article.url)


def test_publication_by_code_asks_each_block_what_the_editor_asks() -> None:
    nameless = make.picture("Namenlos")
    Picture.objects.filter(pk=nameless.pk).update(credit="")
    gallery = {"pictures": [{"picture": nameless.pk, "caption": ""}] * 2}
    for kind, value in (
        ("picture", {"picture": nameless.pk, "caption": ""}),
        ("gallery", gallery),
        ("audio", audio(transcript="")),
        ("video", video(captions=None)),
    ):
        draft = make.draft(body=[*make.paragraphs("Text."), writing.block(kind, value)])
        with pytest.raises(ValidationError) as refused:
            writing.publish(draft, at=make.NOON)
        assert refused.value.message_dict["body"], kind
        assert not Article.objects.get(pk=draft.pk).live
    assert "Namenlos" in str(lacking(gallery))


def lacking(gallery: dict[str, Any]) -> list[str]:
    draft = make.draft(body=[writing.block("gallery", gallery)])
    with pytest.raises(ValidationError) as refused:
        writing.check_ready(draft)
    return list(refused.value.message_dict["body"])
