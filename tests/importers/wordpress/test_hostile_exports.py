"""Whatever stands in a file: values as promised, or a refusal with its place; never a traceback."""

from datetime import UTC
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.importers.wordpress.export import BrokenExport, ExportError, Item
from allmende.importers.wordpress.html import convert
from allmende.importers.wordpress.read import read
from tests.importers.wordpress.samples import ARTICLE, export, item, label, meta

pytestmark = pytest.mark.no_database
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)
ODD = st.sampled_from(
    ["", "0", "-1", "99999999999999999999", "0000-00-00 00:00:00", "2019-02-30 25:61:61", "]]>",
     "9999-12-31 23:59:59", "0001-01-01 00:00:00", "<b>", "&nbsp;", "http://[", "%zz", "a:1:{s:9",
     '[{"id":', "٣", "../..", "\u202e", "\n\n", "https://x.example/" + "a" * 300]
)  # fmt: skip
VALUES = TEXT | ODD
FIELDS = st.dictionaries(st.sampled_from([*ARTICLE, "guid", "wp:attachment_url"]), VALUES)
METAS = st.sampled_from(
    ["_thumbnail_id", "footnotes", "_wp_old_slug", "_wp_attachment_metadata", "", "x"]
)
INSIDE = st.lists(
    st.builds(meta, METAS, VALUES)
    | st.builds(
        label, st.sampled_from(["category", "post_tag", "tag", ""]), st.just("tal"), st.just("Tal")
    )
    | st.builds("<wp:comment><wp:comment_id>{}</wp:comment_id></wp:comment>".format, st.integers())
    | st.sampled_from(
        ["<x:y xmlns:x='urn:x'><z/></x:y>", "<item/>", "<category/>", "<wp:comment/>"]
    ),
    max_size=4,
).map("".join)
ITEMS = st.lists(st.builds(lambda fields, inside: item(fields, inside=inside), FIELDS, INSIDE))


@given(ITEMS)
def test_odd_values_are_read(items: list[str]) -> None:
    entries = list(read(BytesIO(export(*items))))
    found = [entry for entry in entries if isinstance(entry, Item)]
    assert len(found) == len(items)
    for one in found:
        assert one.published_at is None or one.published_at.tzinfo == UTC
        convert(one.content, base=one.link, footnotes=one.footnotes)


DAMAGED = export(item(), item({"content:encoded": "ä <p>€</p>"}, inside=meta("x", "y")))


def refusal(data: bytes) -> ExportError | None:
    try:
        list(read(BytesIO(data)))
    except ExportError as error:
        return error
    return None


@given(st.integers(0, len(DAMAGED)), st.integers(0, 9), st.binary(max_size=6))
def test_damage_is_refused_with_its_place_or_does_no_harm(at: int, gone: int, new: bytes) -> None:
    data = DAMAGED[:at] + new + DAMAGED[at + gone :]
    error = refusal(data)
    if isinstance(error, BrokenExport):
        assert 1 <= error.line <= data.count(b"\n") + 1
        assert error.column >= 1
        assert error.reason
    elif error:
        assert "Expected a WordPress export" in str(error)
