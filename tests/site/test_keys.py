"""`allmende keys`: seen, renewed, and retired only when nothing is left under one."""

import os
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from allmende.payments import mandates, sealing
from allmende.payments.models import Mandate
from allmende.site.commands.keys import keys
from tests.factories import payments as made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.KEYS = tmp_path / "keys"
    return settings.KEYS / "main"


def told(*words: str, ends: int = 0) -> str:
    done = CliRunner().invoke(keys, words)
    assert done.exit_code == ends, done.output
    return done.output


def older(path: Path) -> None:
    """An hour has gone by."""
    then = time.time() - 3601
    os.utime(path, (then, then))


def test_keys_are_renewed_and_retired_an_hour_later(folder: Path):
    mandate = made.mandate()
    assert "key 1" in told("list")
    assert "2 values are under key 2 now" in told("renew")
    assert "2 values" in told("list").splitlines()[1]
    assert "younger than an hour" in told("retire", ends=1)
    older(folder / "2.key")
    assert "Key 1 is destroyed." in told("retire")
    assert [path.name for path in folder.iterdir()] == ["2.key"]
    assert "the only one" in told("retire")
    assert mandates.iban_of(Mandate.objects.get(pk=mandate.pk)) == made.IBAN


def test_a_key_with_values_stays_and_renewing_goes_on_without_another(folder: Path):
    made.mandate()
    sealing.vault().rotate()  # and died
    older(folder / "2.key")
    assert "2 values are under key 1" in told("retire", ends=1)
    assert "Going on" in told("renew")
    assert not (folder / "3.key").exists()
    assert "Key 1 is destroyed." in told("retire")


def test_what_does_not_open_is_named(folder: Path):
    mandate = made.mandate()
    Mandate.objects.update(iban=bytes(mandate.holder))
    assert f"payments.Mandate.iban {mandate.pk}" in told("renew", ends=1)
    older(folder / "2.key")
    assert "1 values are under key 1" in told("retire", ends=1)
