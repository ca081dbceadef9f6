"""Baking: from an order to files in place.

1. Claim what is due and find the pages that read it, or that it may have brought into being.
2. Render each page by its own view, recording what it reads.
3. Write down what is new in its recipe, put the file in place, strike from the recipe what is old.
   So no file is ever there that its ingredients do not lead to.
4. Articles come before the pages that name them, also those that other orders wait for; files are
   taken away last, and only once no waiting order has still to renew pages that name them.
5. Strike the orders off. A crash in between only means doing it again.
"""

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import islice
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import Resolver404, resolve
from django.utils import timezone

from allmende.bakery import orders, page_types
from allmende.bakery.ingredients import EVERYTHING, PATH, keeping, recording
from allmende.bakery.models import BakedPage, BakeOrder, RecipeLine
from allmende.bakery.store import FolderStore, Store

logger = logging.getLogger(__name__)

# Seconds for which pages baked without a claim may share what they show: no longer than rendering
# one of them may take, for a worker may bake a change meanwhile.
SHARED = 2.0

Progress = Callable[[int], None]
T = TypeVar("T")


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
    return FolderStore(settings.BAKED_ROOT)


def work(*, at: datetime | None = None) -> int:
    """Does what is ordered and due. Returns how many pages were rendered."""
    claim = orders.claim(at=at or timezone.now())
    if claim is None:
        return 0
    started = timezone.now()
    paths = (
        every_path() if EVERYTHING in claim.ingredients else in_order(affected(claim.ingredients))
    )
    count = bake(paths, claim=claim)
    orders.finish(claim)
    seconds = (timezone.now() - started).total_seconds()
    logger.info("baked %d pages for %d orders in %.2f s", count, claim.count, seconds)
    return count


def warm_up() -> None:
    """Renders one page of each kind for nothing, so that the first publication is no slower."""
    for page_type in page_types.registered():
        for path in islice(page_type.every(), 1):
            try:
                render(path)
            except Exception:  # the order that bakes this page will say it where staff read it
                logger.debug("page %s cannot be rendered", path, exc_info=True)


def affected(ingredients: list[str]) -> set[str]:
    """Paths that read one of the ingredients, or may have come into being with it."""
    paths = {name.removeprefix(PATH) for name in ingredients if name.startswith(PATH)}
    for some in chunks(ingredients, 500):
        lines = RecipeLine.objects.filter(ingredient__in=some)
        paths.update(lines.values_list("page__path", flat=True).distinct())
    for page_type in page_types.registered():
        for ingredient in ingredients:
            paths.update(page_type.born_from(ingredient))
    return paths


def every_path() -> Iterator[str]:
    """All pages there should be, then those that were baked once and may have to go."""
    seen: set[str] = set()
    for page_type in page_types.registered():
        for path in page_type.every():
            seen.add(path)
            yield path
    known = BakedPage.objects.values_list("path", flat=True)
    yield from (path for path in known.iterator(chunk_size=1_000) if path not in seen)


def in_order(paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=lambda path: (page_types.rank(kind_of(path)), path))


def kind_of(path: str) -> str:
    try:
        return resolve(unquote(path)).url_name or ""
    except Resolver404:
        return ""


def bake(
    paths: Iterable[str],
    *,
    claim: orders.Claim | None = None,
    progress: Progress = lambda count: None,
) -> int:
    """Renders `paths` and puts them in place, removals last. Returns their number."""
    with keeping(seconds=float("inf") if claim else SHARED):
        return bake_each(paths, claim, progress)


def bake_each(paths: Iterable[str], claim: orders.Claim | None, progress: Progress) -> int:
    leaving: dict[str, Baked] = {}
    count = 0
    for count, path in enumerate(paths, 1):
        baked = attempt(path, partial(render, path))
        if baked and baked.status == 200:
            attempt(path, partial(arrive, baked, claim, leaving))
        elif baked and is_live(path):
            leaving[path] = baked
        elif baked:  # nothing names what readers have not seen; a house of redirects is many
            attempt(path, partial(depart, baked, claim))
        if count % 50 == 0:
            if claim:
                orders.renew(claim, at=timezone.now())
            progress(50)
    for baked in leaving.values():
        attempt(baked.path, partial(depart, baked, claim))
    progress(count % 50)
    return count


