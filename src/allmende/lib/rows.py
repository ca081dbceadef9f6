"""Rows written by the thousand, without an object and a clause of Django's for each value: in a
third of the time.

    insert(connection, Notice, ["item", "cents"], [(17, 1_200), (18, 900)], way="mail", sent_at=at)

What is not given has its model's default. Constraints and triggers are the database's and hold as
ever; models' own hooks (`save`, signals) are not called.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, Protocol

LOT = 1_000  # rows of one statement: PostgreSQL is told all their values at once
PLAIN = {int, str, bool, bytes, type(None)}  # what both databases take as it is


class Connection(Protocol):
    """What is asked of Django's connection."""

    @property
    def vendor(self) -> str: ...
    @property
    def ops(self) -> Any: ...
    def cursor(self) -> Any: ...


def insert(
    connection: Connection, model: Any, names: Sequence[str], rows: Iterable[Sequence[Any]], *,
    anew: bool = True, **alike: Any,
) -> None:  # fmt: skip
    """Writes them in their order; several statements, so within a transaction of the caller's.

    names: of the model's fields, as `rows` have their values, which can be hashed; of a relation it
    is the key. alike: fields that have the same value in all rows. anew: a row that meets another
    in a unique key is refused by the database; else it is passed over.
    """
    fields = [model._meta.get_field(name) for name in names]
    fixed = [
        (one, one.get_db_prep_save(alike.pop(one.name, one.get_default()), connection))
        for one in model._meta.local_concrete_fields
        if one not in fields and (one.name in alike or not one.primary_key)
    ]
    if alike:
        raise TypeError(f"{model.__name__} has no {sorted(alike)}, or has it in each row")
    columns = [one.column for one in fields] + [one.column for one, _value in fixed]
    into = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)}"
    into += f" ({', '.join(map(connection.ops.quote_name, columns))}) VALUES"
    end = "" if anew else " ON CONFLICT DO NOTHING"
    told = [_told_by(one, connection) for one in fields]
    same = tuple(value for _one, value in fixed)
    values = f"({', '.join(['%s'] * len(columns))})"
    stream = iter(rows)
    with connection.cursor() as cursor:
        while lot := list(islice(stream, LOT)):
            ready = [
                (*(tell(value) for tell, value in zip(told, row, strict=True)), *same)
                for row in lot
            ]
            if connection.vendor == "postgresql":
                every = ", ".join([values] * len(ready))
                cursor.execute(f"{into} {every}{end}", [one for row in ready for one in row])
            else:
                cursor.executemany(f"{into} {values}{end}", ready)


def _told_by(field: Any, connection: Connection) -> Callable[[Any], Any]:
    """How a value of the field is told to the database: days and times, which rows mostly share,
    are turned into text once."""
    known: dict[Any, Any] = {}

    def tell(value: Any) -> Any:
        if type(value) in PLAIN:
            return value
        if value not in known:
            known[value] = field.get_db_prep_save(value, connection)
        return known[value]

    return tell
