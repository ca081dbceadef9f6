"""Ingredients: what a rendering read, and what an edit changed.

An ingredient is a short stable name such as "page:17" or "listing:section:4:newest". While a page
is baked, whatever is read leaves its name in the recipe; models that inherit `Traced` do so by
themselves when a row is loaded.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self, TypeVar

from django.db import models

# Changes to templates, translations and settings concern every page there is.
EVERYTHING = "everything"
# "path:/politik/" is the page itself: how a page that failed is tried again.
PATH = "path:"

# Things that `once` keeps at a time; the text of an article is some 10 KB.
MOST = 500

T = TypeVar("T")


# What was made once for several pages: (value, its recipe) by key, oldest first.
Kept = OrderedDict[Hashable, tuple[Any, frozenset[str]]]

_recipe: ContextVar[set[str] | None] = ContextVar("recipe", default=None)
_kept: ContextVar[Kept | None] = ContextVar("kept", default=None)


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
def keeping() -> Iterator[None]:
    """Inside, `once` keeps what it makes.

    Sound for pages that were all claimed before: a change that is committed later than something
    was made has its order behind the claim, and brings the pages back.
    """
    token = _kept.set(OrderedDict())
    try:
        yield
    finally:
        _kept.reset(token)


def once(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives, made once for all pages of a batch; its recipe goes to each of them."""
    kept = _kept.get()
    if kept is None:
        return make()
    if key not in kept:
        with recording() as recipe:
            value = make()
        kept[key] = (value, frozenset(recipe))
        while len(kept) > MOST:
            kept.popitem(last=False)
    value, names = kept[key]
    read(*names)
    return value


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
