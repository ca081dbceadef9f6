"""Rows into a sender's hands, and what became of them back into rows.

A claim is a conditional update (SKIP LOCKED on PostgreSQL) that names the sender's journal. Rows of
a journal whose sender is dead are freed by whoever finds that journal (`guard`), never by time
alone: the journal may know of letters that had left.
"""

import datetime as dt
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.dispatch import Signal

from allmende.mailroom import signals, suppression
from allmende.mailroom.letters import Fate, Letter, Outcome
from allmende.mailroom.models import Batch, Journal, Message

State = Message.State
LEASE = dt.timedelta(minutes=10)
# Seconds until a letter that was put off is tried again; the last one is repeated.
PAUSES = [60, 5 * 60, 15 * 60, 30 * 60, 3_600, 2 * 3_600, 4 * 3_600]
GIVEN_UP_AFTER = dt.timedelta(days=2)
FIELDS = (
    "pk", "batch_id", "recipient", "address", "personal", "return_path", "raw", "attempts",
    "created_at",
)  # fmt: skip


class Row(NamedTuple):
    """A claimed row, as FIELDS names its columns."""

    pk: int
    batch_id: int | None
    recipient: int | None
    address: str
    personal: dict[str, str]
    return_path: str
    raw: bytes | memoryview | None
    attempts: int
    created_at: dt.datetime


class Ended(NamedTuple):
    """A letter and what became of it."""

    letter: Letter
    outcome: Outcome


def sending(*, at: dt.datetime) -> list[Batch]:
    """Batches that may be sent now, the oldest first."""
    due = Batch.objects.filter(state=Batch.State.SENDING, send_at__lte=at)
    return list(due.order_by("send_at", "pk").defer("content"))


