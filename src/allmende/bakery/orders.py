"""Orders: written with the change, claimed with a lease, done or tried again.

One claim lives at a time; what is written while it is being worked on waits for the next.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction

from allmende.bakery.ingredients import PATH
from allmende.bakery.models import BakeOrder

LEASE = timedelta(minutes=2)
BATCH = 2_000
LONGEST_PAUSE = timedelta(minutes=10)

_noted: ContextVar[set[str] | None] = ContextVar("noted", default=None)


@dataclass(frozen=True)
class Claim:
    """Orders taken by one worker: their key and what they name, each ingredient once."""

    key: uuid.UUID
    ingredients: list[str]
    count: int
    urgent: bool = False


@contextmanager
def noting() -> Iterator[set[str]]:
    """Collects what is ordered inside, to tell how much a change would renew."""
    noted: set[str] = set()
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


def place(*ingredients: str, urgent: bool = False) -> None:
    """Orders all pages that read one of `ingredients`. Call it inside the change's transaction."""
    if (noted := _noted.get()) is not None:
        noted.update(ingredients)
    BakeOrder.objects.bulk_create(
        BakeOrder(ingredient=ingredient, urgent=urgent) for ingredient in sorted(set(ingredients))
    )


def postpone(ingredient: str, *, until: datetime) -> None:
    """Orders `ingredient` for `until` at the earliest; again, and that one order waits longer.

    For changes in many transactions that shall be one bake. Whoever dies before `release` loses
    nothing: the order comes due by itself.
    """
    if not postponed(ingredient).update(not_before=until):
        BakeOrder.objects.create(ingredient=ingredient, not_before=until)


def release(ingredient: str) -> None:
    """What was postponed is due now."""
    postponed(ingredient).update(not_before=None)


def postponed(ingredient: str) -> models.QuerySet[BakeOrder]:
    """Never one that a worker holds: what comes later would be lost with it."""
    waiting = BakeOrder.objects.filter(ingredient=ingredient, attempts=0)
    return waiting.filter(not_before__isnull=False, lease_until__isnull=True)


def due(*, at: datetime) -> models.QuerySet[BakeOrder]:
    """Orders that may be claimed at `at`: free or abandoned, and past their pause."""
    free = models.Q(lease_until__isnull=True) | models.Q(lease_until__lt=at)
    ready = models.Q(not_before__isnull=True) | models.Q(not_before__lte=at)
    return BakeOrder.objects.filter(free & ready)


def claim(*, at: datetime) -> Claim | None:
    """Takes what is due, urgent first; None when there is nothing or another worker is at it."""
    if not due(at=at).exists():
        return None
    with transaction.atomic():
        if BakeOrder.objects.filter(lease_until__gte=at).exists():
            return None
        rows = due(at=at).select_for_update(skip_locked=True).order_by("-urgent", "id")[:BATCH]
        taken = list(rows.values_list("pk", "ingredient", "urgent"))
        if any(urgent for _, _, urgent in taken):  # nothing slow may stand beside an urgent one
            taken = [row for row in taken if row[2]]
        if not taken:
            return None
        key = uuid.uuid4()
        BakeOrder.objects.filter(pk__in=[pk for pk, _, _ in taken]).update(
            claim=key, lease_until=at + LEASE, attempts=models.F("attempts") + 1
        )
    names = {name for _, name, _ in taken}
    return Claim(key, sorted(names), len(taken), urgent=taken[0][2])


def waiting(*, beside: Claim | None, urgent: bool = False) -> set[str]:
    """Ingredients of all orders that `beside` has not taken: later ones, or less urgent ones."""
    rows = BakeOrder.objects.exclude(claim=beside.key) if beside else BakeOrder.objects.all()
    if urgent:
        rows = rows.filter(urgent=True)
    return set(rows.values_list("ingredient", flat=True).distinct())


def renew(claim: Claim, *, at: datetime) -> bool:
    """Keeps a long claim alive; False when it was lost to another worker."""
    return bool(BakeOrder.objects.filter(claim=claim.key).update(lease_until=at + LEASE))


def finish(claim: Claim) -> None:
    BakeOrder.objects.filter(claim=claim.key).delete()


def try_again(path: str, *, attempts: int, error: str, at: datetime) -> None:
    """Orders one page anew after a pause that doubles with every failure."""
    pause = min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_PAUSE)
    BakeOrder.objects.filter(ingredient=PATH + path, lease_until__isnull=True).delete()
    BakeOrder.objects.create(
        ingredient=PATH + path, not_before=at + pause, attempts=attempts, error=error
    )
