"""A spreadsheet (XLSX) into lines of cells, as text: one line in memory at a time.

Values are taken as they are stored, not as they are shown: a day is `2020-12-31`, money `500.5`,
yes `TRUE`. A formula stays a formula, with its sign in front, for whoever reads it to refuse; a
picture of what it once gave could be anything.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from allmende.importers.tables import Empty, Unreadable

LARGEST = 600 << 20  # bytes unpacked: a million lines; more is a trap, or no list of people
WIDEST = 200  # columns
DUST = 1e-9  # what sums of floats leave behind


class TooLarge(Unreadable):
    """Unpacked it would fill the machine."""


class Broken(Unreadable):
    """It calls itself a spreadsheet, and cannot be read as one."""


@dataclass(frozen=True)
class Workbook:
    """The first sheet that holds anything. `skip`: empty lines before the heading."""

    raw: bytes
    sheet: str
    header: list[str]
    skip: int

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Each with its number in the sheet, counted from 1; empty ones are left out. Raises
        Broken."""
        for number, cells in rows(self.raw, self.sheet):
            if number > self.skip + 1 and any(cells):
                yield number, cells


def is_one(raw: bytes) -> bool:
    return raw.startswith(b"PK")


def workbook(raw: bytes) -> Workbook:
    """Raises Unreadable."""
    for sheet in sheets(raw):
        for number, cells in rows(raw, sheet):
            if any(cells):
                found = Workbook(raw, sheet, cells, number - 1)
                if next(found.lines(), None) is None:
                    raise Empty
                return found
    raise Empty


def sheets(raw: bytes) -> list[str]:
    """Raises TooLarge and Broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST:
                raise TooLarge
        return [sheet.title for sheet in opened(raw).worksheets]
    except TROUBLE as error:
        raise Broken(str(error)) from error


def rows(raw: bytes, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Raises Broken."""
    try:
        lines = opened(raw)[sheet].iter_rows(max_col=WIDEST, values_only=True)
        for number, values in enumerate(lines, 1):
            yield number, [text(value) for value in values]
    except TROUBLE as error:
        raise Broken(str(error)) from error


#: What openpyxl raises at broken files, or lets through from the parsers below it.
TROUBLE = (
    InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError,
    AttributeError, IndexError, OverflowError, EOFError, OSError,
)  # fmt: skip


def opened(raw: bytes) -> Any:
    return load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)


def text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime):
        whole = value.time() == dt.time()
        return value.date().isoformat() if whole else value.isoformat(" ", "seconds")
    if isinstance(value, float):
        if value.is_integer():
            return f"{value:.0f}"
        digits = 2 if abs(value - round(value, 2)) < DUST else 6
        return f"{value:.{digits}f}"
    return str(value).strip()
