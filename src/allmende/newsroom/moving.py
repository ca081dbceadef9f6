"""Addresses of an older system lead on to our pages."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Literal

from allmende.bakery.store.errors import BadPath
from allmende.newsroom import publishing
from allmende.newsroom.models import MovedAddress
from allmende.newsroom.models.addresses import ours_among, spelled

Target = Literal["page_id", "topic_id", "author_id", "link"]


def refused(paths: Iterable[str]) -> dict[str, str]:
    """Those that cannot lead on, and why, by the path as it was given."""
    reasons: dict[str, str] = {}
    known: dict[str, str] = {}
    for path in paths:
        try:
            known[path] = spelled(path)
        except BadPath:
            reasons[path] = "cannot be the address of a file"
    ours = ours_among(known.values())
    taken = {path for path, spelling in known.items() if spelling in ours}
    return reasons | dict.fromkeys(taken, "has a page of this paper already")


def lead_on(targets: Mapping[str, int | str], *, to: Target = "page_id") -> None:
    """Makes each old path lead to the page, topic or author of this key, or to this link, unless
    it leads somewhere already.

    For paths that are not `refused`. Call it in the transaction of the targets' own change.
    """
    values: dict[str, int | str] = {}
    for path, value in targets.items():
        values.setdefault(spelled(path), value)
    there = set(MovedAddress.objects.filter(path__in=values).values_list("path", flat=True))
    rows = MovedAddress.objects.bulk_create(
        MovedAddress(**{"path": path, to: value})
        for path, value in values.items()
        if path not in there
    )
    publishing.order(*(row.ingredient for row in rows))


def leading(paths: Iterable[str]) -> dict[str, MovedAddress]:
    """Where old paths lead, by the path as it was given; those that lead nowhere are missing."""
    given: dict[str, list[str]] = {}
    for path in paths:
        with suppress(BadPath):
            given.setdefault(spelled(path), []).append(path)
    rows = MovedAddress.objects.filter(path__in=given).select_related("topic", "author")
    return {path: row for row in rows for path in given[row.path]}
