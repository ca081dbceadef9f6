"""Papers: tagged, the same bytes each time, and refused where a reader's program could not tell."""

import datetime as dt
from pathlib import Path

import pytest
import typst
from django.conf import settings

from allmende.lib import pdf

pytestmark = pytest.mark.no_database
AT = dt.datetime(2027, 1, 2, 9, tzinfo=dt.UTC)
FONTS = settings.PRINT_FONTS
WORDS = """#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(font: "Vollkorn", lang: "de")
= #data.title
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "paper.typ"
    path.write_text(WORDS)
    return path


def test_paper_is_tagged_and_names_its_language(template: Path):
    made = pdf.render(template, {"title": "Beiträge für »Łódź«"}, fonts=FONTS, at=AT)
    assert made.startswith(b"%PDF-1.7")
    assert b"/Lang(de)" in made
    assert b"/MarkInfo" in made
    assert b"<pdfuaid:part>1" in made


def test_paper_has_the_same_bytes_at_the_same_moment(template: Path):
    made = [pdf.render(template, {"title": "Eins"}, fonts=FONTS, at=AT) for _ in range(2)]
    later = pdf.render(template, {"title": "Eins"}, fonts=FONTS, at=AT + dt.timedelta(days=1))
    assert made[0] == made[1]
    assert later != made[0]


def test_paper_without_a_title_is_refused(template: Path):
    template.write_text(WORDS.replace("#set document(title: data.title)", ""))
    with pytest.raises(typst.TypstError):
        pdf.render(template, {"title": "Eins"}, fonts=FONTS, at=AT)
