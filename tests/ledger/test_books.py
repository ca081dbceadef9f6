"""The books read out of the ledger, and the command that writes them into files."""

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner

from allmende.ledger import books, post
from allmende.site.commands import ledger
from tests.ledger.cast import DAY, NOW, posted

pytestmark = pytest.mark.django_db
NEXT = DAY + dt.timedelta(days=1)


def test_entries_are_those_of_the_days_by_day() -> None:
    second = posted("a", on=NEXT)
    first = posted("b")
    posted("c", on=NEXT + dt.timedelta(days=1))
    found = list(books.entries(since=DAY, until=NEXT))
    assert [entry.number for entry in found] == [first.pk, second.pk]
    assert [share.money.cents for share in found[0].shares] == [1200, -1200]


def test_files_hold_the_period(tmp_path: Path) -> None:
    entry = posted("before", 777)
    back = post.reverse(posted("given:1"), key="back", on=NEXT, at=NOW, text="return 1")
    period = ["--from", str(NEXT), "--to", str(NEXT), "--into", str(tmp_path / "new")]
    done = CliRunner().invoke(ledger.export, ["--datev", "--beancount", *period])
    assert done.exit_code == 0, done.output
    datev, beancount = (Path(line) for line in done.output.splitlines())
    assert datev.read_bytes().count(b"\r\n") == 3
    assert f'"{back.pk}"'.encode() in datev.read_bytes()
    text = beancount.read_text()
    assert f"^entry-{back.pk} ^entry-{back.reverses_id}" in text
    assert f"^entry-{entry.pk}\n" not in text
    assert 'brought forward"\n  Assets:Bank  19.77 EUR\n' in text
    assert "balance Assets:Bank  7.77 EUR" in text


@pytest.mark.parametrize(
    "wrong",
    [["--from", "2026-01-01", "--to", "2026-01-31"],
     ["--datev", "--from", "2026-01-31", "--to", "2026-01-01"]],
)  # fmt: skip
def test_command_says_what_is_missing(wrong: list[str]) -> None:
    assert CliRunner().invoke(ledger.export, wrong).exit_code == 2
