"""What a person may do with a running mailing, and how far it is.

Every deed is a conditional update: a click that comes twice, or too late, changes nothing and says
so by returning False.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Sum

from allmende.mailroom import signals
from allmende.mailroom.models import Batch, Journal, Message

State = Message.State
LATELY = dt.timedelta(seconds=5)


@dataclass(frozen=True)
class Progress:
    """Letters of a batch by what became of them.

    rate: letters a second lately. seconds_left: None while nothing moves.
    """

    total: int
    handed_over: int
    waiting: int
    in_hand: int
    deferred: int
    refused: int
    uncertain: int
    withdrawn: int
    rate: float
    seconds_left: float | None

    @property
    def left(self) -> int:
        return self.waiting + self.in_hand + self.deferred


def progress(batch: Batch, *, at: dt.datetime) -> Progress:
    return progress_of([batch], at=at)[batch.pk]


def progress_of(some: Sequence[Batch], *, at: dt.datetime) -> dict[int, Progress]:
    """By the batches' keys. Counts what has not left, which is quick by the index; the rest was
    handed over."""
    rows = Message.objects.remaining().filter(batch__in=some).order_by()
    counts: dict[int, dict[str, int]] = {batch.pk: {} for batch in some}
    for batch, state, count in rows.values_list("batch", "state").annotate(Count("pk")):
        counts[batch][state] = count
    lately = Journal.objects.filter(seen_at__gt=at - LATELY)
    running = any(batch.state == Batch.State.SENDING for batch in some)
    rate = (lately.aggregate(pace=Sum("pace"))["pace"] or 0.0) if running else 0.0
    return {batch.pk: of_counts(batch, counts[batch.pk], rate) for batch in some}


def of_counts(batch: Batch, counts: dict[str, int], pace: float) -> Progress:
    """pace: letters a second of all senders."""
    total = batch.total if batch.frozen_at else sum(counts.values())
    rate = pace if batch.state == Batch.State.SENDING else 0.0
    left = sum(counts.get(state, 0) for state in Message.OPEN)
    return Progress(
        total=total,
        handed_over=total - sum(counts.values()),
        waiting=counts.get(State.WAITING, 0),
        in_hand=counts.get(State.CLAIMED, 0),
        deferred=counts.get(State.DEFERRED, 0),
        refused=counts.get(State.REFUSED, 0),
        uncertain=counts.get(State.UNCERTAIN, 0),
        withdrawn=counts.get(State.WITHDRAWN, 0),
        rate=rate,
        seconds_left=left / rate if rate > 0 else None,
    )


def pause(batch: Batch, *, remark: str = "") -> bool:
    """Letters in a sender's hands still leave; no further ones are taken up."""
    return change(batch, {Batch.State.SENDING}, Batch.State.PAUSED, remark=remark)


def resume(batch: Batch) -> bool:
    return change(batch, {Batch.State.PAUSED}, Batch.State.SENDING, remark="")


def stop(batch: Batch, *, at: dt.datetime) -> bool:
    """For good: what waits stays where it is and never leaves."""
    states = {Batch.State.FREEZING, Batch.State.SENDING, Batch.State.PAUSED}
    return change(batch, states, Batch.State.STOPPED, ended_at=at)


def change(batch: Batch, states: set[Batch.State], to: Batch.State, **more: object) -> bool:
    done = Batch.objects.filter(pk=batch.pk, state__in=states).update(state=to, **more)
    batch.refresh_from_db()
    return bool(done)


def settle(batch: Batch, *, resend: bool, at: dt.datetime) -> int:
    """Decides over the uncertain letters: send again, or take them for handed over.

    Returns how many. A batch that has ended goes on until those are sent; one that was stopped
    sends nothing, so there nothing is set to be sent.
    """
    with transaction.atomic():
        locked = Batch.objects.select_for_update().get(pk=batch.pk)
        rows = locked.messages.remaining().filter(state=State.UNCERTAIN)
        if not resend:
            return rows.update(state=State.HANDED_OVER, finished_at=at)
        if locked.state == Batch.State.STOPPED:
            return 0
        count = rows.update(state=State.WAITING, due_at=at)
        if count and locked.state == Batch.State.ENDED:
            locked.state, locked.ended_at = Batch.State.SENDING, None
            locked.save(update_fields=["state", "ended_at"])
    batch.refresh_from_db()
    return count


def end(batch_key: int, *, at: dt.datetime) -> bool:
    """Ends a batch of which nothing is left to send; False where there is."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch_key)
        if batch.state != Batch.State.SENDING:
            return False
        if batch.messages.remaining().filter(state__in=Message.OPEN).exists():
            return False
        batch.state, batch.ended_at = Batch.State.ENDED, at
        batch.save(update_fields=["state", "ended_at"])
        signals.batch_ended.send(Batch, batch=batch)
    return True
