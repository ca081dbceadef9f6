"""Tables drawn as bars or lines, with numbers in the page's language."""

from collections.abc import Sequence
from typing import Any

from django.utils.formats import number_format

from allmende.lib import plots
from allmende.lib.plots import Plot, Row
from allmende.newsroom.models.blocks.numbers import number

__all__ = ["Plot", "Row", "draw", "draw_rows"]


def draw(table: Any, kind: str) -> Plot | None:
    """`table` is the value of a table block. None when it holds no number."""
    return draw_rows(
        read(table), names=[str(column["heading"]) for column in table.columns][1:], kind=kind
    )


def draw_rows(rows: Sequence[Row], *, names: list[str], kind: str) -> Plot | None:
    """names: of the series. None when no row holds a number."""
    return plots.draw_rows(rows, names=names, kind=kind, spell=spell)


def spell(value: float, decimals: int) -> str:
    return number_format(value, decimal_pos=decimals, force_grouping=True)


def read(table: Any) -> list[Row]:
    rows = []
    for cells in table.rows:
        name, *rest = [str(cell.value or "").strip() for cell in cells]
        rows.append(Row(name, rest, [number(text) for text in rest]))
    return rows
