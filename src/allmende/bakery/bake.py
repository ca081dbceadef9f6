"""Baking: from an order to files in place.

1. Spread the orders that are due: the pages that read an ingredient, or that it may have brought
   into being, are due.
2. Claim some, in the order of the queue, and render each by its own view, recording what it reads.
3. Write down what is new in its recipe; put the file in place unless a newer one is there; strike
   from the recipe what is old, and the page from the queue unless it was ordered anew meanwhile.
   So no file is ever there that its ingredients do not lead to.
4. Articles come before the pages that name them, also those that stand in orders not yet spread, or
   that another worker is at. What leaves, leaves last: once no page is due that names it.

A crash in between only means doing it again. Any number of workers bake beside each other.
"""

import logging
import time
import traceback
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import islice
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone

from allmende.bakery import orders, page_types, queue
from allmende.bakery.ingredients import EVERYTHING, keeping, recording
from allmende.bakery.models import BakedPage, BakeOrder, RecipeLine
from allmende.bakery.queue import Task, kind_of
from allmende.bakery.store import FolderStore, S3Store, Store

logger = logging.getLogger(__name__)

T = TypeVar("T")
WAIT = 0.05  # seconds between two looks while other workers are at the rest
LOOK = 1.0  # seconds between two looks how much is left
KEPT = (200, 301, 308, 410)  # answers that leave a file; any other leaves nothing


@dataclass(frozen=True)
class Baked:
    """What the view of a path answered, and what it read."""

    path: str
    status: int
    body: bytes
    content_type: str
    location: str
    recipe: frozenset[str]


@cache
def store() -> Store:
    """A bucket where the settings name one, otherwise a folder."""
    if "baked" in settings.STORAGES:
        return S3Store(storages["baked"])
    return FolderStore(settings.BAKED_ROOT)


def work(*, at: datetime | None = None) -> int:
    """Spreads what is ordered and bakes a lot of what is due. Returns how many pages that were."""
    now = at or timezone.now()
    while orders.spread(at=now):
        pass
    tasks = queue.take(at=now, since=orders.last_spread())
    started = timezone.now()
    leaving: list[tuple[Task, Baked]] = []
    with keeping():
        for done, task in enumerate(tasks):
            bake(task, leaving)
            if (timezone.now() - started) > queue.LEASE / 4:
                queue.renew(tasks[done + 1 :], at=at or timezone.now())
                started = timezone.now()
    for task, baked in reversed(leaving):  # lists before what they name
        attempt(task, partial(depart, task, baked))
    return len(tasks)


def finish(
    pages: QuerySet[BakedPage] | None = None, progress: Callable[[int], object] = lambda count: None
) -> int:
    """Works, beside other workers, until none of `pages` (all) is due but those that failed.
    Returns how many stand there anew, by whomever; `progress` is told about once a second."""
    todo = unfinished() if pages is None else unfinished() & pages
    started, left, look_at = timezone.now(), todo.count(), time.monotonic() + LOOK
    while (baked := work()) or todo.exists():
        if time.monotonic() >= look_at:
            now = todo.count()
            progress(max(0, left - now))
            left, look_at = now, time.monotonic() + LOOK
        if not baked:
            time.sleep(WAIT)
    progress(left)
    return BakedPage.objects.filter(baked_at__gte=started).count()


def unfinished() -> QuerySet[BakedPage]:
    return BakedPage.objects.filter(due=True, attempts=0)


def warm_up() -> None:
    """Renders one page of each kind for nothing, so that the first publication is no slower."""
    for page_type in page_types.registered():
        for path in islice(page_type.every(), 1):
            try:
                render(path)
            except Exception:  # the order that bakes this page will say it where staff read it
                logger.debug("page %s cannot be rendered", path, exc_info=True)


def bake(task: Task, leaving: list[tuple[Task, Baked]]) -> None:
    """Renders a page and puts it in place; one that goes away is put off into `leaving`."""
    baked = attempt(task, partial(render, task.path))
    if baked and baked.status == 200:
        attempt(task, partial(arrive, task, baked))
    elif baked and not BakedPage.objects.filter(pk=task.pk, state=BakedPage.State.LIVE).exists():
        # Nothing names what readers have not seen; a house that moved in has many redirects.
        attempt(task, partial(deliver, task, baked))
    elif baked:
        # From here on, a page that names it is told that it is not there.
        BakedPage.objects.filter(pk=task.pk, claim=task.claim).update(leaving=True)
        leaving.append((task, baked))


def in_order(paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=lambda path: (page_types.rank(kind_of(path)), path))


def arrive(task: Task, baked: Baked) -> None:
    """Puts a page in place, after those that it names and that are not there yet.

    They were published after it was claimed, or their turn is later, or another worker's. One of
    them may be leaving, published again since: it stays. One that fails holds up nobody.
    """
    come = []
    for path in in_order(unborn(task, baked)):
        earlier = queue.begin(path, at=task.at, since=orders.last_spread())
        with keeping():  # it is claimed now; what was kept may be older
            rendered = attempt(earlier, partial(render, path))
        if rendered and rendered.status == 200:
            attempt(earlier, partial(arrive, earlier, rendered))
            come.append(path)
    held = Q(leaving=True) | Q(state=BakedPage.State.ABSENT)
    if come and BakedPage.objects.filter(held, path__in=come, due=True, attempts=0).exists():
        queue.put_back(task, at=max(timezone.now(), task.at))
    else:
        deliver(task, baked)


