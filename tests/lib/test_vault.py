"""Sealed values: who opens them, where, and after which keys are gone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.lib.vault import Destroyed, Tampered, Vault

pytestmark = pytest.mark.no_database
HERE = "payments.Mandate.iban:A-17"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "keys")


def test_a_value_opens_where_it_was_sealed(vault: Vault):
    sealed = vault.seal(b"DE02", context=HERE)
    assert vault.open(sealed, context=HERE) == b"DE02"
    assert b"DE02" not in sealed


def test_a_value_does_not_open_in_another_row(vault: Vault):
    with pytest.raises(Tampered):
        vault.open(vault.seal(b"DE02", context=HERE), context="payments.Mandate.iban:A-18")


@given(place=st.integers(0, 10_000), flipped=st.integers(1, 255))
def test_no_changed_byte_passes(tmp_path_factory: pytest.TempPathFactory, place: int, flipped: int):
    vault = Vault(tmp_path_factory.getbasetemp() / "changed")
    sealed = bytearray(vault.seal(b"twelve euros", context=HERE))
    sealed[place % len(sealed)] ^= flipped
    with pytest.raises((Tampered, Destroyed)):
        vault.open(bytes(sealed), context=HERE)


@pytest.mark.parametrize("stump", [b"", b"\x01", b"\x01m" + bytes(10)])
def test_what_is_no_sealed_value_is_refused(vault: Vault, stump: bytes):
    with pytest.raises(Tampered):
        vault.open(stump, context=HERE)


def test_equal_values_have_equal_fingerprints_of_one_purpose(vault: Vault):
    first = vault.fingerprint(b"DE02", purpose="iban")
    assert first == vault.fingerprint(b"DE02", purpose="iban")
    assert first != vault.fingerprint(b"DE02", purpose="mail")
    assert first != vault.fingerprint(b"DE03", purpose="iban")


def test_after_a_rotation_old_and_new_values_open(vault: Vault):
    old = vault.seal(b"old", context=HERE)
    assert vault.rotate() == 2
    assert vault.open(old, context=HERE) == b"old"
    assert vault.open(vault.seal(b"new", context=HERE), context=HERE) == b"new"


def test_a_renewed_value_outlives_the_old_key_and_others_do_not(vault: Vault):
    kept, lost = (vault.seal(value, context=HERE) for value in (b"kept", b"lost"))
    vault.rotate()
    kept = vault.renew(kept, context=HERE)
    vault.retire(1)
    assert vault.open(kept, context=HERE) == b"kept"
    with pytest.raises(Destroyed):
        vault.open(lost, context=HERE)


def test_the_newest_key_is_not_retired(vault: Vault):
    number = vault.rotate()
    with pytest.raises(ValueError, match="in use"):
        vault.retire(number)


def test_an_owner_who_is_destroyed_takes_all_values_along(vault: Vault):
    theirs = vault.seal(b"name", context=HERE, owner="person:1")
    others = vault.seal(b"name", context=HERE, owner="person:2")
    assert vault.destroy("person:1")
    assert not vault.destroy("person:1")
    with pytest.raises(Destroyed):
        vault.open(theirs, context=HERE, owner="person:1")
    assert vault.open(others, context=HERE, owner="person:2") == b"name"


def test_owners_values_outlive_a_rotation(vault: Vault):
    sealed = vault.seal(b"name", context=HERE, owner="person:1")
    vault.rotate()
    assert vault.renew(sealed, context=HERE) == sealed
    vault.retire(1)
    assert vault.open(sealed, context=HERE, owner="person:1") == b"name"


def test_a_value_of_ours_is_not_opened_as_an_owners(vault: Vault):
    sealed = vault.seal(b"name", context=HERE)
    with pytest.raises(Tampered):
        vault.open(sealed, context=HERE, owner="person:1")


def test_many_who_begin_at_once_use_one_key(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        sealed = list(
            pool.map(lambda _: Vault(tmp_path / "keys").seal(b"x", context=HERE), range(32))
        )
    vault = Vault(tmp_path / "keys")
    assert {vault.open(one, context=HERE) for one in sealed} == {b"x"}
    assert [path.name for path in (tmp_path / "keys" / "main").iterdir()] == ["1.key"]


def test_keys_are_readable_by_their_owner_only(vault: Vault, tmp_path: Path):
    vault.seal(b"x", context=HERE, owner="person:1")
    vault.fingerprint(b"x", purpose="iban")
    files = [path for path in (tmp_path / "keys").rglob("*") if path.is_file()]
    assert [oct(path.stat().st_mode & 0o777) for path in files] == ["0o600"] * 3
