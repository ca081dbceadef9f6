"""Addresses of an older system lead on to our pages."""

from collections.abc import Iterable, Mapping
from typing import Literal

from allmende.bakery.store.errors import BadPath
from allmende.newsroom import publishing
from allmende.newsroom.models import MovedAddress
from allmende.newsroom.models.addresses import is_ours, spelled

Target = Literal["page", "topic", "author"]


def refused(paths: Iterable[str]) -> dict[str, str]:
    """Those that cannot lead on, and why, by the path as it was given."""
    reasons = {}
    for path in paths:
        try:
            if is_ours(spelled(path)):
                reasons[path] = "has a page of this paper already"
        except BadPath:
            reasons[path] = "cannot be the address of a file"
    return reasons


def lead_on(targets: Mapping[str, int], *, to: Target = "page") -> None:
    """Makes each old path lead to the page, topic or author of this key, unless it leads somewhere
    already.

    For paths that are not `refused`. Call it in the transaction of the targets' own change.
    """
    keys: dict[str, int] = {}
    for path, key in targets.items():
        keys.setdefault(spelled(path), key)
    there = set(MovedAddress.objects.filter(path__in=keys).values_list("path", flat=True))
    rows = MovedAddress.objects.bulk_create(
        MovedAddress(**{"path": path, f"{to}_id": key})
        for path, key in keys.items()
        if path not in there
    )
    publishing.order(*(row.ingredient for row in rows))
