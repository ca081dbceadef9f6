"""Articles with all that their own pages show: one, or at once those of a lot that is baked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from django.db.models import F

from allmende.bakery.ingredients import ahead
from allmende.newsroom import reading, translation
from allmende.newsroom.models import Article
from allmende.newsroom.translation import Sibling

ADDRESS = re.compile(r"/artikel/(?P<number>\d+)\.(?P<slug>[^/]+)\.html")


@dataclass(frozen=True)
class Whole:
    article: Article
    siblings: list[Sibling]


def at_path(path: str) -> Whole | None:
    """The live article that ever stood at `path`, which an article's address is."""
    return ahead(path, at_paths)


def at_paths(paths: Sequence[str]) -> dict[str, Whole]:
    matches = {path: match for path in paths if (match := ADDRESS.fullmatch(unquote(path)))}
    wanted = {path: (int(match["number"]), match["slug"]) for path, match in matches.items()}
    rows = (
        reading.articles()
        .select_related("ticker")
        # Its head and its text ask for them more than once.
        .prefetch_related("corrections", "topics", "related_links", "picture__renditions")
        .filter(addresses__number__in={number for number, _ in wanted.values()})
        .annotate(at_number=F("addresses__number"), at_slug=F("addresses__slug"))
    )
    found = {(row.at_number, row.at_slug): row for row in rows}
    families = translation.families(found.values())
    return {
        path: Whole(found[address], families[found[address].pk])
        for path, address in wanted.items()
        if address in found
    }
