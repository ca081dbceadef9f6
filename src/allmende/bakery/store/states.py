"""What a path of the store can be."""

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    LIVE = "live"
    GONE = "gone"
    MOVED = "moved"
    ABSENT = "absent"


class Kept(NamedTuple):
    """One path of the store; `digest` is the SHA-256 of what its file holds."""

    path: str
    state: State
    digest: str
