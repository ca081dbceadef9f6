"""A bounded memory of entries.

Reading takes no lock: one dictionary look-up. What was used since the last sweep gets a second
chance, which is as good as least-recently-used and costs readers one assignment.
"""

from collections import OrderedDict
from threading import Lock

from allmende.bakery.serve.entries import Entry


class Memory:
    def __init__(self, limit: int) -> None:
        """`limit` in bytes; an entry of more than an eighth of it is not kept."""
        self.limit = limit
        self.size = 0
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._lock = Lock()
        self.get = self._entries.get

    def keep(self, path: str, entry: Entry) -> None:
        weight = entry.weight + len(path)
        with self._lock:
            self._drop(path)
            if weight > self.limit // 8:
                return
            self._entries[path] = entry
            self.size += weight
            while self.size > self.limit:
                self._sweep()

    def forget(self, path: str) -> None:
        with self._lock:
            self._drop(path)

    def __len__(self) -> int:
        return len(self._entries)

    def _drop(self, path: str) -> None:
        entry = self._entries.pop(path, None)
        if entry is not None:
            self.size -= entry.weight + len(path)

    def _sweep(self) -> None:
        path, entry = next(iter(self._entries.items()))
        if entry.used:
            entry.used = False
            self._entries.move_to_end(path)
        else:
            self._drop(path)
