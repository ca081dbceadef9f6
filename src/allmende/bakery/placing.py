"""Putting rendered pages in place, one or many at once.

Write down what is new in their recipes; put each file in place unless a newer one is there; strike
from the recipes what is old, and the pages from the queue unless they were ordered anew meanwhile.
So no file is ever there that its ingredients do not lead to, and none is replaced by an older one.
A crash in between only means doing it again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from allmende.bakery import orders, queue
from allmende.bakery.ingredients import EVERYTHING
from allmende.bakery.models import BakedPage, RecipeLine
from allmende.bakery.queue import Task
from allmende.bakery.store import FolderStore, S3Store, Store

KEPT = (200, 301, 308, 410)  # answers that leave a file; any other leaves nothing
State = BakedPage.State


@dataclass(frozen=True)
class Baked:
    """What the view of a path answered, and what it read."""

    path: str
    status: int
    body: bytes
    content_type: str
    location: str
    recipe: frozenset[str]


Finished = tuple[Task, Baked]
Placed = tuple[BakedPage, Task, State]


@cache
def store() -> Store:
    """A bucket where the settings name one, otherwise a folder."""
    if "baked" in settings.STORAGES:
        return S3Store(storages["baked"])
    return FolderStore(settings.BAKED_ROOT)


def deliver(task: Task, baked: Baked) -> None:
    """Puts one page in place, waiting for whoever is at its row."""
    deliver_together([(task, baked)])


def deliver_together(finished: list[Finished]) -> list[Finished]:
    """Puts pages in place, all or none. Returns those whose rows others are at just now: whoever
    holds many rows must not wait for one, or two would wait for each other."""
    old = announce(finished)
    going = any(baked.status not in KEPT for _, baked in finished)
    # No order may look for a page while its row goes away.
    with orders.beside() if going else transaction.atomic():
        rows = BakedPage.objects.select_for_update(skip_locked=len(finished) > 1)
        pages = {page.pk: page for page in rows.filter(pk__in=old).order_by("pk")}
        held = [one for one in finished if one[0].pk in old and one[0].pk not in pages]
        placed: list[Placed] = []
        with store().together():
            for task, baked in finished:
                if (page := pages.get(task.pk)) is None:
                    continue
                if is_late(page, task, baked):
                    queue.give_back(task)
                elif state := put_in_place(baked):
                    placed.append((page, task, state))
                else:
                    page.delete()
        remember(placed, old)
    return held if len(finished) > 1 else []


def is_late(page: BakedPage, task: Task, baked: Baked) -> bool:
    """A rendering that began later is in place, or what shall go may stay after all."""
    return page.placed > task.begun or (page.version != task.version and baked.status != 200)


def put_in_place(baked: Baked) -> State | None:
    """The state the path is in now; None when there is no such page.

    Raises StoreError, with the old file untouched, when the new one cannot be written.
    """
    if baked.status == 200:
        store().put(baked.path, baked.body, baked.content_type)
        return State.LIVE
    if baked.status in (301, 308):
        store().redirect(baked.path, baked.location)
        return State.MOVED
    if baked.status == 410:
        store().tombstone(baked.path, baked.body)
        return State.GONE
    store().remove(baked.path)
    return None


def announce(finished: list[Finished]) -> dict[int, set[str]]:
    """Adds what is new to the pages' recipes. Returns what is no longer read, by page.

    Not of a page where an order for something new was spread since the rendering began: it could
    not find this page, and what the rendering names may be gone. The page is due again.
    """
    with orders.beside():
        known = recipes_of(task.pk for task, _ in finished)
        new = {task.pk: baked.recipe - known[task.pk] for task, baked in finished}
        RecipeLine.objects.bulk_create(
            [
                RecipeLine(page_id=pk, ingredient=name)
                for pk, names in sorted(new.items())
                for name in sorted(names)
            ],
            ignore_conflicts=True,
        )
        missed = missing(finished, new)
        BakedPage.objects.filter(pk__in=[task.pk for task in missed]).update(
            due=True, version=F("version") + 1
        )
    for task in missed:
        queue.give_back(task)
        del known[task.pk]
    return {task.pk: known[task.pk] - baked.recipe for task, baked in finished if task.pk in known}


def missing(finished: list[Finished], new: dict[int, frozenset[str]]) -> list[Task]:
    """Renderings that an order should have found, but could not."""
    if not any(new.values()):
        return []
    spread = orders.spread_since(min(task.since for task, _ in finished))
    if not spread:
        return []
    return [task for task, _ in finished if new[task.pk] and spread & {*new[task.pk], EVERYTHING}]


def remember(placed: list[Placed], old: dict[int, set[str]]) -> None:
    """Pages are in place: `old` ingredients lead to them no longer.

    Another rendering that has begun since may have found them in the recipe: then they stay.
    """
    plain: dict[State, list[int]] = {}
    for page, task, state in placed:
        if page.begun != task.begun:
            remember_older(page, task, state)
            continue
        if old[page.pk]:
            page.recipe.filter(ingredient__in=old[page.pk]).delete()
        if page.version == task.version:
            plain.setdefault(state, []).append(page.pk)
        else:
            remember_older(page, task, state)
    for state, keys in plain.items():
        BakedPage.objects.filter(pk__in=keys).update(
            state=state,
            baked_at=timezone.now(),
            placed=F("begun"),
            error="",
            attempts=0,
            due=False,
            leaving=False,
            not_before=None,
            claim=None,
            lease_until=None,
        )


def remember_older(page: BakedPage, task: Task, state: State) -> None:
    """A page that was begun again, or ordered anew, while it was rendered."""
    page.state, page.baked_at, page.placed = state, timezone.now(), task.begun
    page.error, page.attempts = "", 0
    if page.version == task.version:
        page.due = page.leaving = False
        page.not_before = None
    if page.version == task.version or page.claim == task.claim:
        page.claim = page.lease_until = None
    page.save()


def recipe_of(pk: int) -> set[str]:
    return recipes_of([pk])[pk]


def recipes_of(keys: Iterable[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {pk: set() for pk in keys}
    lines = RecipeLine.objects.filter(page_id__in=found)
    for pk, ingredient in lines.values_list("page_id", "ingredient"):
        found[pk].add(ingredient)
    return found
