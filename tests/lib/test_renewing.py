"""All that is sealed comes under the newest key, whenever the work is broken off."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.lib import renewing
from allmende.lib.renewing import Column, Row
from allmende.lib.vault import Vault, number_of

pytestmark = pytest.mark.no_database
LOT = 2


class Table:
    """Rows in memory; `breaks` after so many lots were written."""

    def __init__(self, rows: dict[int, bytes], breaks: int = 99) -> None:
        self.rows, self.breaks = rows, breaks

    def column(self) -> Column:
        return Column("t.c", lambda: len(self.rows), self.read, self.replace)

    def read(self, after: Any) -> list[Row]:
        keys = sorted(key for key in self.rows if after is None or key > after)
        return [Row(key, self.rows[key], context(key)) for key in keys[:LOT]]

    def replace(self, changed: Sequence[tuple[Row, bytes]]) -> None:
        if not self.breaks:
            raise KeyboardInterrupt
        self.breaks -= 1
        for row, fresh in changed:
            if self.rows.get(row.key) == row.sealed:
                self.rows[row.key] = fresh


def context(key: int) -> str:
    return f"t.c:{key}"


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewing, "_all", {})


def filled(vault: Vault, count: int) -> dict[int, bytes]:
    return {key: vault.seal(b"%d" % key, context=context(key)) for key in range(1, count + 1)}


def open_all(vault: Vault, rows: dict[int, bytes]) -> Iterator[bool]:
    return (vault.open(one, context=context(key)) == b"%d" % key for key, one in rows.items())


@pytest.mark.usefixtures("own")
def test_everything_comes_under_the_newest_key_and_is_told(tmp_path: Path):
    vault = Vault(tmp_path)
    table = Table(filled(vault, 5))
    renewing.register(table.column())
    vault.seal(b"x", context="c", owner="person:1")
    assert renewing.used(vault) == {1: 6}
    assert vault.rotate() == 2
    told: list[int] = []
    outcome = renewing.renew(vault, tell=told.append)
    assert (outcome.renewed, outcome.unreadable, told) == (5, (), [2, 2, 1])
    assert renewing.used(vault) == {2: 6}
    vault.retire(1)
    assert all(open_all(vault, table.rows))
    assert renewing.renew(vault).renewed == 0


@given(st.integers(0, 9), st.lists(st.integers(0, 5), max_size=4))
def test_a_run_that_is_broken_off_is_gone_on_with(
    tmp_path_factory: pytest.TempPathFactory, count: int, breaks: list[int]
):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(renewing, "_all", {})
        vault = Vault(tmp_path_factory.mktemp("keys"))
        table = Table(filled(vault, count))
        renewing.register(table.column())
        vault.rotate()
        for times in breaks:
            table.breaks = times
            try:
                renewing.renew(vault)
            except KeyboardInterrupt:
                assert all(open_all(vault, table.rows))
        table.breaks = 99
        renewing.renew(vault)
        assert all(number_of(one) == 2 for one in table.rows.values())
        vault.retire(1)
        assert all(open_all(vault, table.rows))


@pytest.mark.usefixtures("own")
def test_what_does_not_open_is_named_and_keeps_its_key(tmp_path: Path):
    vault = Vault(tmp_path)
    table = Table(filled(vault, 3))
    table.rows[2] = table.rows[2][:-1] + bytes([table.rows[2][-1] ^ 1])  # still its own data key
    table.rows[3] = table.rows[1]
    renewing.register(table.column())
    vault.rotate()
    assert renewing.renew(vault).unreadable == ("t.c 3",)
    assert renewing.used(vault) == {1: 1, 2: 2}


@pytest.mark.usefixtures("own")
def test_keys_of_owners_that_a_kill_left_behind_are_counted_and_renewed(tmp_path: Path):
    vault = Vault(tmp_path)
    sealed = vault.seal(b"name", context="c", owner="person:1")
    before = {path: path.read_bytes() for path in (tmp_path / "owners").iterdir()}
    vault.rotate()
    for path, content in before.items():  # killed between the new key and this owner
        path.write_bytes(content)
    assert renewing.used(vault) == {1: 1}
    renewing.renew(vault)
    assert renewing.used(vault) == {2: 1}
    vault.retire(1)
    assert vault.open(sealed, context="c", owner="person:1") == b"name"


@pytest.mark.usefixtures("own")
def test_two_columns_do_not_share_a_name():
    table = Table({})
    renewing.register(table.column())
    with pytest.raises(ValueError, match=r"t\.c"):
        renewing.register(table.column())
