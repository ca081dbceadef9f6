"""Pages whose last bake failed: what went wrong, when each is tried next, and trying it now.

Who shows failed pages asks here only; how the queue keeps them is the bakery's own business.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from allmende.bakery import orders
from allmende.bakery.ingredients import PATH
from allmende.bakery.models import BakedPage, BakeOrder

LONGEST_LINE = 200


@dataclass(frozen=True)
class Failure:
    """`error` is a whole traceback; `again` when the page is tried next, None for at once."""

    pk: int
    path: str
    at: datetime
    error: str
    again: datetime | None

    @property
    def short(self) -> str:
        """The traceback's last line, which says what went wrong."""
        return self.error.strip().rpartition("\n")[2][:LONGEST_LINE]


def failed() -> QuerySet[BakedPage]:
    """The latest first."""
    return BakedPage.objects.exclude(error="").order_by("-baked_at")


def failures(pages: Sequence[BakedPage]) -> list[Failure]:
    """What is to be said of each of `pages`, in two queries for any number."""
    names = [PATH + page.path for page in pages]
    waiting = BakeOrder.objects.filter(ingredient__in=names).order_by("pk")
    again = {order.ingredient.removeprefix(PATH): order for order in waiting}
    return [failure(page, again.get(page.path)) for page in pages]


def failure(page: BakedPage, order: BakeOrder | None) -> Failure:
    return Failure(
        page.pk,
        page.path,
        order.ordered_at if order else page.baked_at,
        page.error,
        order.not_before if order else None,
    )


def hurry(pages: QuerySet[BakedPage]) -> int:
    """Orders failed pages now, not after the pause that follows a failure. Returns how many."""
    paths = list(pages.values_list("path", flat=True))
    for path in paths:
        free = BakeOrder.objects.filter(ingredient=PATH + path, lease_until__isnull=True)
        if not free.update(not_before=None):
            orders.place(PATH + path)
    return len(paths)
