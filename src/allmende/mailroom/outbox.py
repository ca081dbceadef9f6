"""Taking mail in. Nothing here talks to a mail server; `deliver` does, from the rows.

Single mails (sign-in codes, notices) come through Django's mail API, whose backend this is. They
are first in line, and commit with the transaction that wrote them.

A mailing is opened, its audience written down, and then it leaves by itself:

    batch = outbox.open_batch("newsletter:3:issue:17", content=content, at=now, send_at=friday)
    outbox.freeze(batch, recipients, at=now)   # (person's key, address, {"greeting": …}) each

`open_batch` with a key that exists gives that batch back, and `freeze` may be called again after
whatever broke it off: who stands there already is not written twice. Not one letter leaves before
`freeze` has come to its end, and who is not in it then is not added.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from email.message import Message as Mail
from email.utils import parseaddr
from itertools import islice

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from allmende.mailroom.content import Content
from allmende.mailroom.models import Batch, Message

Recipient = tuple[int, str, Mapping[str, str]]
LOT = 5_000  # rows written at once
COLUMNS = "batch_id, recipient, address, personal, state, due_at, created_at"


class Incomplete(ValueError):
    """A recipient does not bring every piece that the content names."""


class Closed(Exception):
    """The batch's audience is complete; nobody is added."""


class Backend(BaseEmailBackend):
    """Django's EMAIL_BACKEND: one row for every address that a mail goes to."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return sum(enqueue(mail, at=timezone.now()) for mail in email_messages)


def enqueue(mail: EmailMessage, *, at: dt.datetime) -> int:
    """Writes a single mail down. Returns 1, or 0 when it is for nobody."""
    encoding = mail.encoding or "utf-8"
    addresses = dict.fromkeys(
        parseaddr(sanitize_address(address, encoding))[1] for address in mail.recipients()
    )
    if not addresses:
        return 0
    whole = mail.message()
    raw = as_sent(whole)
    sender = parseaddr(sanitize_address(mail.from_email, encoding))[1]
    Message.objects.bulk_create(
        Message(address=address, raw=raw, return_path=sender, due_at=at, created_at=at)
        for address in addresses
    )
    return 1


def as_sent(mail: Mail) -> bytes:
    """The bytes of a single mail: lines end with CRLF, no blind copies, and no machine answers."""
    del mail["Bcc"]
    if "Auto-Submitted" not in mail:
        mail["Auto-Submitted"] = "auto-generated"
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def open_batch(
    key: str,
    *,
    content: Content,
    at: dt.datetime,
    send_at: dt.datetime | None = None,
    policy: Batch.Policy = Batch.Policy.HOLD,
) -> Batch:
    """The batch of this key, opened now where there is none; its content is final.

    key: what the caller knows it by, unique for ever. send_at: not before; None means at once.
    policy: what is done with letters of which nobody knows whether they arrived.
    """
    batch, _ = Batch.objects.get_or_create(
        key=key,
        defaults={
            "content": content.as_row(),
            "policy": policy,
            "opened_at": at,
            "send_at": send_at or at,
        },
    )
    return batch


def freeze(
    batch: Batch,
    recipients: Iterable[Recipient],
    *,
    at: dt.datetime,
    last_look: Callable[[], object] = lambda: None,
) -> int:
    """Writes the audience down and lets the batch leave. Returns the number of letters.

    recipients: (key, address, pieces); read as a stream, written in lots of their own transaction
    unless the caller holds one open. last_look: called once all stand there and none has left, to
    `withdraw` those who are not to get it any more. Raises Closed, Incomplete.
    """
    batch.refresh_from_db(fields=["state"])
    if batch.state != Batch.State.FREEZING:
        raise Closed(batch.key)
    pieces = Content.of_row(batch.content).pieces()
    stream = iter(recipients)
    while lot := list(islice(stream, LOT)):
        with transaction.atomic():
            write(batch, lot, pieces, at=at)
    with transaction.atomic():
        last_look()
        total = batch.messages.count()
        batch.state, batch.frozen_at, batch.total = Batch.State.SENDING, at, total
        freezing = Batch.objects.filter(pk=batch.pk, state=Batch.State.FREEZING)
        if not freezing.update(state=batch.state, frozen_at=at, total=total):
            raise Closed(batch.key)  # stopped, or frozen by somebody else, meanwhile
    return total


def write(batch: Batch, lot: list[Recipient], pieces: set[str], *, at: dt.datetime) -> None:
    """Inserts a lot of letters; whoever has one keeps it."""
    rows = []
    for key, address, personal in lot:
        if lacking := pieces - personal.keys():
            raise Incomplete(f"{batch.key}: recipient {key} lacks {sorted(lacking)}")
        rows.append((key, address, json.dumps(dict(personal), ensure_ascii=False)))
    if connection.vendor == "postgresql":
        write_arrays(batch, rows, at)
        return
    due = connection.ops.adapt_datetimefield_value(batch.send_at)
    created = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO mailroom_message ({COLUMNS}, {OTHERS})"  # noqa: S608  our own names
            f" VALUES (%s, %s, %s, %s, 'waiting', %s, %s, {DEFAULTS})"
            " ON CONFLICT (batch_id, recipient) DO NOTHING",
            [(batch.pk, *row, due, created) for row in rows],
        )


# Columns that Django fills and the database does not, and what a fresh letter has in them.
OTHERS = "return_path, attempts, code, answer, queue_id"
DEFAULTS = "'', 0, '', '', ''"


def write_arrays(batch: Batch, rows: list[tuple[int, str, str]], at: dt.datetime) -> None:
    """PostgreSQL takes a lot as three arrays."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO mailroom_message ({COLUMNS}, {OTHERS})"  # noqa: S608  our own names
            " SELECT %s, recipient, address, personal::jsonb, 'waiting', %s, %s,"
            f" {DEFAULTS}"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS t(recipient, address, personal)"
            " ON CONFLICT (batch_id, recipient) DO NOTHING",
            [batch.pk, batch.send_at, at, *columns],
        )


