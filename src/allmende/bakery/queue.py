"""The queue of pages that are due: made due by orders, claimed in small lots, struck off.

Order of the queue: priority, then pages that others link to, then the others, then those that
leave. A claim that is not renewed ends with its lease, and any worker takes the pages over.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.urls import Resolver404, resolve
from django.utils import timezone

from allmende.bakery import page_types
from allmende.bakery.models import BakedPage

LEASE = timedelta(seconds=30)
LOT = 16  # pages claimed at once: what an urgent one waits for at the most
LARGE_LOT = 32  # where all pages are due, and each statement for more of them is time won
LONGEST_PAUSE = timedelta(minutes=10)
A_MOMENT = timedelta(milliseconds=100)
NAMES = 500  # in one statement
Priority = BakedPage.Priority


@dataclass(frozen=True)
class Task:
    """One rendering: which page, at which version, the how-many-eth of it.

    claim: None for a page that is baked out of turn. since: the last order spread before. at: when
    it was claimed, by the worker's clock.
    """

    pk: int
    path: str
    version: int
    begun: int
    rank: int
    since: int
    at: datetime
    claim: uuid.UUID | None = None


def kind_of(path: str) -> str:
    try:
        return resolve(unquote(path)).url_name or ""
    except Resolver404:
        return ""


def make_due(
    paths: Iterable[str], *, priority: Priority, at: datetime, only_new: bool = False
) -> None:
    """Makes pages due, and known where they are not. Inside `orders.alone`.

    only_new: those that are known already keep their place in the queue.
    """
    wanted = sorted(paths)
    for start in range(0, len(wanted), NAMES):
        some = wanted[start : start + NAMES]
        known = set(BakedPage.objects.filter(path__in=some).values_list("path", flat=True))
        new = [path for path in some if path not in known]
        BakedPage.objects.bulk_create([unknown(path) for path in new], ignore_conflicts=True)
        order(BakedPage.objects.filter(path__in=new if only_new else some), priority, at)
        if only_new:
            rank_anew(some)


def make_range_due(start: int, end: int, *, at: datetime) -> None:
    """Makes all known pages with keys from `start` to `end` due with all others."""
    order(BakedPage.objects.filter(pk__gte=start, pk__lt=end), Priority.WHOLE, at)


def order(pages: QuerySet[BakedPage], priority: Priority, at: datetime) -> None:
    keeps = When(due=True, priority__lt=priority, then=F("priority"))
    pages.update(
        ordered_at=Case(When(due=True, then=F("ordered_at")), default=Value(at)),
        priority=Case(keeps, default=Value(priority.value)),
        version=F("version") + 1,
        due=True,
        leaving=False,
        not_before=None,
    )


def unknown(path: str) -> BakedPage:
    rank = page_types.rank(kind_of(path))
    return BakedPage(path=path, state=BakedPage.State.ABSENT, baked_at=timezone.now(), rank=rank)


def rank_anew(paths: list[str]) -> None:
    """A new version of the house may bake its page types in another order."""
    by_rank: dict[int, list[str]] = {}
    for path in paths:
        by_rank.setdefault(page_types.rank(kind_of(path)), []).append(path)
    for rank, some in by_rank.items():
        BakedPage.objects.filter(path__in=some).exclude(rank=rank).update(rank=rank)


def ready(*, at: datetime) -> QuerySet[BakedPage]:
    """Pages that may be claimed at `at`: due, free or abandoned, and past their pause."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    past = Q(not_before__isnull=True) | Q(not_before__lte=at)
    return BakedPage.objects.filter(free & past, due=True)


def take(*, at: datetime, since: int) -> list[Task]:
    """Claims the first pages of the queue, all of one priority; none when nothing is ready."""
    if not ready(at=at).exists():
        return []
    with transaction.atomic():
        first = ready(at=at).order_by("priority", "leaving", "rank", "pk")
        rows = list(first.select_for_update(skip_locked=True)[:LARGE_LOT])
        rows = [row for row in rows if row.priority == rows[0].priority]
        if rows and rows[0].priority != Priority.WHOLE:
            rows = rows[:LOT]
        claim = uuid.uuid4()
        BakedPage.objects.filter(pk__in=[row.pk for row in rows]).update(
            claim=claim, lease_until=at + LEASE, begun=F("begun") + 1
        )
    return [Task(r.pk, r.path, r.version, r.begun + 1, r.rank, since, at, claim) for r in rows]


def begin(path: str, *, at: datetime, since: int) -> Task:
    """A rendering out of turn: of a page that another waits for."""
    with transaction.atomic():
        fields = {name: getattr(unknown(path), name) for name in ("state", "baked_at", "rank")}
        page, _ = BakedPage.objects.select_for_update().get_or_create(path=path, defaults=fields)
        page.begun += 1
        page.save(update_fields=["begun"])
    return Task(page.pk, path, page.version, page.begun, page.rank, since, at)


def renew(tasks: list[Task], *, at: datetime) -> None:
    """Keeps the claim on what a worker has still to do."""
    if tasks:
        mine = BakedPage.objects.filter(claim=tasks[0].claim, pk__in=[task.pk for task in tasks])
        mine.update(lease_until=at + LEASE)


def give_back(task: Task, **changes: object) -> None:
    """Ends a claim with the page still due; not one that another worker has taken over."""
    mine = BakedPage.objects.filter(pk=task.pk, claim=task.claim)
    mine.update(claim=None, lease_until=None, **changes)


def put_back(task: Task, *, at: datetime) -> None:
    """Ends a claim on a page that has to wait for others, for a moment: they come first, or another
    worker is at them."""
    give_back(task, not_before=at + A_MOMENT)


def try_again(task: Task, *, error: str, at: datetime) -> None:
    """Ends a claim with an error for staff, after a pause that doubles with every failure."""
    page = BakedPage.objects.filter(pk=task.pk).first()
    attempts = page.attempts + 1 if page else 1
    pause = min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_PAUSE)
    BakedPage.objects.filter(pk=task.pk).update(error=error)
    give_back(task, due=True, attempts=attempts, not_before=at + pause, leaving=False)
