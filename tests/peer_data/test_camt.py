"""Statements that others wrote."""

import datetime as dt
from pathlib import Path

import pytest

from allmende.payments.statements.reading import examine
from allmende.payments.statements.shape import NoStatement, Row, Unbalanced
from tests.payments.camt import rows

pytestmark = [pytest.mark.peer, pytest.mark.no_database]


@pytest.fixture
def folder(peer_data: Path) -> Path:
    return peer_data / "camt" / "samples"


def read(path: Path) -> list[Row]:
    with path.open("rb") as file:
        return rows(file)


def told(row: Row) -> tuple[str, int, str, dt.date]:
    return (row.statement.account, row.cents, row.currency, row.booked_on)


SILVESTER = dt.date(2014, 12, 31)


@pytest.mark.parametrize(
    ("name", "rows_told"),
    [
        ("camt053.v2.minimal.xml", [("NL26VAYB8060476890", 885, "EUR", SILVESTER)]),
        ("camt053.v2.all-balance-types.xml", [("CH2801234000123456789", 885, "EUR", SILVESTER)]),
        ("camt053.v8.xml", [("NL26VAYB8060476890", 885, "EUR", SILVESTER)]),
        (
            "camt053.v2.multi.statement.xml",
            [
                ("NL26VAYB8060476890", 885, "EUR", SILVESTER),
                ("NL26VAYB8060476890", -700, "EUR", SILVESTER),
            ],
        ),
        (
            "camt054.v8.xml",
            [("CH2801234000123456789", -200_000_00, "SEK", dt.date(2007, 10, 18))],
        ),
    ],
)
def test_each_sample_is_read(folder: Path, name: str, rows_told: list[object]):
    assert [told(row) for row in read(folder / name)] == rows_told


def test_names_references_and_purposes_are_found_in_both_versions(folder: Path):
    (eight,) = read(folder / "camt053.v8.xml")
    assert (eight.name, eight.end_to_end) == ("NAME NAME", "MUELL/FINP/RA12345")
    assert (eight.creditor_reference, eight.family) == ("4654654654654654", "PMNT-RCDT-BOOK")
    assert eight.bank_reference == "AAAASESS-FP-CN_98765/01"
    first, second = read(folder / "camt053.v2.multi.statement.xml")
    assert (first.name, first.purpose) == ("Company Name 1", "Transaction Description 1")
    assert (second.name, second.iban) == ("Company Name 2", "NL56AGDH9619008421")


def test_several_statements_in_a_file_are_each_proved(folder: Path):
    with (folder / "camt053.v2.multi.statement.xml").open("rb") as file:
        found = examine(file)
    assert (len(found.spans), found.rows, found.accounts) == (2, 2, ("NL26VAYB8060476890",))
    assert [(one.opening.cents, one.closing.cents) for one in found.spans] == [
        (1815, 2700), (2700, 2000),
    ]  # fmt: skip


def test_the_wrong_one_is_refused_with_its_line(folder: Path):
    with (folder / "camt053.v2.wrong.xml").open("rb") as file, pytest.raises(NoStatement) as caught:
        examine(file)
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("camt053.v2.minimal.xml", 54),
        ("camt053.v2.all-balance-types.xml", 68),
        ("camt053.v8.xml", 74),
    ],
)
def test_samples_whose_balances_prove_nothing_are_not_taken_in(folder: Path, name: str, line: int):
    """Their closing balance is in another currency, or simply another."""
    with (folder / name).open("rb") as file, pytest.raises(Unbalanced) as caught:
        examine(file)
    assert caught.value.line == line