def withdraw(batches: Iterable[int], *, recipient: int, at: dt.datetime) -> int:
    """Takes back letters to one recipient that have not left, of batches given by key.

    Returns how many. A letter in a sender's hands in this very second still leaves.
    """
    open_ones = Message.objects.filter(
        batch__in=list(batches),
        recipient=recipient,
        state__in=[Message.State.WAITING, Message.State.DEFERRED],
    )
    return open_ones.update(state=Message.State.WITHDRAWN, finished_at=at)


def withdraw_everywhere(recipient: int, *, prefix: str, at: dt.datetime) -> int:
    """As `withdraw`, of every running batch whose key begins with `prefix`."""
    running = Batch.objects.exclude(state=Batch.State.ENDED).filter(key__startswith=prefix)
    return withdraw(running.values_list("pk", flat=True), recipient=recipient, at=at)


def letters_to(recipient: int) -> QuerySet[Message]:
    """What batches wrote to a recipient, the newest first."""
    every = list(Batch.objects.values_list("pk", flat=True))
    rows = Message.objects.filter(batch__in=every, recipient=recipient)
    return rows.select_related("batch").order_by("-created_at", "-pk")


def single_letters(address: str) -> QuerySet[Message]:
    """Single mails to an address, the newest first."""
    return Message.objects.filter(batch=None, address=address).order_by("-created_at", "-pk")


def forget_address(address: str, *, resting: bool = False) -> int:
    """Removes single mails to the address of somebody who is erased; those in hand still leave.

    resting: no sender is at work, as in a restore: what is in hand is in nobody's."""
    mails = single_letters(address)
    if not resting:
        mails = mails.exclude(state=Message.State.CLAIMED)
    return mails.delete()[0]


def forget(recipient: int) -> int:
    """Removes what letters of batches say about a recipient who is erased: address and pieces.

    The rows stay, for they are counted. Returns how many. Letters that have not left must be
    withdrawn first.
    """
    every = list(Batch.objects.values_list("pk", flat=True))
    theirs = Message.objects.filter(batch__in=every, recipient=recipient)
    return theirs.exclude(state__in=Message.OPEN).update(address="", personal={}, answer="")
