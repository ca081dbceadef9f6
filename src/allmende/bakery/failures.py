"""Pages whose last bake failed: what went wrong, when each is tried next, and trying it now.

Who shows failed pages asks here only; how the queue keeps them is the bakery's own business.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from allmende.bakery import queue
from allmende.bakery.models import BakedPage

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


def failures(pages: Iterable[BakedPage]) -> list[Failure]:
    return [
        Failure(page.pk, page.path, page.ordered_at or page.baked_at, page.error, page.not_before)
        for page in pages
    ]


def hurry(pages: QuerySet[BakedPage]) -> int:
    """Orders failed pages now, not after the pause that follows a failure. Returns how many."""
    count = pages.count()
    queue.order(pages, queue.Priority.URGENT, timezone.now())
    return count