def is_live(path: str) -> bool:
    return BakedPage.objects.filter(path=path, state=BakedPage.State.LIVE).exists()


def arrive(baked: Baked, claim: orders.Claim | None, leaving: dict[str, Baked]) -> None:
    """Puts a page in place, after those that it names and that other orders will bring.

    They were published after the claim was made, or their orders are less urgent. One of them may
    have been `leaving` when it was rendered: it is published again, and stays.
    """
    for path in in_order(unborn(baked, claim)):
        first = attempt(path, partial(render, path))
        if first and first.status == 200:
            leaving.pop(path, None)
            attempt(path, partial(arrive, first, claim, leaving))
    deliver(baked)


def unborn(baked: Baked, claim: orders.Claim | None) -> set[str]:
    """Paths that come before this one, are not there, and stand in orders beside the claim."""
    waiting = orders.waiting(beside=claim)
    names = baked.recipe if EVERYTHING in waiting else baked.recipe & waiting
    earlier = page_types.before(kind_of(baked.path)) if names else []
    paths = {path for kind in earlier for name in names for path in kind.born_from(name)}
    there = BakedPage.objects.filter(path__in=paths, state=BakedPage.State.LIVE)
    return paths - set(there.values_list("path", flat=True)) if paths else paths


def depart(baked: Baked, claim: orders.Claim | None) -> None:
    """Takes a page away, unless a waiting order has first to renew the pages that name it.

    That order is about something in the page's kept recipe, and so leads here again. A withdrawal
    waits for nothing but another withdrawal.
    """
    waiting = orders.waiting(beside=claim, urgent=claim is not None and claim.urgent)
    if not waiting or waiting.isdisjoint(recipe_of(baked.path)):
        deliver(baked)


def attempt(path: str, step: Callable[[], T]) -> T | None:
    """Runs a step of one page; a failure is kept for staff and tried again later."""
    try:
        return step()
    except Exception as error:  # one broken page must not keep the others from readers
        logger.exception("page %s could not be baked", path)
        note_failure(path, error)
        return None


def note_failure(path: str, error: Exception) -> None:
    words = "".join(traceback.format_exception(error))[-8_000:]
    page, _ = BakedPage.objects.get_or_create(
        path=path,
        defaults={"state": BakedPage.State.ABSENT, "baked_at": timezone.now()},
    )
    earlier = BakeOrder.objects.filter(ingredient=PATH + path).order_by("-attempts").first()
    page.error = words
    page.save(update_fields=["error"])
    attempts = earlier.attempts + 1 if earlier else 1
    orders.try_again(path, attempts=attempts, error=words, at=timezone.now())


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


def deliver(baked: Baked) -> None:
    """Puts the file in place, having written down what leads to it."""
    page, old = announce(baked)
    state = put_in_place(baked)
    if state is None:
        page.delete()
    else:
        remember(page, state, old)


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


@transaction.atomic
def announce(baked: Baked) -> tuple[BakedPage, set[str]]:
    """Adds what is new to the page's recipe. Returns the page, and what is no longer read."""
    page, _ = BakedPage.objects.get_or_create(
        path=baked.path,
        defaults={"state": BakedPage.State.ABSENT, "baked_at": timezone.now()},
    )
    known = recipe_of(baked.path)
    RecipeLine.objects.bulk_create(
        RecipeLine(page=page, ingredient=name) for name in sorted(baked.recipe - known)
    )
    return page, known - baked.recipe


@transaction.atomic
def remember(page: BakedPage, state: BakedPage.State, old: set[str]) -> None:
    """The page is in place: `old` ingredients lead to it no longer."""
    if old:
        page.recipe.filter(ingredient__in=old).delete()
    page.state, page.baked_at, page.error = state, timezone.now(), ""
    page.save(update_fields=["state", "baked_at", "error"])


def recipe_of(path: str) -> set[str]:
    lines = RecipeLine.objects.filter(page__path=path)
    return set(lines.values_list("ingredient", flat=True))


def chunks(names: list[str], size: int) -> Iterator[list[str]]:
    rest = iter(names)
    while some := list(islice(rest, size)):
        yield some
