"""Baking: from an order to files in place.

1. Spread the orders that are due: the pages that read an ingredient, or that it may have brought
   into being, are due.
2. Claim some, in the order of the queue, and render each by its own view, recording what it reads.
3. Put them in place (`placing`), those of one rank together.
4. Articles come before the pages that name them, also those that stand in orders not yet spread, or
   that another worker is at. What leaves, leaves last: once no page is due that names it.

A crash in between only means doing it again. Any number of workers bake beside each other.
"""

import logging
import time
import traceback
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone

from allmende.bakery import orders, page_types, queue
from allmende.bakery.ingredients import EVERYTHING, keeping, recording
from allmende.bakery.models import BakedPage, BakeOrder
from allmende.bakery.placing import Baked, Finished, deliver, deliver_together, recipe_of
from allmende.bakery.queue import Task, kind_of

logger = logging.getLogger(__name__)

T = TypeVar("T")
WAIT = 0.05  # seconds between two looks while other workers are at the rest
LOOK = 1.0  # seconds between two looks how much is left
TOGETHER = 1.0  # seconds of rendering after which pages are put in place, a whole run or not


def work(*, at: datetime | None = None) -> int:
    """Spreads what is ordered and bakes a lot of what is due. Returns how many pages that were."""
    now = at or timezone.now()
    while orders.spread(at=now):
        pass
    tasks = queue.take(at=now, since=orders.last_spread())
    leaving: list[Finished] = []
    with keeping([task.path for task in tasks]):
        bake(tasks, leaving, at=at)
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


def bake(tasks: list[Task], leaving: list[Finished], *, at: datetime | None) -> None:
    """Renders pages and puts them in place, those of one rank together: none of them waits for
    another. One that goes away is put off into `leaving`."""
    ready: list[Finished] = []
    renewed = began = time.monotonic()
    for done, task in enumerate(tasks):
        if ready and (task.rank != ready[0][0].rank or time.monotonic() - began > TOGETHER):
            arrive_together(ready)
            ready = []
        if not ready:
            began = time.monotonic()
        if time.monotonic() - renewed > queue.LEASE.total_seconds() / 4:
            queue.renew([*(task for task, _ in ready), *tasks[done:]], at=at or timezone.now())
            renewed = time.monotonic()
        baked = attempt(task, partial(render, task.path))
        if baked and baked.status == 200:
            ready.append((task, baked))
        elif baked:
            dismiss(task, baked, leaving)
    arrive_together(ready)


def dismiss(task: Task, baked: Baked, leaving: list[Finished]) -> None:
    if not BakedPage.objects.filter(pk=task.pk, state=BakedPage.State.LIVE).exists():
        # Nothing names what readers have not seen; a house that moved in has many redirects.
        attempt(task, partial(deliver, task, baked))
    else:
        # From here on, a page that names it is told that it is not there.
        BakedPage.objects.filter(pk=task.pk, claim=task.claim).update(leaving=True)
        leaving.append((task, baked))


def arrive_together(finished: list[Finished]) -> None:
    """Puts pages of one rank in place, in few statements where none has to wait for another.

    Where that fails, each tries for itself, so that no page suffers from another.
    """
    if not finished:
        return
    if len(finished) == 1 or coming(finished[0][0]).exists():
        alone = finished
    else:
        waiting = orders.waiting()
        alone = [one for one in finished if ordered(one[1], waiting)]
        try:
            alone += deliver_together([one for one in finished if one not in alone])
        except Exception:
            logger.exception("%s pages are put in place one by one", len(finished))
            alone = finished
    for task, baked in alone:
        attempt(task, partial(arrive, task, baked))


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
    paths = born_before(task, ordered(baked, orders.waiting()))
    there = BakedPage.objects.filter(path__in=paths, state=BakedPage.State.LIVE, leaving=False)
    paths -= set(there.values_list("path", flat=True)) if paths else paths
    if coming(task).exists():
        named = born_before(task, baked.recipe)
        paths.update(coming(task).filter(path__in=named).values_list("path", flat=True))
    return paths


def coming(task: Task) -> QuerySet[BakedPage]:
    """Pages that come before this one and are not there."""
    absent = Q(leaving=True) | ~Q(state=BakedPage.State.LIVE)
    return BakedPage.objects.filter(absent, due=True, rank__lt=task.rank)


def ordered(baked: Baked, waiting: set[str]) -> Collection[str]:
    """What a rendering read and what is ordered, in orders not yet spread."""
    return baked.recipe if EVERYTHING in waiting else baked.recipe & waiting


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
