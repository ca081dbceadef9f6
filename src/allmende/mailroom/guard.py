"""At a sender's start: journals are compared with the database, before anything is sent.

Same work after a kill and after a restore. A killed sender's journal is a moment ahead of the
database: letters it saw accepted are marked, a letter that was being ended is uncertain, the rest
of its claims wait again. After a restore the journal is days ahead; what it tells is marked the
same way. Letters that the database has never heard of cannot be mended: nothing is sent until a
person has looked (`accept`).

One sender at a time compares: another that began meanwhile would take a journal that is being read
for one of the living, and send what it tells of.
"""

import datetime as dt
import logging
import socket
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from django.conf import settings
from django.db import transaction

from allmende.mailroom import claims, composing, journal, settled
from allmende.mailroom.journal import Entry, File
from allmende.mailroom.models import Journal, Message

logger = logging.getLogger(__name__)
State = Message.State
LOT = 2_000  # letters compared at once


class Ahead(Exception):
    """The journal knows letters that the database does not: it was restored from an older backup,
    or the journal folder belongs to another paper."""

    def __init__(self, path: Path, unknown: int) -> None:
        self.path, self.unknown = path, unknown
        what = "mailings" if path.stem == str(settled.KEY) else "letters"
        super().__init__(
            f"The journal {path} knows {unknown} {what} that left and that this database has never"
            " heard of: it seems to be restored from an older backup. Nothing is sent, so that"
            " nobody gets a letter twice. Look whether a mailing of that time is to be written down"
            " again; then run `allmende mail accept`."
        )


def folder() -> Path:
    found: Path = settings.MAILROOM["journal"]
    return found


def fingerprint() -> str:
    """Tells journals of one key from those of another; says nothing about the key."""
    return composing.digest_of("fingerprint", "")[:8]


def begin(*, at: dt.datetime) -> File:
    """Mends what dead senders left, and returns a journal to write on.

    Raises Ahead, journal.Unreadable, OSError.
    """
    with gate():
        return mended(at=at)


def gate() -> AbstractContextManager[None]:
    """Held by whoever reads journals of the dead."""
    return journal.locked(folder() / "gate")


def mended(*, at: dt.datetime) -> File:
    kept: File | None = None
    for path in journals():
        file = File.take(path, fingerprint=fingerprint())
        if file is None:
            continue  # its sender lives
        try:
            compare(file, at=at)
        except BaseException:
            file.close()
            raise
        if kept is None and file.end < journal.LARGEST and file.key != settled.KEY:
            kept = file
        else:
            file.close()
    kept = kept or File.new(folder(), fingerprint=fingerprint())
    Journal.objects.update_or_create(
        key=kept.key,
        defaults={"host": socket.gethostname()[:120], "seen_at": at},
        create_defaults={
            "host": socket.gethostname()[:120],
            "seen_at": at,
            "position": kept.end,
        },
    )
    return kept


def journals() -> list[Path]:
    """The newest last, by when they were last written."""
    return sorted(folder().glob("*.journal"), key=lambda path: path.stat().st_mtime)


def compare(file: File, *, at: dt.datetime, accept: bool = False) -> int:
    """Brings the database up to a journal whose sender is dead. Returns the number of letters that
    it had to be told of.

    accept: letters unknown here are passed over. Raises Ahead, Unreadable.
    """
    file.mend(fingerprint())
    row = Journal.objects.filter(pk=file.key).first()
    start = min(row.position, file.end) if row else 0
    heed = settled.heed if file.key == settled.KEY else mark_all
    told, unknown = heed(journal.read(file.path, start=start), at=at)
    if unknown and not accept:
        raise Ahead(file.path, unknown)
    with transaction.atomic():
        free(file, at=at)
        Journal.objects.update_or_create(
            key=file.key,
            defaults={"position": file.end},
            create_defaults={"position": file.end, "seen_at": at, "host": socket.gethostname()},
        )
    if told:
        logger.warning("the journal %s told of %d letters", file.key, told)
    return told


def mark_all(entries: Iterator[Entry], *, at: dt.datetime) -> tuple[int, int]:
    """As `mark`, in lots."""
    told = unknown = 0
    for lot in in_lots(last_of_each(entries)):
        with transaction.atomic():
            marked, strange = mark(lot, at=at)
        told, unknown = told + marked, unknown + strange
    return told, unknown


def last_of_each(entries: Iterable[Entry]) -> list[Entry]:
    """What is known of each letter in the end; of one sent twice, that it was accepted once."""
    known: dict[int, Entry] = {}
    for entry in entries:
        before = known.get(entry.pk)
        if entry.kind == ">" or not entry.digest:
            if before and before.kind == "+":
                continue
            if not entry.digest and before:
                entry = entry._replace(digest=before.digest)
        known[entry.pk] = entry
    return [entry for entry in known.values() if entry.kind != "-" and entry.digest]


def in_lots(entries: list[Entry]) -> Iterable[list[Entry]]:
    return (entries[at : at + LOT] for at in range(0, len(entries), LOT))


def mark(entries: list[Entry], *, at: dt.datetime) -> tuple[int, int]:
    """Marks letters as the journal knows them. Returns how many, and how many are unknown here."""
    rows = Message.objects.select_related("batch").in_bulk([entry.pk for entry in entries])
    told = unknown = 0
    doubtful = []
    for entry in entries:
        row = rows.get(entry.pk)
        if row is None or (row.address and digest_of(row) != entry.digest):
            unknown += 1
        elif entry.kind == "+" and row.state != State.HANDED_OVER:
            Message.objects.filter(pk=row.pk).update(
                state=State.HANDED_OVER, queue_id=entry.queue_id, finished_at=at,
                lease_until=None, raw=None,
            )  # fmt: skip
            told += 1
        elif entry.kind != "+" and row.state in Message.OPEN:
            doubtful.append(row.pk)
    Message.objects.filter(pk__in=doubtful).update(state=State.UNCERTAIN, lease_until=None)
    claims.send_again_where_asked(doubtful, at=at)
    return told + len(doubtful), unknown


def digest_of(row: Message) -> str:
    key = row.batch.key if row.batch else ""
    return composing.row_digest(key, row.pk, row.address)


def free(file: File, *, at: dt.datetime) -> None:
    """What the dead sender had in hand, and had not begun to end, waits again."""
    theirs = Message.objects.filter(journal=file.key, state=State.CLAIMED)
    theirs.update(state=State.WAITING, lease_until=None)


def accept(*, at: dt.datetime) -> int:
    """A person has looked: journals that are ahead are taken as they are. Returns how many letters
    the database was told of. Raises Unreadable for one of another key."""
    told = 0
    with gate():
        for path in journals():
            if file := File.take(path, fingerprint=fingerprint()):
                try:
                    told += compare(file, at=at, accept=True)
                finally:
                    file.close()
    return told
