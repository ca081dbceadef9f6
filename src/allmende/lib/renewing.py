"""Putting everything that is sealed under the newest main key, so that an old one can be destroyed.

    renewing.register(Column("payments.Mandate.iban", …))
    renewing.renew(vault, tell=bar.update)
    renewing.used(vault)                      # {2: 1204}: how many values are under which key

An app registers what it seals (what is under an owner's key is renewed with that key). Values are
put under the new key in lots, each replaced only where it still is what was read. A run that is
broken off is begun again: what is under the newest key already is only looked at.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from allmende.lib.vault import Unreadable, Vault, number_of


@dataclass(frozen=True)
class Row:
    """A sealed value. key: of its row."""

    key: Any
    sealed: bytes
    context: str


@dataclass(frozen=True)
class Column:
    """name: for people, unique. read: the next rows after a key (None: the first), at most a lot's.
    replace: puts new values in the place of old ones, in one transaction."""

    name: str
    count: Callable[[], int]
    read: Callable[[Any], Sequence[Row]]
    replace: Callable[[Sequence[tuple[Row, bytes]]], None]


@dataclass(frozen=True)
class Outcome:
    """renewed: values. unreadable: which do not open, as "payments.Mandate.iban 17"."""

    renewed: int
    unreadable: tuple[str, ...]


_all: dict[str, Column] = {}


def register(column: Column) -> None:
    """Raises ValueError where another column has the name."""
    if _all.setdefault(column.name, column) is not column:
        raise ValueError(f"two columns are called {column.name!r}")


def registered() -> list[Column]:
    return [_all[name] for name in sorted(_all)]


def lots(column: Column) -> Iterator[Sequence[Row]]:
    after = None
    while rows := column.read(after):
        yield rows
        after = rows[-1].key


def count() -> int:
    return sum(column.count() for column in registered())


def renew(vault: Vault, *, tell: Callable[[int], object] = lambda _count: None) -> Outcome:
    """tell: is told how many values were looked at since it was told last."""
    vault.rewrap_owners()
    renewed, unreadable = 0, []
    for column in registered():
        for rows in lots(column):
            changed = []
            for row in rows:
                try:
                    fresh = vault.renew(row.sealed, context=row.context)
                except Unreadable:
                    unreadable.append(f"{column.name} {row.key}")
                    continue
                if fresh != row.sealed:
                    changed.append((row, fresh))
            column.replace(changed)
            renewed += len(changed)
            tell(len(rows))
    return Outcome(renewed, tuple(unreadable))


def used(vault: Vault) -> Counter[int]:
    """How many values, and keys of owners, are under which main key."""
    found = Counter(vault.owners_under())
    for column in registered():
        for rows in lots(column):
            found.update(number_of(row.sealed) for row in rows)
    del found[0]
    return found
