"""Bytes of a table (CSV), as spreadsheets and other programs save them, into lines of cells."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

DELIMITERS = ";,\t|"
LONGEST_CELL = 20_000  # characters; what is longer is no table of people
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class Unreadable(Exception):
    """The file is no table.

    Unreadable
      x Empty      nothing is in it
      x NoText     a spreadsheet or another program's own format
      x NoTable    quotes or cells that have no end
    """


class Empty(Unreadable):
    """Nothing is in it, or a heading only."""


class NoText(Unreadable):
    """A spreadsheet or another program's own format."""


class NoTable(Unreadable):
    """Quotes or cells that have no end. `line` is where the trouble was noticed."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


@dataclass(frozen=True)
class Table:
    """`text` without a mark of its encoding; `skip` lines stand before the heading."""

    text: str
    delimiter: str
    header: list[str]
    skip: int = 0

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Each with the number of its first line in the file, counted from 1; empty ones are left
        out. Raises NoTable."""
        begins = self.skip + 1
        rows = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        try:
            for number, cells in enumerate(rows):
                if number > self.skip and any(cell.strip() for cell in cells):
                    yield begins, cells
                begins = rows.line_num + 1
        except csv.Error as error:
            raise NoTable(rows.line_num) from error


def table(raw: bytes) -> Table:
    """Raises Unreadable."""
    text = decoded(raw)
    first, _, rest = text.partition("\n")
    skip, delimiter = 0, ""
    if first.strip().lower().startswith("sep="):  # how Excel is told the delimiter
        skip, delimiter, first = 1, first.strip()[4:5], rest.partition("\n")[0]
    delimiter = delimiter or delimiter_of(first)
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [row for row, _number in zip(rows, range(skip + 1), strict=False)][-1]
    except csv.Error as error:
        raise NoTable(1) from error
    except IndexError as error:
        raise Empty from error
    found = Table(text, delimiter, [name.strip() for name in header], skip)
    if next(found.lines(), None) is None:
        raise Empty
    return found


def decoded(raw: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or what Windows calls Latin-1. Raises NoText and Empty."""
    encoding = next((name for mark, name in MARKS.items() if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if "\0" in text or raw.startswith(b"PK"):
        raise NoText
    if not text.strip():
        raise Empty
    return text


def delimiter_of(line: str) -> str:
    """What stands between headings most often, outside of quotes; a comma where nothing does."""
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=lambda sign: (outside.count(sign), sign == ","))


# --- Headings ---------------------------------------------------------------------------------


def plain(heading: str) -> str:
    return re.sub(r"[\W_]+", " ", heading.casefold()).strip()


def mapped(header: Sequence[str], headings: Mapping[str, Sequence[str]]) -> list[str]:
    """For each column what it holds, "" where nothing is known; nothing is held twice, and a
    better known heading wins. headings: the plain names of what a column may hold."""
    names = [plain(heading) for heading in header]
    found = [""] * len(names)
    for holds, known in headings.items():
        for name in known:
            if name in names and not found[names.index(name)]:
                found[names.index(name)] = holds
                break
    return found


def bare(cell: str) -> str:
    """Without the mark that keeps a spreadsheet from taking a cell for a formula."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@") else cell
