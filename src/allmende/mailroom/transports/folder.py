"""Puts every letter into a folder as an .eml file, whole or not at all."""

from pathlib import Path
from urllib.parse import urlsplit

from allmende.mailroom.letters import Fate, Letter, Outcome
from allmende.mailroom.transports import Desk, one_by_one


class Folder:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def carry(self, desk: Desk) -> float:
        self.folder.mkdir(parents=True, exist_ok=True)
        return one_by_one.carry(desk, self._send)

    def _send(self, letter: Letter) -> Outcome:
        name = f"{letter.pk:012}.eml"
        draft = self.folder / f".{name}.part"
        try:
            draft.write_bytes(letter.content)
            draft.rename(self.folder / name)
        except OSError as error:
            return Outcome(Fate.DEFERRED, "452", str(error.strerror))
        return Outcome(Fate.ACCEPTED, queue_id=name)

    def close(self) -> None:
        """Nothing is open."""


def of_address(address: str, *, share: int) -> Folder:
    return Folder(Path(urlsplit(address).path))
