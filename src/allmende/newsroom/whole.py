"""Articles with all that their own pages show: one, or at once those of a lot that is baked."""

import re
from collections.abc import Collection, Sequence
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
    related: list[Article]


def of(article: Article) -> Whole:
    return all_of([article])[article.pk]


def all_of(articles: Collection[Article]) -> dict[int | None, Whole]:
    """By the article's key."""
    families = translation.families(articles)
    links = {one.pk: [link.related_id for link in one.related_links.all()] for one in articles}
    related = {one.pk: one for one in reading.by_ids({pk for ids in links.values() for pk in ids})}
    return {
        one.pk: Whole(one, families[one.pk], [related[pk] for pk in links[one.pk] if pk in related])
        for one in articles
    }


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
    wholes = all_of(found.values())
    return {path: wholes[found[address].pk] for path, address in wanted.items() if address in found}
