"""Body blocks become what the newsroom's StreamField stores, and what staff can save again."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from allmende.importers.wordpress import content
from allmende.importers.wordpress.blocks import (
    Block,
    Embed,
    File,
    Gallery,
    Intertitle,
    ListBlock,
    ListItem,
    Paragraph,
    Picture,
    Preformatted,
    Quotation,
    Separator,
    Table,
)
from allmende.importers.wordpress.parts import Body
from allmende.newsroom.models.blocks import BodyBlock

FLOWER = Picture("https://x.example/bl%C3%BCte.jpg", alt="Eine Blüte", caption="<i>Mai</i>")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


class Files:
    """The export's list of files."""

    def picture(self, foreign_id: str) -> Picture | None:
        return Picture(f"https://x.example/{foreign_id}.jpg") if foreign_id != "0" else None

    def pictures_of(self, foreign_id: str) -> list[Picture]:
        return [FLOWER, Picture("https://x.example/zwei.png")]

    def find(self, shown: Picture) -> str:
        return ""

    def is_own_file(self, url: str) -> bool:
        return "x.example" in url

    def find_file(self, url: str) -> str:
        return ""


def stored(*blocks: Block) -> list[tuple[str, object]]:
    raw = content.fill(Body("7", Files(), title="Der Steg"), blocks).raw
    return [(block["type"], block["value"]) for block in raw]


LINK = '<a href="https://x.example/bl%C3%BCte.jpg">Picture: Eine Blüte</a>'


@pytest.mark.parametrize(
    ("block", "kind", "value"),
    [
        (Paragraph("Ein <b>Satz</b>."), "paragraph", "<p>Ein <b>Satz</b>.</p>"),
        (Intertitle("Wie & warum", 2), "intertitle", "Wie & warum"),
        (
            Quotation("Nie.<br><br>Wirklich <b>nie</b> &amp; nimmer.", "Frau Sommer"),
            "quotation",
            {"text": "Nie.\n\nWirklich nie & nimmer.", "speaker": "Frau Sommer", "role": ""},
        ),
        (
            ListBlock((ListItem("eins"), ListItem("<i>zwei</i>", 1)), ordered=True),
            "list",
            {"items": ["<p>eins</p>", "<p>– <i>zwei</i></p>"], "ordered": True},
        ),
        (FLOWER, "paragraph", f"<p>{LINK}<br/><i>Mai</i></p>"),
        (
            Picture("https://x.example/bl%C3%BCte.jpg", link="https://y.example/?a=1&b=2"),
            "paragraph",
            '<p><a href="https://x.example/bl%C3%BCte.jpg">Picture: blüte.jpg</a><br/>'
            '<a href="https://y.example/?a=1&amp;b=2">https://y.example/?a=1&amp;b=2</a></p>',
        ),
        (
            Preformatted("if a:\n    b  c", code=True),
            "code",
            {"caption": "", "code": "if a:\n    b  c"},
        ),
        (
            Preformatted("<b>1 &lt; 2</b>\n    b  c"),
            "paragraph",
            "<p><b>1 &lt; 2</b><br/>\xa0\xa0\xa0\xa0b\xa0\xa0c</p>",
        ),
        (
            Preformatted("<b>1 &lt; 2</b>\n\tb", code=True),
            "code",
            {"caption": "", "code": "1 < 2\n\tb"},
        ),
        (Preformatted("a   b\n1   2"), "code", {"caption": "", "code": "a   b\n1   2"}),
        (Quotation("So <b>ist</b> es.", pulled=True), "pull_quote", "So ist es."),
        (
            Embed("https://v.example/1", "Film"),
            "paragraph",
            '<p><a href="https://v.example/1">https://v.example/1</a><br/>Film</p>',
        ),
        (
            Embed("https://www.youtube.com/embed/abcdefgh?feature=oembed", "Am Steg"),
            "external_video",
            {
                "url": "https://www.youtube.com/watch?v=abcdefgh",
                "title": "Am Steg",
                "picture": None,
                "caption": "",
            },
        ),
        (
            Embed("https://vimeo.com/123", title="Der Film"),
            "external_video",
            {"url": "https://vimeo.com/123", "title": "Der Film", "picture": None, "caption": ""},
        ),
        (
            File("https://x.example/a.pdf", "Programm & Plan"),
            "paragraph",
            '<p><a href="https://x.example/a.pdf">Programm &amp; Plan</a></p>',
        ),
        (Paragraph("f((x))"), "paragraph", "<p>f(\u2060(x))</p>"),  # no footnote
    ],
)
def test_block(block: Block, kind: str, value: object) -> None:
    assert stored(block) == [(kind, value)]


