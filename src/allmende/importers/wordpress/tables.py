"""Tables: rows of equal length, merged cells filled up, layout tables dissolved."""

from __future__ import annotations

from collections.abc import Iterator

from allmende.importers.wordpress.blocks import Block, Paragraph, Table
from allmende.importers.wordpress.frames import Caption, Frame, inline
from allmende.importers.wordpress.inline import Line

# Beyond this a table is no text to read; it keeps a colspan of 1,000 from costing memory.
WIDEST = 200


class Cell(Frame):
    def __init__(self, tag: str, attributes: dict[str, str], *, like: Line | None = None) -> None:
        super().__init__(tag, like=like)
        self.columns = _span(attributes.get("colspan"))
        self.rows = _span(attributes.get("rowspan"))
        self.is_header = tag == "th"
        self.html = ""


class TableFrame(Frame):
    def __init__(self, tag: str, classes: str = "", *, like: Line | None = None) -> None:
        super().__init__(tag, classes, like=like)
        self.section = "tbody"
        self.caption = ""
        self.rows: list[list[Cell]] = []
        self.foot: list[list[Cell]] = []
        self.behind: list[Block] = []

    def new_row(self) -> None:
        (self.foot if self.section == "tfoot" else self.rows).append([])

    def ensure_row(self) -> None:
        if not (self.foot if self.section == "tfoot" else self.rows):
            self.new_row()

    def take(self, child: Frame) -> None:
        if isinstance(child, Cell):
            rows = self.foot if self.section == "tfoot" else self.rows
            child.html, rest = inline(child.close())
            child.is_header = child.is_header or self.section == "thead"
            rows[-1].append(child)
            self.behind += rest
        elif isinstance(child, Caption):
            caption, rest = inline(child.close())
            self.caption = "<br>".join(filter(None, (self.caption, caption)))
            self.behind += rest
        else:
            super().take(child)

    def close(self) -> list[Block]:
        rows = [row for row in self.rows + self.foot if row]
        if len(rows) == 1 and len(rows[0]) == 1 and not self.caption:
            return self.blocks + rows[0][0].blocks
        grid = list(_grid(rows))
        if not any(any(row) for row in grid):
            return [*self.blocks, *([Paragraph(self.caption)] * bool(self.caption)), *self.behind]
        return [*self.blocks, self._table(rows, grid), *self.behind]

    def _table(self, rows: list[list[Cell]], grid: list[tuple[str, ...]]) -> Table:
        width = max(map(len, grid))
        header_row = all(cell.is_header for cell in rows[0])
        body = rows[1:] if header_row else rows
        return Table(
            tuple(row + ("",) * (width - len(row)) for row in grid),
            header_row=header_row,
            header_column=bool(body) and all(row[0].is_header for row in body),
            caption=self.caption,
        )


def _grid(rows: list[list[Cell]]) -> Iterator[tuple[str, ...]]:
    reaching_down: dict[int, int] = {}  # column: how many more rows a cell above covers
    for row in rows:
        line: list[str] = []
        for cell in row:
            while reaching_down.get(len(line), 0) > 0:
                reaching_down[len(line)] -= 1
                line.append("")
            if len(line) >= WIDEST:
                line[-1] = " ".join(filter(None, (line[-1], cell.html)))
                continue
            columns = min(cell.columns, WIDEST - len(line))
            reaching_down |= dict.fromkeys(range(len(line), len(line) + columns), cell.rows - 1)
            line += [cell.html] + [""] * (columns - 1)
        yield tuple(line)


def _span(value: str | None) -> int:
    return min(max(int(value), 1), WIDEST) if value and value.isdecimal() and len(value) < 6 else 1
