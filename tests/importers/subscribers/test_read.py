"""Tables as programs save them: encodings, delimiters, headings, times."""

import contextlib
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.importers import tables
from allmende.importers.subscribers import columns, entries

pytestmark = pytest.mark.no_database
BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
GERMAN = (
    "E-Mail-Adresse;Vorname;Nachname;Bestätigt am\nmüller@bote.example;Jörg;Müller;3.5.2023 14:30\n"
)


def rows(raw: bytes) -> list[tuple[int, list[str]]]:
    return list(tables.table(raw).lines())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_german_table_is_read_in_every_encoding(encoding: str, end: str) -> None:
    table = tables.table(GERMAN.replace("\n", end).encode(encoding))
    assert table.header == ["E-Mail-Adresse", "Vorname", "Nachname", "Bestätigt am"]
    assert columns.mapped(table.header) == ["email", "first_name", "last_name", "confirmed_at"]
    assert list(table.lines()) == [(2, ["müller@bote.example", "Jörg", "Müller", "3.5.2023 14:30"])]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiter_is_found_outside_of_quotes(delimiter: str) -> None:
    header = delimiter.join(['"Name, wie; genannt"', "E-Mail", "confirmed"])
    line = delimiter.join(['"a\nb"', "x@y.example", "2023-01-01"])
    found = rows(f"{header}\n\n{line}\nz\n".encode())
    assert found == [(3, ["a\nb", "x@y.example", "2023-01-01"]), (5, ["z"])]


def test_excel_says_its_delimiter_in_the_first_line() -> None:
    assert rows(b"sep=;\nemail;confirmed\na@b.example;2023-01-01\n") == [
        (3, ["a@b.example", "2023-01-01"])
    ]


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"", tables.Empty),
        (b"\xef\xbb\xbf \n", tables.Empty),
        (b"email,confirmed\n\n", tables.Empty),
        (b"sep=;\n", tables.Empty),
        (b"PK\x03\x04\x00\x00", tables.NoText),
        (b'a,b\n"' + b"x" * 30_000, tables.NoTable),
    ],
)
def test_what_is_no_table_says_why(raw: bytes, error: type[tables.Unreadable]) -> None:
    with pytest.raises(error):
        rows(raw)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_say_why_not(raw: bytes) -> None:
    with contextlib.suppress(tables.Unreadable):
        assert rows(raw)


@pytest.mark.parametrize(
    ("header", "holds"),
    [
        (["Email Address", "First Name", "CONFIRM_TIME"], ["email", "first_name", "confirmed_at"]),
        (["Adresse", "E-Mail", "confirmed"], ["", "email", "confirmed_at"]),
        (["email", "email", "x"], ["email", "", ""]),
        (["", " "], ["", ""]),
    ],
)
def test_headings_say_what_columns_hold(header: list[str], holds: list[str]) -> None:
    assert columns.mapped(header) == holds


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-05-31", "2023-05-31T00:00:00+02:00"),
        ("2023-05-31 14:30", "2023-05-31T14:30:00+02:00"),
        ("2023-05-31T12:30:05Z", "2023-05-31T14:30:05+02:00"),
        ("2023-05-31 12:30:05 UTC", "2023-05-31T14:30:05+02:00"),
        ("31.05.2023", "2023-05-31T00:00:00+02:00"),
        ("1.2.2023, 14:30 Uhr", "2023-02-01T14:30:00+01:00"),
    ],
)
def test_times_are_read_as_they_are_written(text: str, moment: str) -> None:
    assert entries.parsed(text, BERLIN) == dt.datetime.fromisoformat(moment)


@pytest.mark.parametrize("text", ["05/31/2023", "31.13.2023", "gestern", "20230531", "2023", "1"])
def test_doubtful_times_are_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whatever the parser says
        entries.parsed(text, BERLIN)
