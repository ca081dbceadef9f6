"""EXTF files, as DATEV takes them."""

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from allmende.ledger.exports import datev
from allmende.ledger.exports.booked import Booked, Share
from allmende.ledger.money import Money

pytestmark = pytest.mark.no_database
AT = dt.datetime(2026, 4, 1, 8, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 31)
NUMBERS = {"bank": 1800, "contributions": 4830, "fees": 6855}
CLIENT = datev.Client(1001, 456)
GIFT = Booked(
    7, DAY, 'due item "17" ☃',
    (Share("bank", Money(1165)), Share("fees", Money(35)),
     Share("contributions", Money(-1200), "person:4")),
)  # fmt: skip


def files(*entries: Booked, since: dt.date = DAY, until: dt.date = DAY, **more) -> list[datev.File]:
    client = more.get("client", CLIENT)
    found = datev.files(entries, since=since, until=until, numbers=NUMBERS, client=client, at=AT)
    return list(found)


def read(file: datev.File) -> list[list[str]]:
    text = file.content.decode("cp1252")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def named(file: datev.File) -> list[dict[str, str]]:
    _about, names, *rows = read(file)
    return [{name: value for name, value in zip(names, row, strict=True) if value} for row in rows]


def test_entry_of_three_postings_is_two_moves() -> None:
    (file,) = files(GIFT)
    same = {
        "Soll/Haben-Kennzeichen": "S",
        "Gegenkonto (ohne BU-Schlüssel)": "4830",
        "Belegdatum": "3103",
        "Belegfeld 1": "7",
        "Buchungstext": 'due item "17" ?',
        "Zusatzinformation – Art 1": "Partei",
        "Zusatzinformation – Inhalt 1": "person:4",
    }
    assert named(file) == [
        same | {"Umsatz (ohne Soll/Haben-Kz)": "11,65", "Konto": "1800"},
        same | {"Umsatz (ohne Soll/Haben-Kz)": "0,35", "Konto": "6855"},
    ]
    assert file.name == "EXTF_Buchungsstapel_2026-03-31_2026-03-31.csv"


def test_reversal_names_what_it_takes_back() -> None:
    shares = (Share("bank", Money(-5)), Share("contributions", Money(5)))
    (file,) = files(Booked(8, DAY, "", shares, reverses=7))
    (row,) = named(file)
    assert (row["Konto"], row["Zusatzinformation – Inhalt 1"]) == ("4830", "7")


def test_period_of_two_business_years_is_two_files() -> None:
    client = datev.Client(1001, 456, year_begins=(7, 1))
    until = dt.date(2026, 7, 2)
    shares = (Share("bank", Money(5)), Share("fees", Money(-5)))
    first, second = files(
        Booked(1, DAY, "", shares), Booked(2, until, "", shares), until=until, client=client
    )
    assert [row["Belegfeld 1"] for row in named(first) + named(second)] == ["1", "2"]
    assert [read(file)[0][12] for file in (first, second)] == ["20250701", "20260701"]
    assert [read(file)[0][14:16] for file in (first, second)] == [
        ["20260331", "20260630"],
        ["20260701", "20260702"],
    ]


def test_too_many_lines_are_several_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datev, "MOST", 3)
    parts = files(GIFT, GIFT)
    assert [(file.name[-6:], len(named(file))) for file in parts] == [("31.csv", 2), ("_2.csv", 2)]


MOVES = some.lists(some.integers(-(10**9), 10**9).filter(bool), min_size=1, max_size=6)


@settings(max_examples=50)
@given(MOVES)
def test_moves_do_what_the_postings_do(cents: list[int]) -> None:
    rest = -sum(cents) or 0
    shares = tuple(Share(str(n), Money(each)) for n, each in enumerate([*cents, rest]) if each)
    sums = {share.account: 0 for share in shares}
    moves = list(datev.pairs(shares))
    for debit, credit, money in moves:
        sums[debit.account] += money.cents
        sums[credit.account] -= money.cents
    assert sums == {share.account: share.money.cents for share in shares}
    assert len(moves) <= max(0, len(shares) - 1)


@pytest.mark.peer
def test_structure_is_that_of_datevs_own_example(peer_data: Path) -> None:
    theirs = (peer_data / "datev/EXTF_Buchungsstapel.csv").read_bytes()
    (ours,) = files(GIFT)
    about, names, row = theirs.split(b"\r\n")[:3]
    our_about, our_names, our_row = ours.content.split(b"\r\n")[:3]
    assert our_names == names
    assert quoting(our_row.replace(b'"due item ""17"" ?"', b'""')) == quoting(row)
    assert quoting(our_about) == quoting(about)
    same = [0, 1, 2, 3, 4, 13, 18, 21]  # kind, version, length of numbers, type, currency
    cells, our_cells = about.split(b";"), our_about.split(b";")
    assert [our_cells[n] for n in same] == [cells[n] for n in same]
    assert ours.content.endswith(b"\r\n") == theirs.endswith(b"\r\n")


def quoting(line: bytes) -> list[bool]:
    """Which cells are text."""
    return [cell.startswith(b'"') for cell in line.split(b";")]
