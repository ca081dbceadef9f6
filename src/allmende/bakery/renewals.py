"""What a publication has renewed so far, and what it has not."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from allmende.bakery.models import BakedPage, BakeOrder

SHOWN = 60  # pages; one publication renews no more


@dataclass(frozen=True)
class Renewal:
    """Pages that show an ingredient, since a change of it.

    out_at: when the ingredient's own page was put in place; None while it was not.
    """

    renewed: list[str]
    count: int
    waiting: int
    failed: int
    out_at: datetime | None


def renewal(ingredient: str, *, path: str, since: datetime) -> Renewal:
    """Of the pages that read `ingredient`, and of its own at `path`."""
    reading = BakedPage.objects.filter(Q(recipe__ingredient=ingredient) | Q(path=path)).distinct()
    done = reading.filter(due=False, baked_at__gte=since).exclude(state=BakedPage.State.ABSENT)
    to_do = reading.filter(due=True)
    ordered = BakeOrder.objects.filter(ingredient=ingredient, not_before=None).exists()
    own = done.filter(path=path).first()
    return Renewal(
        renewed=list(done.order_by("rank", "path").values_list("path", flat=True)[:SHOWN]),
        count=done.count(),
        waiting=max(to_do.filter(attempts=0).count(), int(ordered)),
        failed=to_do.filter(attempts__gt=0).count(),
        out_at=own.baked_at if own else None,
    )
