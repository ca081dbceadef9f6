"""What an editor would rather hear before readers see it: a headline that was there before, and
pictures that say too little or may be shown no longer. Each is one look into an index, so that it
may be asked while somebody types, in an archive of any size.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from allmende.newsroom.models import Article, Picture
from allmende.newsroom.models.blocks import missing_words
from allmende.newsroom.models.headlines import headline_key

# So many articles with the same headline are named, the newest; the last one only says "more".
TWINS = 4
PICTURES = 100


@dataclass(frozen=True)
class Cautions:
    """twins: articles whose headline says the same. wordless: pictures, and what each lacks.
    expired: pictures whose last day is over."""

    twins: Sequence[Article] = ()
    wordless: Sequence[tuple[Picture, str]] = ()
    expired: Sequence[Picture] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.twins or self.wordless or self.expired)


def of(
    headline: str,
    *,
    locale: int | None,
    article: int | None,
    pictures: Iterable[int],
    on: dt.date,
) -> Cautions:
    """Warnings of a text as it stands in the editor. `locale`, `article` and `pictures` are keys;
    `article` is None before it was first saved."""
    rows = list(Picture.objects.filter(pk__in=list(pictures)[:PICTURES]).order_by("title", "pk"))
    lacking = [(row, " · ".join(words)) for row in rows if (words := missing_words(row))]
    expired = [row for row in rows if row.expires_on and row.expires_on < on]
    return Cautions(twins(headline, locale=locale, but=article), lacking, expired)


def twins(headline: str, *, locale: int | None, but: int | None) -> list[Article]:
    """The newest articles of the same language whose newest headline says the same."""
    key = headline_key(headline)
    if not key:
        return []
    rows = Article.objects.defer_streamfields().select_related("section").filter(headline_key=key)
    if locale:
        rows = rows.filter(locale=locale)
    return list(rows.exclude(pk=but).order_by("-page_ptr")[:TWINS])
