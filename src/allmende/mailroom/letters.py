"""A letter in a sender's hands, and what may become of it."""

import enum
from dataclasses import dataclass
from typing import NamedTuple


class Fate(enum.Enum):
    ACCEPTED = "accepted"  # the server has it, and said so
    REFUSED = "refused"  # for good
    DEFERRED = "deferred"  # the server asks to come again
    SILENT = "silent"  # its end was sent, and nobody knows what came of it
    UNSENT = "unsent"  # nothing that counts has happened; it waits again
    WITHHELD = "withheld"  # not sent, because somebody decided so meanwhile


class Outcome(NamedTuple):
    """What became of a letter. code: as "550 5.1.1". words: the server's, on one line.

    pause: seconds for which it is not taken up again, for letters that were not sent.
    """

    fate: Fate
    code: str = ""
    words: str = ""
    queue_id: str = ""
    pause: float = 0


@dataclass(slots=True)
class Letter:
    """content: the whole mail with CRLF, without SMTP's closing dot. digest: its keyed hash."""

    pk: int
    batch: int | None
    recipient: int | None
    address: str
    domain: str
    return_path: str
    content: bytes
    digest: str
    attempts: int
    created_at: float  # seconds since 1970
