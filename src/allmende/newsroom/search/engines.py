"""The two engines: the newest places whose words fulfil a condition.

A stem holds letters and digits only, so nothing that was typed can be read as an engine's sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

EVERY = "_"  # stands in every row, between its zones
SHELF = 54  # bits of a place within one shelf: 194 days, see the index's migration
SHELVES = 6  # the newest, in which a word that stands everywhere is sought first


@dataclass(frozen=True)
class Table:
    """Rows of words, and what SQLite keeps them in. The names are our own."""

    rows: str
    index: str


PUBLIC = Table("newsroom_searchentry", "newsroom_searchindex")
DRAFTS = Table("newsroom_draftentry", "newsroom_draftindex")


@dataclass
class Condition:
    """Words as the rows keep them: each of `all_of` in one of its forms, none of `none_of`."""

    all_of: list[Sequence[str]] = field(default_factory=list)
    none_of: list[Sequence[str]] = field(default_factory=list)
    phrases: list[Sequence[str]] = field(default_factory=list)
    first: int | None = None
    last: int | None = None
    narrow: bool = False  # few rows fulfil it: the newest shelves will not hold enough

    def written(self, *, quote: str, either: str, both: str, without: str) -> str:
        def group(forms: Sequence[str]) -> str:
            return "(" + either.join(f"{quote}{form}{quote}" for form in forms) + ")"

        wanted = both.join(group(forms) for forms in self.all_of or [[EVERY]])
        unwanted = either.join(group(forms) for forms in self.none_of)
        return f"({wanted}){without}({unwanted})" if unwanted else f"({wanted})"


def newest(condition: Condition, *, most: int, looked_at: int, table: Table = PUBLIC) -> list[int]:
    """The newest places of a table that fulfil the condition, at most `most`.

    Phrases are sought in the newest `looked_at` rows that hold all their words.
    """
    find = {"sqlite": by_fts5, "postgresql": by_gin}[connection.vendor]
    return find(condition, table, most=most, looked_at=looked_at)


def by_fts5(condition: Condition, table: Table, *, most: int, looked_at: int) -> list[int]:
    match = condition.written(quote='"', either=" OR ", both=" AND ", without=" NOT ")
    index = table.index
    sql = f"SELECT rowid AS place FROM {index} WHERE {index} MATCH %s"  # noqa: S608  our own name
    given: list[str | int] = [match]
    for sign, bound in ((">=", condition.first), ("<=", condition.last)):
        if bound is not None:
            sql, given = f"{sql} AND rowid {sign} %s", [*given, bound]
    sql += " ORDER BY rowid DESC LIMIT %s"
    sql, given = with_phrases(sql, given, condition, table, "instr", most, looked_at)
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [place for (place,) in cursor.fetchall()]


def by_gin(condition: Condition, table: Table, *, most: int, looked_at: int) -> list[int]:
    """First in the newest shelves: where they hold enough, the others need not be read."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Rows may not be read in turn, which the planner takes for cheap: it unpacks the words of
        # each. A second process for one search takes longer to come than it saves.
        newest_place = prepared(cursor, table)
        if not (condition.phrases or condition.narrow):
            shelf = shelves(newest_place, condition.last)
            newest = replace(condition, all_of=[*condition.all_of, shelf])
            cursor.execute(*in_gin(newest, table, most, looked_at))
            if len(found := cursor.fetchall()) == most:
                return [place for (place,) in found]
        cursor.execute(*in_gin(condition, table, most, looked_at))
        return [place for (place,) in cursor.fetchall()]


def prepared(cursor: CursorWrapper, table: Table) -> int:
    """Tells the planner what it does not know, and asks for the newest place, in one statement."""
    cursor.execute(
        "SELECT set_config('enable_seqscan', 'off', true),"  # noqa: S608  our own name
        " set_config('max_parallel_workers_per_gather', '0', true),"
        f" (SELECT max(place) FROM {table.rows})"
    )
    return int(cursor.fetchone()[2] or 0)


def shelves(newest: int, last: int | None) -> list[str]:
    """The words of the newest shelves: of all rows, or of those until `last`."""
    at = (newest if last is None else min(newest, last)) >> SHELF
    return [f"t_{shelf}" for shelf in range(at - SHELVES + 1, at + 1)]


def in_gin(
    condition: Condition, table: Table, most: int, looked_at: int
) -> tuple[str, list[str | int]]:
    """`place + 0` keeps the planner from reading rows along the key and unpacking each one's
    words, which is dear."""
    match = condition.written(quote="'", either=" | ", both=" & ", without=" & !")
    sql = (
        f"SELECT place FROM {table.rows} WHERE array_to_tsvector(string_to_array("  # noqa: S608
        "btrim(words) || ' t_' || (place >> 54)::text, ' ')) @@ %s::tsquery"
    )
    given: list[str | int] = [match]
    for sign, bound in ((">=", condition.first), ("<=", condition.last)):
        if bound is not None:
            sql, given = f"{sql} AND place + 0 {sign} %s", [*given, bound]
    sql += " ORDER BY place + 0 DESC LIMIT %s"
    return with_phrases(sql, given, condition, table, "strpos", most, looked_at)


def with_phrases(
    sql: str,
    given: list[str | int],
    condition: Condition,
    table: Table,
    position: str,
    most: int,
    looked_at: int,
) -> tuple[str, list[str | int]]:
    """The statement with its limit; around it one that looks for the phrases, if there are any."""
    if not condition.phrases:
        return sql, [*given, most]
    each = [
        "(" + " OR ".join(f"{position}(words, %s) > 0" for _ in forms) + ")"
        for forms in condition.phrases
    ]
    forms = [form for forms in condition.phrases for form in forms]
    # Built of our own words only; what was typed goes along as parameters.
    outer = (
        f"SELECT place FROM {table.rows} WHERE place IN (SELECT place FROM ({sql}) newest)"  # noqa: S608
        f" AND {' AND '.join(each)} ORDER BY place DESC LIMIT %s"
    )
    return outer, [*given, looked_at, *forms, most]
