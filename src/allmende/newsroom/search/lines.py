"""What a line of an answer shows of an article, in two statements and without a page object.

Making Wagtail's pages, their sections, languages, bylines and authors cost half of the processor's
time of a whole answer.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import pgettext

from allmende.newsroom.models import Author, Byline, SearchEntry
from allmende.newsroom.models.addresses import article_path

# In the order of `Line`'s fields.
COLUMNS = (
    "article",
    "article__number",
    "article__slug",
    "article__title",
    "article__kicker",
    "article__lead",
    "article__teaser",
    "article__first_published_at",
    "article__section__title",
    "article__locale__language_code",
    "text",
)
Name = tuple[str, str, str]  # of an author, their kind, and the note beside it


@dataclass
class Line:
    """An article that readers may find. `text`: what excerpts are cut from."""

    key: int
    number: int
    slug: str
    title: str
    kicker: str
    lead: str
    teaser: str
    first_published_at: dt.datetime
    section: str
    language: str
    text: str
    names: Sequence[Name] = ()

    @property
    def url(self) -> str:
        return article_path(self.number, self.slug)

    @property
    def teaser_text(self) -> str:
        return self.teaser or self.lead

    @cached_property
    def _local(self) -> dt.datetime:
        return timezone.localtime(self.first_published_at)

    @property
    def moment(self) -> str:
        """For machines."""
        return f"{self._local:%Y-%m-%dT%H:%M%z}"

    @property
    def day(self) -> str:
        return date_format(self._local, "DATE_FORMAT")

    @property
    def byline(self) -> str:
        """As the other lists of the paper say it."""
        by, both = pgettext("author", "By"), pgettext("authors", "and")
        said = []
        for place, (name, kind, note) in enumerate(self.names):
            if place == 0:
                before = "" if kind == Author.Kind.AGENCY else f"{by} "
            else:
                last = place == len(self.names) - 1
                before = f" {both} " if last else ", "
            said.append(f"{before}{name} ({note})" if note else f"{before}{name}")
        return "".join(said)


def lines(keys: Iterable[int]) -> dict[int, Line]:
    """By the article's key; what readers may not find is left out."""
    wanted = list(keys)
    if not wanted:
        return {}
    rows = SearchEntry.objects.filter(article__in=wanted, article__live=True)
    found = {row[0]: Line(*row) for row in rows.order_by().values_list(*COLUMNS)}
    names: dict[int, list[Name]] = {}
    bylines = Byline.objects.filter(article__in=found).order_by("article", "sort_order", "pk")
    for key, *name in bylines.values_list("article", "author__name", "author__kind", "note"):
        names.setdefault(key, []).append((name[0], name[1], name[2]))
    for key, said in names.items():
        found[key].names = said
    return found
