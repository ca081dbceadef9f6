"""What a dummy remembers: rows by kind and key, kept in a file where one is named."""

import json
import threading
from pathlib import Path
from typing import Any

Row = dict[str, Any]


class Shelf:
    """file: survives the process; None: in memory only. `lock` guards a change as a whole."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self.lock = threading.RLock()
        self.rows: dict[str, dict[str, Row]] = {}
        if file and file.exists():
            self.rows = json.loads(file.read_text())

    def of(self, kind: str) -> dict[str, Row]:
        return self.rows.setdefault(kind, {})

    def number(self) -> int:
        """The next of a count that never goes back."""
        counts = self.of("counts")
        row = counts.setdefault("last", {"value": 0})
        row["value"] += 1
        return int(row["value"])

    def save(self) -> None:
        """Whole or not at all."""
        if self.file:
            draft = self.file.with_suffix(".part")
            draft.write_text(json.dumps(self.rows))
            draft.replace(self.file)
