"""Taking a row from one state to the next: a conditional update, whose rows are counted."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import In

from allmende.paper.models import Paper
from allmende.payments.models import (
    DueItem,
    Mandate,
    PaymentAttempt,
    Payout,
    PayoutBatch,
    Pledge,
    Refund,
    SepaBatch,
    moves,
)

STEPS: dict[type, moves.Moves] = {
    Pledge: moves.PLEDGE,
    DueItem: moves.DUE_ITEM,
    PaymentAttempt: moves.ATTEMPT,
    Mandate: moves.MANDATE,
    SepaBatch: moves.BATCH,
    Refund: moves.REFUND,
    Payout: moves.PAYOUT,
    PayoutBatch: moves.BATCH,
}
Row = Pledge | DueItem | PaymentAttempt | Mandate | SepaBatch | Refund | Payout | PayoutBatch


class NotMoved(Exception):
    """The row is in no state from which it could come to this one."""


def move(row: Row, target: str, **values: Any) -> bool:
    """Takes the row to `target` and writes `values` with it. False where its state, as the database
    has it, does not lead there: somebody else was first, or it is there already."""
    model = type(row)
    possible = model._default_manager.filter(
        pk=row.pk, state__in=moves.sources(STEPS[model], target)
    )
    if possible.update(state=target, **values) != 1:
        return False
    for name, value in {"state": target, **values}.items():
        setattr(row, name, value)
    return True


def must_move(row: Row, target: str, **values: Any) -> None:
    """Raises NotMoved."""
    if not move(row, target, **values):
        raise NotMoved(f"{type(row).__name__} {row.pk} does not become {target}")


def still(states: Sequence[str], *, of: str = "state") -> In:
    """That rows which are named by their keys are in one of these states: for `filter`, beside
    thousands of keys. Of `state__in` SQLite, which keeps no statistics, thinks that it names fewer
    rows than the keys do, and goes through all that are in the state for each lot of keys."""
    return In(Coalesce(F(of), Value("")), states)


def day_of(at: dt.datetime) -> dt.date:
    """The day in the paper's time zone: what law and books speak of."""
    return at.astimezone(Paper.load().time_zone_info).date()