def test_table_keeps_its_heading_cells() -> None:
    rows = (("Ort", "Zahl"), ("<b>Tal</b>", "3"))
    [(kind, value)] = stored(
        Table(rows, header_row=True, header_column=True, caption="Je <i>Ort</i>")
    )
    assert kind == "table"
    assert value == {
        "caption": "Je Ort",
        "row_headers": True,
        "table": {
            "columns": [{"type": "text", "heading": "Ort"}, {"type": "number", "heading": "Zahl"}],
            "rows": [{"values": ["Tal", "3"]}],
            "caption": "",
        },
    }


def test_table_without_caption_is_named_all_the_same() -> None:
    [(_, value)] = stored(Table((("a", "b"), ("c", "d"))))
    assert isinstance(value, dict)
    assert value["caption"] == "Table"


def test_gallery_is_found_by_ids_or_by_what_was_uploaded() -> None:
    by_id = stored(Gallery(attachment_ids=("4", "0"), caption="Alle"))
    assert by_id == [
        ("paragraph", '<p><a href="https://x.example/4.jpg">Picture: 4.jpg</a></p>'),
        ("paragraph", "<p>Alle</p>"),
    ]
    assert len(stored(Gallery(attached=True))) == 2


def test_separators_stand_between_two_things() -> None:
    line = Separator()
    kinds = [kind for kind, _ in stored(line, Paragraph("a"), line, line, Paragraph("b"), line)]
    assert kinds == ["paragraph", "separator", "paragraph"]


def test_empty_body_is_one_paragraph() -> None:
    assert stored(Separator()) == [("paragraph", "<p></p>")]
    assert stored() == [("paragraph", "<p></p>")]


def test_what_is_too_long_for_a_block_stays_in_another() -> None:
    assert stored(Intertitle("a & b " * 60, 2))[0][0] == "paragraph"
    [(_, value)] = stored(Quotation("Nie.", "Frau " * 40))
    assert isinstance(value, dict)
    assert (value["speaker"], value["text"].count("Frau")) == ("", 40)
    assert [kind for kind, _ in stored(Table((("a",), ("b",)), caption="Satz " * 60))] == [
        "table",
        "paragraph",
    ]


@pytest.mark.django_db
def test_staff_can_save_what_came() -> None:
    blocks = [
        Paragraph("Text"),
        Intertitle("Titel", 2),
        Intertitle("Titel " * 60, 3),
        Quotation("Nie."),
        Quotation("Nie.", "Frau " * 40, pulled=True),
        ListBlock((ListItem("eins"),)),
        Table((("a", ""), ("", "d"))),
        Table((("nur eine", "Zeile"),)),
        FLOWER,
        Gallery(attached=True),
        Preformatted(" x"),
        Embed("https://v.example/1"),
        Embed("https://youtu.be/abcdefgh", "Ein <b>Film</b> " * 40),
        File("https://x.example/a.pdf", "Programm"),
        Separator(),
        Preformatted("x = 1", code=True),
    ]
    stream = BodyBlock()
    value = stream.to_python(content.fill(Body("7", Files()), blocks).raw)
    assert len(stream.clean(value)) == len(value)
