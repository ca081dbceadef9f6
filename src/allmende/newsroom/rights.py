"""Rights in pictures: what may be shown no longer, and what becomes of the pages that showed it."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Q, QuerySet
from wagtail.models import ReferenceIndex

from allmende.bakery import orders
from allmende.bakery.models import RecipeLine
from allmende.newsroom import reading
from allmende.newsroom.models import Article, Picture
from allmende.newsroom.models.files import LAST_DAY

# Days before its last one that staff are told of a picture.
AHEAD = dt.timedelta(days=14)
# Days after its last one; who has not found another picture by then does without.
AFTERWARDS = dt.timedelta(days=30)
CHUNK = 500


def day_ends(*, at: dt.datetime) -> None:
    """Midnight in the paper's time zone: pages lose the pictures whose last day is over.

    Yesterday's are ordered unseen, for a page that shows one may be on the oven. Of earlier days
    only those are left that some page still names, because no worker ran at their midnight.
    """
    today = at.astimezone(reading.zone()).date()
    yesterday = today - dt.timedelta(days=1)
    expired = Picture.objects.filter(expires_on__lt=yesterday)
    days = expired.order_by().values_list("expires_on", flat=True).distinct()
    names = [f"{LAST_DAY}{day}" for day in days]
    orders.place(f"{LAST_DAY}{yesterday}", *still_named(names))


def still_named(names: list[str]) -> Iterator[str]:
    for start in range(0, len(names), CHUNK):
        lines = RecipeLine.objects.filter(ingredient__in=names[start : start + CHUNK])
        yield from lines.order_by().values_list("ingredient", flat=True).distinct()


def expired(*, on: dt.date) -> QuerySet[Picture]:
    """Pictures whose time was over shortly before `on`, the last one first."""
    lately = Picture.objects.filter(expires_on__lt=on, expires_on__gte=on - AFTERWARDS)
    return lately.order_by("-expires_on", "-pk")


def expiring(*, on: dt.date) -> QuerySet[Picture]:
    """Pictures that may be shown on that day, but not much longer, the most urgent first."""
    soon = Picture.objects.filter(expires_on__gte=on, expires_on__lte=on + AHEAD)
    return soon.order_by("expires_on", "pk")


def without_lead_picture(expired: QuerySet[Picture]) -> QuerySet[Article]:
    """Live articles that stand without a picture because theirs is among the first `CHUNK` of
    `expired`: asked by their keys, the database reads no other article."""
    keys = list(expired.values_list("pk", flat=True)[:CHUNK])
    return Article.objects.defer_streamfields().filter(live=True, picture__in=keys)


def without_credit() -> Q:
    """Of pictures: those that do not say whose they are."""
    return Q(credit="")


def pictures_of(articles: Iterable[int]) -> dict[int, set[int]]:
    """By key of a picture, the keys of those of the articles that use it, bodies included."""
    keys = [str(article) for article in articles]
    found: dict[int, set[int]] = {}
    references = ReferenceIndex.objects.filter(
        base_content_type=ReferenceIndex._get_base_content_type(Article),
        object_id__in=keys,
        to_content_type=ReferenceIndex._get_base_content_type(Picture),
    )
    for article, picture in references.order_by().values_list("object_id", "to_object_id"):
        found.setdefault(int(picture), set()).add(int(article))
    return found


def articles_with(pictures: Sequence[int]) -> dict[int, list[Article]]:
    """By key of a picture, the articles that use it, bodies included, the newest first."""
    references = ReferenceIndex.objects.filter(
        base_content_type=ReferenceIndex._get_base_content_type(Article),
        to_content_type=ReferenceIndex._get_base_content_type(Picture),
        to_object_id__in=[str(picture) for picture in pictures],
    )
    pairs = references.order_by().values_list("to_object_id", "object_id").distinct()
    ties = sorted(((int(picture), int(page)) for picture, page in pairs), reverse=True)
    rows = Article.objects.defer_streamfields().in_bulk([page for _picture, page in ties])
    found: dict[int, list[Article]] = {}
    for picture, page in ties:
        if page in rows:  # sections and dossiers show pictures as well
            found.setdefault(picture, []).append(rows[page])
    return found
