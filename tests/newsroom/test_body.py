"""Boxes in their places, never one twice; footnotes in order."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allmende.newsroom import body, slots, writing
from allmende.newsroom.models.blocks import BOXES
from tests.factories import newsroom as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def boxes():
    """A dummy renderer in every slot of an article."""
    placed = [
        ("article.third", "newsletter"),
        ("article.end", "membership"),
        ("article.end", "contribution"),
    ]
    before = dict(slots._boxes)
    slots._boxes.clear()
    for slot, key in placed:
        slots.register(slot, key=key, render=lambda article, key=key: f"<aside>{key}</aside>")
    yield [key for _, key in placed]
    slots._boxes.clear()
    slots._boxes.update(before)


def outline(article) -> list[str]:
    return [
        part.block.block_type if part.block else str(part.boxes) for part in body.compose(article)
    ]


def test_boxes_place_themselves_at_a_third_and_at_the_end(boxes):
    article = make.draft(body=make.paragraphs(*["Ein Satz mit acht Wörtern steht hier jetzt."] * 6))
    assert outline(article) == [
        "paragraph",
        "paragraph",
        "<aside>newsletter</aside>",
        *["paragraph"] * 4,
        "<aside>membership</aside><aside>contribution</aside>",
    ]


def test_box_placed_by_the_editor_does_not_place_itself(boxes):
    blocks = make.paragraphs("Eins", "Zwei", "Drei")
    blocks.insert(1, writing.block("newsletter_box", None))
    assert outline(make.draft(body=blocks))[1] == "<aside>newsletter</aside>"
    assert outline(make.draft(body=blocks)).count("<aside>newsletter</aside>") == 1


def test_box_switched_off_is_not_there(boxes):
    article = make.draft(newsletter_box_on=False, contribution_box_on=False)
    assert outline(article)[-1] == "<aside>membership</aside>"
    assert "newsletter" not in "".join(outline(article))


def test_box_does_not_part_an_intertitle_from_its_text(boxes):
    long = "Wort " * 40
    blocks = [
        *make.paragraphs("Kurz."),
        writing.block("intertitle", "Zwischentitel"),
        *make.paragraphs(long, long),
    ]
    parts = outline(make.draft(body=blocks))
    assert parts[parts.index("intertitle") + 1] == "paragraph"


def test_empty_slots_render_nothing():
    assert slots.render("front.quiet") == ""
    with pytest.raises(ValueError, match="no slot named"):
        slots.register("article.middle", key="x", render=lambda article: "")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    kinds=st.lists(st.sampled_from(["paragraph", "intertitle", *BOXES]), min_size=1, max_size=12),
    off=st.sets(st.sampled_from(["newsletter", "membership", "contribution"])),
)
def test_each_box_stands_once_unless_switched_off(boxes, kinds, off):
    unique = [k for i, k in enumerate(kinds) if k not in BOXES or k not in kinds[:i]]
    text = {"paragraph": "<p>Etwas Text.</p>", "intertitle": "Titel"}
    article = make.draft(
        body=[writing.block(kind, text.get(kind)) for kind in unique],
        **{f"{key}_box_on": False for key in off},
    )
    shown = "".join(str(part.boxes) for part in body.compose(article))
    for key in boxes:
        assert shown.count(f"<aside>{key}</aside>") == (0 if key in off else 1)


def test_footnotes_are_numbered_in_order_and_keep_their_emphasis():
    notes = body.Footnotes()
    html = notes.expand("<p>So steht es da ((Protokoll, <i>Seite 4</i>)). Und da ((zweite)).</p>")
    assert notes.notes == ["Protokoll, <i>Seite 4</i>", "zweite"]
    assert html.index('href="#fn-1"') < html.index('href="#fn-2"')
    assert "((" not in html


@given(st.text())
def test_any_text_survives_footnote_expansion(text):
    body.Footnotes().expand(text)
