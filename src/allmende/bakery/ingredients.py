"""Ingredients: what a rendering read, and what an edit changed.

An ingredient is a short stable name such as "page:17" or "listing:section:4:newest". While a page
is baked, whatever is read leaves its name in the recipe; models that inherit `Traced` do so by
themselves when a row is loaded.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, is_dataclass
from typing import Any, Self, TypeVar

from django.db import models

logger = logging.getLogger(__name__)

# Changes to templates, translations and settings concern every page there is.
EVERYTHING = "everything"
# "path:/politik/" is the page itself: how a page that failed is tried again.
PATH = "path:"

# Things that `once` keeps at a time; the text of an article is some 10 KB.
MOST = 500

T = TypeVar("T")


Load = Callable[[Sequence[str]], Mapping[str, Any]]


@dataclass
class Lot:
    """Pages that are baked one after the other, and what is kept for them.

    made: (value, its recipe) by key, oldest first. ahead: rows by path, by who loaded them.
    """

    paths: Sequence[str]
    made: OrderedDict[Hashable, tuple[Any, frozenset[str]]] = field(default_factory=OrderedDict)
    ahead: dict[Load, dict[str, Any]] = field(default_factory=dict)


_recipe: ContextVar[set[str] | None] = ContextVar("recipe", default=None)
_lot: ContextVar[Lot | None] = ContextVar("lot", default=None)


@contextmanager
def recording() -> Iterator[set[str]]:
    """Collects the names of all that is read inside; recordings nest and do not mix."""
    recipe: set[str] = set()
    token = _recipe.set(recipe)
    try:
        yield recipe
    finally:
        _recipe.reset(token)


def read(*names: str) -> None:
    """Leaves a trace; does nothing where nobody bakes."""
    recipe = _recipe.get()
    if recipe is not None:
        recipe.update(names)


@contextmanager
def keeping(paths: Sequence[str] = ()) -> Iterator[None]:
    """Inside, `once` keeps what it makes, and `ahead` loads for all of `paths`.

    Sound for pages that were all claimed before: a change that is committed later than something
    was made has its order behind the claim, and brings the pages back.
    """
    token = _lot.set(Lot(paths))
    try:
        yield
    finally:
        _lot.reset(token)


def once(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives, made once for all pages of a lot; its recipe goes to each of them."""
    lot = _lot.get()
    if lot is None:
        return make()
    if key not in lot.made:
        with recording() as recipe:
            value = make()
        lot.made[key] = (value, frozenset(recipe))
        while len(lot.made) > MOST:
            lot.made.popitem(last=False)
    value, names = lot.made[key]
    read(*names)
    return value


def ahead(path: str, load: Callable[[Sequence[str]], Mapping[str, T]]) -> T | None:
    """What `load` gives for the page at `path`, loaded at once for all pages of the lot.

    A page gets the traces of its own rows only: of all that hang together in what is given to it.
    """
    lot = _lot.get()
    if lot is None or path not in lot.paths:
        return load([path]).get(path)
    if load not in lot.ahead:
        try:
            with recording():
                lot.ahead[load] = dict(load(lot.paths))
        except Exception:  # one broken row must not keep the other pages from readers
            logger.exception("a lot is loaded page by page")
            lot.paths = ()
            return load([path]).get(path)
    value = lot.ahead[load].pop(path, None)
    read(*traces(value))
    return value


def traces(value: object) -> set[str]:
    """Names of the rows in `value`, which may hold them in lists, and of those loaded with them."""
    names: set[str] = set()
    seen: set[int] = set()
    todo = [value]
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Traced):
            names.add(one.ingredient)
        if isinstance(one, models.Model):
            todo += one._state.fields_cache.values()
            todo += getattr(one, "_prefetched_objects_cache", {}).values()
        elif isinstance(one, list | tuple | models.QuerySet):
            todo += one
        elif is_dataclass(one):
            todo += vars(one).values()
    return names


class Traced(models.Model):
    """A row that leaves its name in the recipe whenever it is loaded from the database."""

    trace = "row"

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        instance = super().from_db(*args, **kwargs)
        read(instance.ingredient)
        return instance

    @property
    def ingredient(self) -> str:
        return f"{self.trace}:{self.pk}"