def unborn(task: Task, baked: Baked) -> set[str]:
    """Paths that come before this one, that it names, and that are not there."""
    absent = Q(leaving=True) | ~Q(state=BakedPage.State.LIVE)
    coming = BakedPage.objects.filter(absent, due=True, rank__lt=task.rank)
    waiting = orders.waiting()
    ordered = baked.recipe if EVERYTHING in waiting else baked.recipe & waiting
    paths = born_before(task, ordered)
    there = BakedPage.objects.filter(path__in=paths, state=BakedPage.State.LIVE, leaving=False)
    paths -= set(there.values_list("path", flat=True)) if paths else paths
    if coming.exists():
        named = born_before(task, baked.recipe)
        paths.update(coming.filter(path__in=named).values_list("path", flat=True))
    return paths


def born_before(task: Task, names: Collection[str]) -> set[str]:
    earlier = page_types.before(kind_of(task.path)) if names else []
    return {path for kind in earlier for name in names for path in kind.born_from(name)}


def depart(task: Task, baked: Baked) -> None:
    """Takes a page away, once what made it leave has reached all pages that read the same, so that
    none names it: those that were ordered as urgently, but no page that fails."""
    recipe = recipe_of(task.pk)
    page = BakedPage.objects.filter(pk=task.pk).first()
    priority = page.priority if page else queue.Priority.URGENT
    stay = Q(leaving=False) | Q(rank__gt=task.rank)  # or leave before this one
    others = BakedPage.objects.filter(stay, due=True, attempts=0, priority__lte=priority)
    ordered = BakeOrder.objects.filter(ingredient__in=recipe, not_before=None)
    if priority == queue.Priority.URGENT:
        ordered = ordered.filter(urgent=True)
    if (
        others.exclude(pk=task.pk).filter(recipe__ingredient__in=recipe).exists()
        or ordered.exists()
    ):
        queue.put_back(task, at=max(timezone.now(), task.at))
    else:
        deliver(task, baked)


def attempt(task: Task, step: Callable[[], T]) -> T | None:
    """Runs a step of one page; a failure is kept for staff and tried again later."""
    try:
        return step()
    except Exception as error:  # one broken page must not keep the others from readers
        logger.exception("page %s could not be baked", task.path)
        words = "".join(traceback.format_exception(error))[-8_000:]
        queue.try_again(task, error=words, at=max(timezone.now(), task.at))
        return None


def render(path: str) -> Baked:
    """The answer of the path's own view, as a reader without cookies would get it."""
    base = urlsplit(settings.PAPER_URL)
    request = RequestFactory(SERVER_NAME=base.hostname, SERVER_PORT=str(base.port or 80)).get(
        path, secure=base.scheme == "https"
    )
    with recording() as recipe:
        try:
            match = resolve(unquote(path))
            response = match.func(request, *match.args, **match.kwargs)
            if hasattr(response, "render"):
                response = response.render()
        except Http404:
            response = HttpResponse(status=404)
    return Baked(
        path,
        response.status_code,
        response.content,
        response.headers.get("Content-Type", ""),
        response.headers.get("Location", ""),
        frozenset(recipe),
    )


def deliver(task: Task, baked: Baked) -> None:
    """Puts the file in place, having written down what leads to it."""
    old = announce(task, baked)
    if old is None:
        queue.give_back(task)
        return
    # No order may look for a page while its row goes away.
    with orders.beside() if baked.status not in KEPT else transaction.atomic():
        page = BakedPage.objects.select_for_update().filter(pk=task.pk).first()
        if page is None:
            return
        # A rendering that began later is in place, or what shall go may stay after all.
        ordered_anew = page.version != task.version
        if page.placed > task.begun or (ordered_anew and baked.status != 200):
            queue.give_back(task)
            return
        state = put_in_place(baked)
        if state is None:
            page.delete()
        else:
            remember(page, task, state, old)


def put_in_place(baked: Baked) -> BakedPage.State | None:
    """The state the path is in now; None when there is no such page.

    Raises StoreError, with the old file untouched, when the new one cannot be written.
    """
    if baked.status == 200:
        store().put(baked.path, baked.body, baked.content_type)
        return BakedPage.State.LIVE
    if baked.status in (301, 308):
        store().redirect(baked.path, baked.location)
        return BakedPage.State.MOVED
    if baked.status == 410:
        store().tombstone(baked.path, baked.body)
        return BakedPage.State.GONE
    store().remove(baked.path)
    return None


def announce(task: Task, baked: Baked) -> set[str] | None:
    """Adds what is new to the page's recipe. Returns what is no longer read.

    None where an order for something new was spread since the rendering began: it could not find
    this page, and what the rendering names may be gone. The page is due again.
    """
    with orders.beside():
        known = recipe_of(task.pk)
        new = baked.recipe - known
        RecipeLine.objects.bulk_create(
            [RecipeLine(page_id=task.pk, ingredient=name) for name in sorted(new)],
            ignore_conflicts=True,
        )
        if new and orders.were_spread(set(new), since=task.since):
            BakedPage.objects.filter(pk=task.pk).update(due=True, version=F("version") + 1)
            return None
    return known - baked.recipe


def remember(page: BakedPage, task: Task, state: BakedPage.State, old: set[str]) -> None:
    """The page is in place: `old` ingredients lead to it no longer.

    Another rendering that has begun since may have found them in the recipe: then they stay.
    """
    if old and page.begun == task.begun:
        page.recipe.filter(ingredient__in=old).delete()
    page.state, page.baked_at, page.placed = state, timezone.now(), task.begun
    page.error, page.attempts = "", 0
    if page.version == task.version:
        page.due = page.leaving = False
        page.not_before = None
    if page.version == task.version or page.claim == task.claim:
        page.claim = page.lease_until = None
    page.save()


def recipe_of(pk: int) -> set[str]:
    return set(RecipeLine.objects.filter(page_id=pk).values_list("ingredient", flat=True))
