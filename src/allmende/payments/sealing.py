"""What of payments is sealed at rest: IBANs and names of mandates, raw events, statement rows.

A value is bound to its table, column and row; copied elsewhere it does not open.
"""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from allmende.lib.vault import Vault


def vault() -> Vault:
    return vault_of(settings.KEYS)


@lru_cache(maxsize=4)
def vault_of(folder: Path) -> Vault:
    return Vault(folder)


def seal(text: str, *, column: str, row: str) -> bytes:
    """column: as "mandate.iban". row: what names the row before it has a number, as a mandate's
    reference."""
    return vault().seal(text.encode(), context=f"payments.{column}:{row}")


def unseal(sealed: bytes | memoryview, *, column: str, row: str) -> str:
    """Raises `lib.vault.Unreadable`."""
    return vault().open(bytes(sealed), context=f"payments.{column}:{row}").decode()


def fingerprint(iban: str) -> str:
    """Equal for equal IBANs, and tells nothing else."""
    return vault().fingerprint(iban.encode(), purpose="iban")
