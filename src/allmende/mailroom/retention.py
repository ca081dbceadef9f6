"""What the mailroom forgets, and when.

Journals go once nobody needs to be told of single letters any more; `settled` keeps a line for each
mailing, for ever. A single mail's body goes when it has left; its row later.
"""

import datetime as dt
import logging
from pathlib import Path

from django.db.models import Exists, OuterRef, QuerySet

from allmende.mailroom import guard, settled
from allmende.mailroom.journal import File
from allmende.mailroom.models import Batch, Journal, Message

logger = logging.getLogger(__name__)

JOURNALS = dt.timedelta(days=90)  # after the last letter that they tell of
SINGLES = dt.timedelta(days=90)  # rows of single mails, after they left
STALE = dt.timedelta(days=7)  # after which a single mail is of no use to anybody
LOT = 1_000


def sweep(*, at: dt.datetime) -> None:
    sweep_singles(at=at)
    prune(at=at)


def sweep_singles(*, at: dt.datetime) -> int:
    """Withdraws single mails that could not leave for long; removes rows of those that are long
    finished. Returns how many were removed."""
    settled.withdraw_singles(at - STALE, at=at)
    singles = Message.objects.filter(batch=None)
    singles.filter(finished_at__lte=at, raw__isnull=False).update(raw=None)
    old = singles.filter(finished_at__lt=at - SINGLES).order_by("finished_at")
    removed = 0
    while keys := list(old.values_list("pk", flat=True)[:LOT]):
        Message.objects.filter(pk__in=keys).delete()
        removed += len(keys)
    return removed


def prune(*, at: dt.datetime) -> int:
    """Removes journals of which every letter's fate is decided and long recorded. Returns how many.

    1. None whose sender lives, none that the database has not read to its end.
    2. None written since the oldest mailing was opened that is not settled: sending, paused, or
       with uncertain letters.
    3. `settled` names all mailings before that, on disk, before the first file goes.
    """
    horizon = min([at - JOURNALS, *unsettled().values_list("opened_at", flat=True)])
    with guard.gate():
        old = [file for path in guard.journals() if (file := take_old(path, horizon=horizon))]
        try:
            if old:
                keep_proof(horizon, at=at)
            for file in old:
                file.path.unlink()
                logger.info("the journal %s was removed", file.key)
        finally:
            for file in old:
                file.close()
    return len(old)


def unsettled() -> QuerySet[Batch]:
    """Mailings of which a letter may still leave."""
    doubtful = Message.objects.remaining().filter(
        batch=OuterRef("pk"), state=Message.State.UNCERTAIN
    )
    ended = Batch.objects.filter(state=Batch.State.ENDED).filter(Exists(doubtful))
    return Batch.objects.filter(state__in=settled.LIVE) | ended


def take_old(path: Path, *, horizon: dt.datetime) -> File | None:
    """The journal, locked, where it may go; None where it stays."""
    if path.stem == str(settled.KEY):
        return None
    file = File.take(path, fingerprint=guard.fingerprint())
    if file is None:
        return None
    row = Journal.objects.filter(pk=file.key).first()
    written = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    if row and row.position == file.end and max(written, row.seen_at) < horizon:
        return file
    file.close()
    return None


def keep_proof(horizon: dt.datetime, *, at: dt.datetime) -> None:
    """Names every mailing that was opened before the horizon; all of them are settled."""
    keys = Batch.objects.filter(opened_at__lt=horizon).values_list("key", flat=True)
    path = settled.path_in(guard.folder())
    file = File.take(path, fingerprint=guard.fingerprint())
    assert file is not None  # the gate is ours
    try:
        file.mend(guard.fingerprint())
        settled.note(file, keys, singles_before=horizon)
        guard.compare(file, at=at)
    finally:
        file.close()
