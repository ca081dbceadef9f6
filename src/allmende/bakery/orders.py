"""Orders: written with a change, then spread to the pages that it concerns."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet

from allmende.bakery import page_types, queue
from allmende.bakery.ingredients import EVERYTHING, PATH
from allmende.bakery.models import BakedPage, BakeOrder, RecipeLine, Spread

LEASE = timedelta(seconds=30)
BATCH = 2_000
KEPT = timedelta(hours=1)  # how long a rendering may take and still learn what changed meanwhile
LOCK = 7_200_201  # PostgreSQL's advisory locks are numbers
Priority = BakedPage.Priority
T = TypeVar("T")

_noted: ContextVar[set[str] | None] = ContextVar("noted", default=None)


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


def postponed(ingredient: str) -> QuerySet[BakeOrder]:
    """Never one that a worker is spreading: what comes later would be lost with it."""
    waiting = BakeOrder.objects.filter(ingredient=ingredient)
    return waiting.filter(not_before__isnull=False, lease_until__isnull=True)


def due(*, at: datetime) -> QuerySet[BakeOrder]:
    """Orders that may be spread at `at`: free or abandoned, and past their pause."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    ready = Q(not_before__isnull=True) | Q(not_before__lte=at)
    return BakeOrder.objects.filter(free & ready)


def waiting() -> set[str]:
    """Ingredients of all orders that have not been spread."""
    return set(BakeOrder.objects.values_list("ingredient", flat=True).distinct())


@contextmanager
def alone() -> Iterator[None]:
    """A transaction in which orders are spread, and meanwhile nothing is `beside` it.

    On SQLite every transaction that writes is alone.
    """
    with transaction.atomic():
        lock("pg_advisory_xact_lock")
        yield


@contextmanager
def beside() -> Iterator[None]:
    """A transaction beside which no orders are spread, so that no page is missed by them."""
    with transaction.atomic():
        lock("pg_advisory_xact_lock_shared")
        yield


def lock(function: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [LOCK])


def spread(*, at: datetime) -> int:
    """Carries orders that are due to their pages, which are due then. Returns how many orders."""
    if not due(at=at).exists():
        return 0
    with alone():
        rows = due(at=at).select_for_update().order_by("-urgent", "id")[:BATCH]
        taken = list(rows.values_list("pk", "ingredient", "urgent"))
        urgent = {name for _, name, is_urgent in taken if is_urgent}
        usual = {name for _, name, _ in taken} - urgent
        remember({*urgent, *usual}, at=at)
        queue.make_due(affected(urgent), priority=Priority.URGENT, at=at)
        queue.make_due(affected(usual), priority=Priority.USUAL, at=at)
        whole = [pk for pk, name, _ in taken if name == EVERYTHING]
        BakeOrder.objects.filter(pk__in=whole).update(lease_until=at + LEASE)
        done = [pk for pk, name, _ in taken if name != EVERYTHING]
        BakeOrder.objects.filter(pk__in=done).delete()
    if whole:
        spread_to_all(whole, at=at)
    return len(taken)


def spread_to_all(keys: list[int], *, at: datetime) -> None:
    """All pages that were ever baked, and all there should be: in steps, each a short transaction.

    Who dies in between leaves the orders, which come due again.
    """
    last = BakedPage.objects.aggregate(last=Max("pk"))["last"] or 0
    for start in range(0, last + 1, BATCH):
        with alone():
            queue.make_range_due(start, start + BATCH, at=at)
            BakeOrder.objects.filter(pk__in=keys).update(lease_until=at + LEASE)
    for some in chunks(there_should_be(), BATCH):
        with alone():
            queue.make_due(some, priority=Priority.WHOLE, at=at, only_new=True)
            BakeOrder.objects.filter(pk__in=keys).update(lease_until=at + LEASE)
    BakeOrder.objects.filter(pk__in=keys).delete()


def there_should_be() -> Iterator[str]:
    for page_type in page_types.registered():
        yield from page_type.every()


def affected(ingredients: set[str]) -> set[str]:
    """Paths that read one of `ingredients`, or may have come into being with it."""
    paths = {name.removeprefix(PATH) for name in ingredients if name.startswith(PATH)}
    for some in chunks(sorted(ingredients - {EVERYTHING}), 500):
        lines = RecipeLine.objects.filter(ingredient__in=some)
        paths.update(lines.values_list("page__path", flat=True).distinct())
    for page_type in page_types.registered():
        for ingredient in ingredients:
            paths.update(page_type.born_from(ingredient))
    return paths


def remember(ingredients: set[str], *, at: datetime) -> None:
    Spread.objects.filter(at__lt=at - KEPT).delete()
    Spread.objects.bulk_create(Spread(ingredient=name, at=at) for name in sorted(ingredients))


def last_spread() -> int:
    return Spread.objects.aggregate(last=Max("pk"))["last"] or 0


def spread_since(since: int) -> set[str]:
    """Ingredients whose orders were spread after `since`, a `last_spread`."""
    return set(Spread.objects.filter(pk__gt=since).values_list("ingredient", flat=True))


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
