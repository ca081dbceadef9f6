"""Which pages there are. A page type declares nothing but its URLs.

The order of registration is the order of baking: pages that others link to come first, so that no
listing ever names an article that is not there yet.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class PageType:
    """A kind of page.

    name: the name of its URL pattern.
    every: all paths of the kind, streamed.
    born_from: the paths that may have come into being when the named ingredient changed.
    """

    name: str
    every: Callable[[], Iterable[str]]
    born_from: Callable[[str], Iterable[str]]


_types: dict[str, PageType] = {}


def register(*page_types: PageType) -> None:
    for page_type in page_types:
        _types[page_type.name] = page_type


def registered() -> list[PageType]:
    return list(_types.values())


def rank(name: str) -> int:
    """Place in the order of baking; unknown kinds come last."""
    return list(_types).index(name) if name in _types else len(_types)


def before(name: str) -> list[PageType]:
    """The kinds of pages that come before the named one."""
    return registered()[: rank(name)]
