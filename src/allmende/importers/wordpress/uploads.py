"""The folder that WordPress keeps uploaded files in, and which of them an address means.

The host of an address says nothing: sites move, and networks that deliver pictures put their own
name before it. Its last parts, year, month and name, are the same wherever the file lies.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

_DEEPEST = 6  # sites/3/2019/03/name.jpg, and one for luck
_LONGEST_NAME = 255
# WordPress cuts each picture to many sizes, and since 5.3 shows large ones scaled.
_SIZE = re.compile(r"-\d{1,5}x\d{1,5}(?=\.\w+$)")
_SCALED = re.compile(r"-scaled(?=\.\w+$)")
_FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")  # file systems differ
_ENDING = re.compile(r"(?=\.\w+$)")


def plain_name(name: str) -> str:
    """The name of the original that this file was made of."""
    return _SCALED.sub("", _SIZE.sub("", name))


def place_of(url: str) -> str:
    """What two addresses of the same picture have in common, whatever their host and size."""
    parts = _parts(url)
    return "/".join([*parts[-3:-1], plain_name(parts[-1])]) if parts else ""


class Uploads:
    """`root` is the folder wp-content/uploads, or a copy of it."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def files(self, url: str) -> Iterator[Path]:
        """The files that an address may mean, the best first: the original, then smaller ones."""
        parts = _parts(url)
        for count in range(min(_DEEPEST, len(parts)), 0, -1):
            folder = self.root.joinpath(*parts[-count:-1])
            if self._holds(folder) and folder.is_dir():
                found = [folder / name for name in self._names(folder, parts[-1])]
                if found:
                    yield from found
                    return

    def file(self, url: str) -> Path | None:
        """The very file of this address, whatever it holds."""
        return next((file for file in self.files(url)), None)

    def _names(self, folder: Path, name: str) -> Iterator[str]:
        original = plain_name(name)
        wanted = dict.fromkeys([original, _ENDING.sub("-scaled", original, count=1)])
        for one in wanted:
            for spelled in dict.fromkeys(unicodedata.normalize(form, one) for form in _FORMS):
                if self._is_file(folder / spelled):
                    yield spelled
                    break
        yield from self._sizes(folder, original)

    def _sizes(self, folder: Path, original: str) -> Iterator[str]:
        """The sizes that were cut of a picture, the largest first."""
        stem, dot, ending = original.rpartition(".")
        pattern = re.compile(rf"{re.escape(stem)}-(\d{{1,5}})x(\d{{1,5}})\.{re.escape(ending)}")
        found = [
            (int(match[1]) * int(match[2]), file.name)
            for file in (folder.iterdir() if dot else ())
            if (match := pattern.fullmatch(file.name))
        ]
        yield from (name for _, name in sorted(found, reverse=True) if self._is_file(folder / name))

    def _is_file(self, file: Path) -> bool:
        return len(file.name.encode()) <= _LONGEST_NAME and self._holds(file) and file.is_file()

    def _holds(self, file: Path) -> bool:
        """Links that lead out of the folder are none of the paper's files."""
        try:
            return file.resolve().is_relative_to(self.root)
        except (OSError, RuntimeError, ValueError):
            return False


def _parts(url: str) -> list[str]:
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return []
    parts = [part for part in path.split("/") if part]
    hidden = any(part.startswith(".") or "\\" in part or "\x00" in part for part in parts)
    return [] if hidden else parts
