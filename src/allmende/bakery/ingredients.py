"""Ingredients: what a rendering read, and what an edit changed.

An ingredient is a short stable name such as "page:17" or "listing:section:4:newest". While a page
is baked, whatever is read leaves its name in the recipe; models that inherit `Traced` do so by
themselves when a row is loaded.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self

from django.db import models

# Changes to templates, translations and settings concern every page there is.
EVERYTHING = "everything"
# "path:/politik/" is the page itself: how a page that failed is tried again.
PATH = "path:"

_recipe: ContextVar[set[str] | None] = ContextVar("recipe", default=None)


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