def claim(journal: UUID, *, batch: int | None, limit: int, at: dt.datetime) -> list[Row]:
    """Takes up letters of a batch, or single mails (None); those that were put off come first."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            rows = claim_in_one(journal, batch=batch, limit=limit, at=at)
        else:
            rows = claim_in_turn(journal, batch=batch, limit=limit, at=at)
        return without_barred(rows, single=batch is None, at=at)


def claim_in_turn(journal: UUID, *, batch: int | None, limit: int, at: dt.datetime) -> list[Row]:
    rows: list[Row] = []
    for state in (State.DEFERRED, State.WAITING):
        due = Message.objects.remaining().filter(batch=batch, state=state, due_at__lte=at)
        first = due.order_by("due_at", "pk").values_list(*FIELDS)
        rows += map(Row._make, first[: limit - len(rows)])
    if rows:
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=State.CLAIMED, journal=journal, lease_until=at + LEASE
        )
    return rows


# Rows that another sender holds at this moment are passed over.
DUE = """SELECT id FROM mailroom_message
    WHERE batch_id {batch} AND state = '{state}' AND due_at <= %(at)s
    ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED"""
CLAIM = """WITH late AS ({late}), fresh AS ({fresh}),
    due AS (SELECT id FROM late UNION ALL SELECT id FROM fresh LIMIT %(limit)s)
    UPDATE mailroom_message AS letter
    SET state = 'claimed', journal_id = %(journal)s, lease_until = %(until)s
    FROM due WHERE letter.id = due.id
    RETURNING letter.id, letter.batch_id, letter.recipient, letter.address, letter.personal,
        letter.return_path, letter.raw, letter.attempts, letter.created_at"""


def claim_in_one(journal: UUID, *, batch: int | None, limit: int, at: dt.datetime) -> list[Row]:
    """PostgreSQL does it in one statement."""
    which = "IS NULL" if batch is None else "= %(batch)s"
    late, fresh = (
        DUE.format(batch=which, state=state) for state in (State.DEFERRED, State.WAITING)
    )
    values = {"batch": batch, "limit": limit, "at": at, "until": at + LEASE, "journal": journal}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM.format(late=late, fresh=fresh), values)
        told = sorted(cursor.fetchall())
    place = FIELDS.index("personal")
    return [Row._make([*row[:place], json.loads(row[place]), *row[place + 1 :]]) for row in told]


def without_barred(rows: list[Row], *, single: bool, at: dt.datetime) -> list[Row]:
    """Withdraws letters to addresses that get none (`suppression`); returns the others."""
    barred = suppression.among({row.address for row in rows}, single=single) if rows else set()
    if not barred:
        return rows
    theirs = [row.pk for row in rows if row.address in barred]
    Message.objects.filter(pk__in=theirs).update(
        state=State.WITHDRAWN, lease_until=None, finished_at=at, raw=None, answer="barred"
    )
    return [row for row in rows if row.address not in barred]


def record(
    journal: UUID, ended: Sequence[Ended], *, position: int, pace: float, at: dt.datetime
) -> None:
    """Writes outcomes down, announces them, and how far the journal is recorded: one commit."""
    by_fate: dict[Fate, list[Ended]] = defaultdict(list)
    for one in ended:
        by_fate[final(one, at=at)].append(one)
    with transaction.atomic():
        accepted(by_fate[Fate.ACCEPTED], journal, at)
        refused(by_fate[Fate.REFUSED], journal, at)
        put_off(by_fate[Fate.DEFERRED], journal, at)
        uncertain(by_fate[Fate.SILENT], journal, at)
        wait_again(by_fate[Fate.UNSENT], journal, at)
        withheld(by_fate[Fate.WITHHELD], journal, at)
        Journal.objects.filter(pk=journal).update(position=position, seen_at=at, pace=pace)


def final(one: Ended, *, at: dt.datetime) -> Fate:
    """Who is put off for too long is refused."""
    fate = one.outcome.fate
    age = at.timestamp() - one.letter.created_at
    too_late = fate == Fate.DEFERRED and age > GIVEN_UP_AFTER.total_seconds()
    return Fate.REFUSED if too_late and one.letter.attempts >= len(PAUSES) else fate


def accepted(ended: list[Ended], journal: UUID, at: dt.datetime) -> None:
    if not ended:
        return
    rows = [(one.letter.pk, one.outcome.queue_id) for one in ended]
    update_each(
        "state = 'handed over', queue_id = {0}, finished_at = {at}, lease_until = NULL, raw = NULL",
        ["text"], rows, journal, at,
    )  # fmt: skip
    announce(signals.handed_over, ended)


def refused(ended: list[Ended], journal: UUID, at: dt.datetime) -> None:
    if not ended:
        return
    rows = [(one.letter.pk, one.outcome.code or "554", one.outcome.words) for one in ended]
    update_each(
        "state = 'refused', code = {0}, answer = {1}, finished_at = {at}, lease_until = NULL,"
        " raw = NULL",
        ["text", "text"], rows, journal, at,
    )  # fmt: skip
    announce(signals.refused, ended, codes=True)


def put_off(ended: list[Ended], journal: UUID, at: dt.datetime) -> None:
    for letter, outcome in ended:
        claimed(journal, [letter.pk]).update(
            state=State.DEFERRED,
            lease_until=None,
            attempts=letter.attempts + 1,
            due_at=at + pause(letter.attempts),
            code=outcome.code,
            answer=outcome.words,
        )


def pause(attempts: int) -> dt.timedelta:
    """Longer every time, and never the same for many."""
    seconds = PAUSES[min(attempts, len(PAUSES) - 1)]
    return dt.timedelta(seconds=seconds * random.uniform(0.75, 1.5))  # noqa: S311  no secret


def uncertain(ended: list[Ended], journal: UUID, at: dt.datetime) -> None:
    if ended:
        words = {one.letter.pk: one.outcome.words for one in ended}
        for pk, said in words.items():
            claimed(journal, [pk]).update(state=State.UNCERTAIN, lease_until=None, answer=said)
        send_again_where_asked(words, at=at)


def send_again_where_asked(keys: Iterable[int], *, at: dt.datetime) -> int:
    """Uncertain letters wait again where their batch says so; single mails always do, for a code
    that comes twice does no harm and one that never comes does."""
    rows = Message.objects.filter(pk__in=list(keys), state=State.UNCERTAIN)
    resend = Batch.objects.filter(policy=Batch.Policy.RESEND).values("pk")
    count = rows.filter(batch__in=resend).update(state=State.WAITING, due_at=at)
    return count + rows.filter(batch=None).update(state=State.WAITING, due_at=at)


def wait_again(ended: list[Ended], journal: UUID, at: dt.datetime) -> None:
    pauses: dict[float, list[int]] = defaultdict(list)
    for one in ended:
        pauses[one.outcome.pause].append(one.letter.pk)
    for seconds, keys in pauses.items():
        rows = claimed(journal, keys)
        if seconds:
            later = at + dt.timedelta(seconds=seconds)
            rows.update(state=State.WAITING, lease_until=None, due_at=later)
        else:
            rows.update(state=State.WAITING, lease_until=None)


def withheld(ended: list[Ended], journal: UUID, at: dt.datetime) -> None:
    keys = [one.letter.pk for one in ended]
    if keys:
        claimed(journal, keys).update(state=State.WITHDRAWN, lease_until=None, finished_at=at)


def claimed(journal: UUID, keys: list[int]) -> QuerySet[Message]:
    return Message.objects.filter(pk__in=keys, state=State.CLAIMED, journal=journal)


def give_back(journal: UUID, keys: list[int]) -> None:
    """Letters that were taken up and not begun wait again."""
    if keys:
        claimed(journal, keys).update(state=State.WAITING, lease_until=None)


def announce(signal: Signal, ended: list[Ended], *, codes: bool = False) -> None:
    by_batch: dict[int | None, list[Ended]] = defaultdict(list)
    for one in ended:
        by_batch[one.letter.batch].append(one)
    if not signal.has_listeners(Message):
        return
    known = Batch.objects.defer("content").in_bulk([key for key in by_batch if key])
    for key, some in by_batch.items():
        more = {"codes": [one.outcome.code for one in some]} if codes else {}
        signal.send(
            Message,
            batch=known[key] if key else None,
            messages=[one.letter.pk for one in some],
            recipients=[one.letter.recipient for one in some],
            **more,
        )


def update_each(
    changes: str, kinds: list[str], rows: Sequence[tuple[Any, ...]], journal: UUID, at: dt.datetime
) -> None:
    """Updates many claimed rows, each with values of its own, in one statement or one round.

    changes: SET clause with {0}, {1} … for the values and {at} for the time. kinds: their types.
    rows: the key, then the values.
    """
    where = "state = 'claimed' AND journal_id = %s"
    if connection.vendor == "postgresql":
        names = [f"v{number}" for number in range(len(kinds))]
        arrays = ", ".join(["%s::bigint[]", *[f"%s::{kind}[]" for kind in kinds]])
        sets = changes.format(*[f"v.{name}" for name in names], at="%s")
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE mailroom_message SET {sets} FROM unnest({arrays})"  # noqa: S608
                f" AS v(pk, {', '.join(names)}) WHERE id = v.pk AND {where}",
                [at, *[list(column) for column in zip(*rows, strict=True)], journal],
            )
        return
    sets = changes.format(*["%s"] * len(kinds), at="%s")
    when = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE mailroom_message SET {sets} WHERE id = %s AND {where}",  # noqa: S608
            [(*values, when, pk, journal.hex) for pk, *values in rows],
        )
