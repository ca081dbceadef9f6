"""What is left of journals that were removed: a proof for each mailing instead of each letter.

A file beside the journals, in their form, that is never removed:

    = 9f21c07be4a35d18        no letter of this mailing leaves any more
    ~ 1784012400              nor does a single mail written down before this moment

So a database restored from however old a backup sends nothing again: a mailing that is named here
is stopped, whatever its rows say. Journals themselves tell more, of each letter.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.mailroom import composing, journal
from allmende.mailroom.journal import Entry
from allmende.mailroom.models import Batch, Message

KEY = uuid.UUID(int=0)
LIVE = (Batch.State.FREEZING, Batch.State.SENDING, Batch.State.PAUSED)


def path_in(folder: Path) -> Path:
    return folder / f"{KEY}.journal"


def digest_of(key: str) -> str:
    return composing.digest_of("settled", key)


def note(file: journal.File, keys: Iterable[str], *, singles_before: dt.datetime) -> None:
    """Writes down what is not named yet; on disk when this returns. Raises OSError."""
    named = {entry.digest for entry in journal.read(file.path, start=0)}
    lines = [f"= {digest}\n".encode() for key in keys if (digest := digest_of(key)) not in named]
    file.append(b"".join([*lines, b"~ %d\n" % singles_before.timestamp()]))


def heed(entries: Iterator[Entry], *, at: dt.datetime) -> tuple[int, int]:
    """Stops what must not leave again. Returns how many mailings and single mails, and how many
    mailings are unknown here."""
    named, before = set[str](), 0
    for entry in entries:
        if entry.kind == "=":
            named.add(entry.digest)
        elif entry.kind == "~":
            before = max(before, entry.pk)
    known = {digest_of(key): (pk, state) for pk, key, state in batches()} if named else {}
    restored = [known[digest] for digest in named & known.keys()]
    with transaction.atomic():
        stopped = stop([pk for pk, state in restored if state in LIVE], at=at)
        late = withdraw_singles(dt.datetime.fromtimestamp(before, dt.UTC), at=at) if before else 0
    return stopped + late, len(named - known.keys())


def batches() -> Iterator[tuple[int, str, str]]:
    yield from Batch.objects.values_list("pk", "key", "state").iterator()


def stop(keys: list[int], *, at: dt.datetime) -> int:
    if not keys:
        return 0
    Message.objects.remaining().filter(batch__in=keys, state=Message.State.CLAIMED).update(
        state=Message.State.WAITING, lease_until=None
    )
    return Batch.objects.filter(pk__in=keys).update(
        state=Batch.State.STOPPED,
        ended_at=at,
        remark=_("It had left before this database was restored."),
    )


def withdraw_singles(before: dt.datetime, *, at: dt.datetime) -> int:
    """Takes back single mails that have waited since before a moment, and forgets what they say."""
    waiting = Message.objects.remaining().filter(batch=None, state__in=Message.OPEN)
    late = waiting.filter(created_at__lt=before)
    return late.update(
        state=Message.State.WITHDRAWN, finished_at=at, lease_until=None, raw=None, answer="late"
    )
