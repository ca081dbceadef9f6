"""What of payments is sealed at rest: IBANs and names of mandates, raw events, statement rows.

A value is bound to its table, column and row; copied elsewhere it does not open.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet

from allmende.lib.renewing import Column, Row
from allmende.lib.vault import Vault

LOT = 500


def vault() -> Vault:
    return vault_of(settings.KEYS)


@lru_cache(maxsize=4)
def vault_of(folder: Path) -> Vault:
    return Vault(folder)


def seal(text: str, *, column: str, row: str) -> bytes:
    """column: as "mandate.iban". row: what names the row before it has a number, as a mandate's
    reference."""
    return vault().seal(text.encode(), context=context_of(column, row))


def unseal(sealed: bytes | memoryview, *, column: str, row: str) -> str:
    """Raises `lib.vault.Unreadable`."""
    return vault().open(bytes(sealed), context=context_of(column, row)).decode()


def context_of(column: str, row: str) -> str:
    return f"payments.{column}:{row}"


def fingerprint(iban: str) -> str:
    """Equal for equal IBANs, and tells nothing else."""
    return vault().fingerprint(iban.encode(), purpose="iban")


def column(
    model: type[Model], name: str, *, context: Callable[[Any], str], needs: Sequence[str] = (),
    lot: int = LOT,
) -> Column:  # fmt: skip
    """What is sealed in a field, for `lib.renewing`. context: of a row, for which `needs` are
    loaded. lot: rows that fit into memory at once."""

    def rows(after: Any = None) -> QuerySet[Any]:
        found = model._default_manager.exclude(**{name: None}).exclude(**{name: b""})
        return found.filter(pk__gt=after) if after is not None else found

    def read(after: Any) -> list[Row]:
        part = rows(after).only("pk", name, *needs).order_by("pk")[:lot]
        return [Row(row.pk, bytes(getattr(row, name)), context(row)) for row in part]

    def replace(changed: Sequence[tuple[Row, bytes]]) -> None:
        with transaction.atomic():
            for row, fresh in changed:  # not what somebody has written in the meantime
                same = model._default_manager.filter(pk=row.key, **{name: row.sealed})
                same.update(**{name: fresh})

    label = f"{model._meta.label}.{name}"
    return Column(label, lambda: rows().count(), read, replace)
