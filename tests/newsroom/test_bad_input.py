"""What goes wrong in a newsroom: too long, empty, hostile, missing. Clear words, nothing lost."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.images.forms import get_image_form

from allmende.bakery import orders, placing
from allmende.bakery.ingredients import EVERYTHING
from allmende.bakery.models import BakedPage
from allmende.newsroom import pictures, writing
from allmende.newsroom.models import Picture
from tests.factories import newsroom as make
from tests.newsroom.test_baking import page, work

pytestmark = pytest.mark.django_db
SCRIPT = '<script>alert("x")</script>'


def test_headline_of_300_characters_is_refused_by_field():
    draft = make.draft("x" * 255)
    draft.title = "x" * 300
    with pytest.raises(ValidationError) as raised:
        writing.publish(draft, at=make.NOON)
    assert "255" in raised.value.message_dict["title"][0]


def test_longest_headline_gets_an_address_that_is_a_file():
    article = make.article("Wort " * 51)
    orders.place(EVERYTHING)
    work()
    assert len(article.slug) <= 120
    assert "Wort Wort" in page(article.url)


def test_empty_body_is_refused_when_published_but_not_as_a_draft():
    section = make.section()
    draft = writing.draft("Leer", section=section, body=[])
    with pytest.raises(ValidationError) as raised:
        writing.publish(draft, at=make.NOON)
    assert "body" in raised.value.message_dict


@pytest.mark.parametrize(
    "title", ["Brücke 🌉 fertig", "גשר חדש בעמק", "العربية <b>fett</b>", "A\u202ekehrt\u202c um"]
)
def test_emoji_and_right_to_left_text_come_out_as_they_went_in(title):
    article = make.article(title)
    orders.place(EVERYTHING)
    work()
    escaped = title.replace("<", "&lt;").replace(">", "&gt;")
    assert escaped in page(article.url)


def test_script_in_every_field_stays_text():
    fields = ("kicker", "short_headline", "subheading", "lead", "teaser", "place")
    author = make.author(SCRIPT, "schlingel", bio=SCRIPT, role=SCRIPT)
    picture = make.picture(title=SCRIPT[:20], description=SCRIPT, credit=SCRIPT)
    article = make.article(
        SCRIPT,
        **dict.fromkeys(fields, SCRIPT),
        picture=picture,
        picture_caption=SCRIPT,
        bylines=[(author, SCRIPT)],
        topics=[make.topic(SCRIPT, "schlimm")],
        body=[
            writing.block("intertitle", SCRIPT),
            writing.block("pull_quote", SCRIPT),
            writing.block("quotation", {"text": SCRIPT, "speaker": SCRIPT, "role": SCRIPT}),
            writing.table([SCRIPT], [[SCRIPT]], caption=SCRIPT),
            writing.block("picture", {"picture": picture.pk, "caption": SCRIPT}),
        ],
    )
    orders.place(EVERYTHING)
    work()
    paths = [article.url, "/", "/von/schlingel/", "/thema/schlimm/", "/feed.atom", "/ticker.html"]
    for path in paths:
        assert "<script>" not in page(path), path
    assert not BakedPage.objects.exclude(error="").exists()


def test_missing_picture_file_leaves_the_article_readable():
    picture = make.picture(size=(900, 600))
    picture.file.storage.delete(picture.file.name)
    article = make.article(picture=picture)
    orders.place(EVERYTHING)
    work()
    assert "Erster Satz." in page(article.url)


def test_lost_picture_is_shared_in_the_sizes_that_were_made():
    picture = make.picture(size=(900, 600))
    made = picture.get_rendition(pictures.SHARE)
    picture.file.storage.delete(picture.file.name)
    assert pictures.to_share(Picture.objects.get(pk=picture.pk)) == [made]


def upload(name: str, data: bytes, kind: str) -> dict[str, list[str]]:
    """What the picture form of the admin says to a file."""
    form = get_image_form(Picture)(
        {"title": "Bild", "collection": 1}, {"file": SimpleUploadedFile(name, data, kind)}
    )
    form.is_valid()
    return form.errors


def test_picture_of_40_megapixels_is_refused_in_words():
    data = io.BytesIO()
    Image.new("L", (8000, 5000)).save(data, "PNG")
    assert "file" in upload("gross.png", data.getvalue(), "image/png")


def test_svg_with_script_is_refused_in_words():
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{SCRIPT}</svg>'.encode()
    assert "file" in upload("boese.svg", svg, "image/svg+xml")
    assert "file" in upload("boese.png", svg, "image/png")


def test_full_disk_keeps_the_old_file(monkeypatch):
    """The store's own tests fill a real disk; here the error goes through the worker."""
    from allmende.bakery.store import StoreFull

    article = make.article("Alt")
    orders.place(EVERYTHING)
    work()
    before = page(article.url)

    def full(*args: object) -> bool:
        raise StoreFull("no space left on the disk of the baked pages")

    monkeypatch.setattr(placing.store(), "put", full)
    article.title = "Neu"
    article.save_revision().publish()
    work()
    monkeypatch.undo()
    assert page(article.url) == before
    assert "no space left" in BakedPage.objects.get(path=article.url).error
