"""Files that are no export, or one no longer: refused in words that help."""

from io import BytesIO

import pytest

from allmende.importers.wordpress import xml
from allmende.importers.wordpress.export import BrokenExport, Entry, ExportError, Item, NotAnExport
from allmende.importers.wordpress.read import read
from tests.importers.wordpress.samples import HEAD, RSS, entries, export, item, only_item

pytestmark = pytest.mark.no_database


def refused(data: bytes) -> ExportError:
    with pytest.raises(ExportError) as caught:
        entries(data)
    return caught.value


def broken(data: bytes) -> tuple[int, int, str]:
    error = refused(data)
    assert isinstance(error, BrokenExport)
    return error.line, error.column, error.reason


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "an empty file"),
        (b" \n\n", "an empty file"),
        (b"PK\x03\x04rest", "a ZIP archive"),
        (b"\x1f\x8b\x08rest", "a gzip archive"),
        (b'{"posts": []}', "a file that begins with '{\"posts\": []}'"),
        (b"<!DOCTYPE html><html></html>", "a document of the type 'html'"),
        (b"<html><body/></html>", "XML that begins <html>"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "XML that begins <other:feed>"),
        (b"<rss version='2.0'><channel/></rss>", "an RSS feed that is no export"),
    ],
)
def test_something_else(data: bytes, found: str) -> None:
    error = refused(data)
    assert isinstance(error, NotAnExport)
    assert error.found == found
    assert "Expected a WordPress export (WXR)" in str(error)


def test_truncated_names_the_place() -> None:
    data = export(item())[:-30]
    line, column, reason = broken(data)
    assert line == data.count(b"\n") + 1
    assert column > 0
    assert reason


def test_mismatched_tag_names_line_and_column() -> None:
    data = b'<rss xmlns:wp="http://wordpress.org/export/1.2/">\n<channel>\n  <title>x</titel>'
    assert broken(data) == (3, 13, "mismatched tag")


def test_blank_lines_in_front_are_forgiven_and_counted() -> None:
    assert only_item(b"\xef\xbb\xbf\n\r\n " + export(item())).foreign_id == "7"
    data = b'\n\n\n<rss xmlns:wp="http://wordpress.org/export/1.2/">\n</x>'
    assert broken(data)[0] == 5


def test_control_character_is_named() -> None:
    data = export(item({"title": "vorher\x0bnachher"}))
    line, column, reason = broken(data)
    text = data.decode().split("\n")[line - 1]
    assert text[column - 1] == "\x0b"
    assert reason == "the control character U+000B is not allowed in XML"


def test_control_character_far_inside_is_named() -> None:
    parts = [item({"wp:post_id": str(number)}) for number in range(300)]
    data = export(*parts, item({"title": "\x08"}))
    assert broken(data)[2] == "the control character U+0008 is not allowed in XML"


def test_character_reference_to_nothing() -> None:
    data = export("<item><title>&#8;</title></item>")
    assert broken(data)[2] == "reference to invalid character number"


def test_bytes_that_are_no_text() -> None:
    data = export(item({"title": "Ärger"})).replace("Ä".encode(), b"\xc4")
    assert broken(data)[2] == "the byte 0xC4 begins no character that XML allows in this encoding"


def test_other_encoding_is_read() -> None:
    data = export(item({"title": "Ärger"})).decode().replace("UTF-8", "ISO-8859-1")
    assert only_item(data.encode("latin-1")).title == "Ärger"


LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>
<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>&c;</title></channel></rss>"""


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS,
        LAUGHS.replace('"haha"', 'SYSTEM "file:///etc/passwd"'),
        '<!DOCTYPE rss SYSTEM "http://elsewhere.example/rss.dtd"><rss/>',
    ],
)
def test_document_type_is_refused(data: str) -> None:
    assert "document type is refused" in broken(data.encode())[2]


def test_undeclared_entity() -> None:
    assert broken(export("<item><title>&nbsp;</title></item>"))[2] == "undefined entity"


def test_depth_is_bounded() -> None:
    assert "nested deeper" in broken(export("<item>" + "<x>" * 100_000))[2]


def test_size_of_an_entry_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "LARGEST_ENTRY", 1 << 20)
    assert "one entry is larger than 1 MB" in broken(export(item({"title": "x" * (2 << 20)})))[2]
    assert "one entry is larger" in broken(export("<item>" + "<x/>" * 20_000))[2]


def test_entries_before_the_fault_have_been_given() -> None:
    data = export(*[item({"wp:post_id": str(number)}) for number in range(200)])
    seen: list[Entry] = []
    with pytest.raises(BrokenExport):
        seen.extend(read(BytesIO(data[:-20])))  # what came before the error is in the list
    assert sum(isinstance(entry, Item) for entry in seen) > 100


def test_elements_of_strangers_are_passed_over() -> None:
    strange = '<x:y xmlns:x="urn:x"><x:title>nein</x:title></x:y><title>Noch einer</title>'
    [head, _] = entries(export(strange, item({"x": "y"})))
    assert getattr(head, "title", "") == "Auentaler Bote"


def test_namespace_with_another_prefix() -> None:
    data = RSS.format(version="1.2").replace("xmlns:wp=", "xmlns:p=") + HEAD.replace("wp:", "p:")
    data += "<item><p:post_id>4</p:post_id></item></channel></rss>"
    assert only_item(data.encode()).foreign_id == "4"
