"""Putting new files and folders into the place of old ones: all of them or none.

begin    a mark is written: what is to be moved where
move     old ones aside (NAME.old), new ones (NAME.new) into place
finish   the mark goes: from here on the new ones count
undo     while the mark is there, the old ones can be put back, also after a crash
"""

import json
import os
import shutil
from pathlib import Path


class Swap:
    """The swap of an installation; `mark` lies in its data folder."""

    def __init__(self, data: Path) -> None:
        self.mark = data / "restore-under-way"

    def is_unfinished(self) -> bool:
        return self.mark.exists()

    def begin(self, places: list[Path]) -> None:
        """Notes what will be moved; a place that is empty now is empty again after `undo`."""
        moves = [{"place": str(place), "had": place.exists()} for place in places]
        with self.mark.open("w") as file:
            json.dump(moves, file)
            file.flush()
            os.fsync(file.fileno())

    def move(self) -> None:
        for place, had in self.moves():
            if had:
                place.rename(aside(place))
            if new(place).exists():
                new(place).rename(place)

    def finish(self) -> None:
        places = [place for place, _ in self.moves()]
        self.mark.unlink()
        for place in places:
            remove(aside(place))

    def undo(self) -> None:
        for place, had in self.moves():
            if aside(place).exists():
                remove(place)
                aside(place).rename(place)
            elif not had:
                remove(place)
            remove(new(place))
        self.mark.unlink()

    def moves(self) -> list[tuple[Path, bool]]:
        return [(Path(move["place"]), move["had"]) for move in json.loads(self.mark.read_text())]


def new(place: Path) -> Path:
    return place.with_name(f"{place.name}.new")


def aside(place: Path) -> Path:
    return place.with_name(f"{place.name}.old")


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
