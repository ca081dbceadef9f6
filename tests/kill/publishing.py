"""Driver: an article is published, then withdrawn, and killed on the way, again and again.

    python -m tests.kill.publishing SEED KILLS

KILLS points around statements and commits, every one of them where KILLS reaches and the two around
the commit always; then a quarter as many moments of a clock.
"""

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from allmende.site.opening import open_house

open_house()

from django.conf import settings  # noqa: E402  Django comes first
from django.utils import timezone  # noqa: E402

from allmende.bakery import orders, placing  # noqa: E402
from allmende.bakery.ingredients import EVERYTHING  # noqa: E402
from allmende.bakery.models import BakeOrder  # noqa: E402
from allmende.newsroom import publishing, writing  # noqa: E402
from allmende.newsroom.models import Article, ArticleAddress, ListingEntry  # noqa: E402
from tests.factories import newsroom as make  # noqa: E402
from tests.kill import deaths, judging  # noqa: E402

Deed = Callable[[int], None]
Killed = Callable[[deaths.Deed], int]
ENDS = ("", ":opens")  # a page that comes into being, and that there is one


def draft(number: int = 0) -> Article:
    return make.draft(
        f"Getötet {number}",
        bylines=[(make.author(), "Text")],
        topics=[make.topic()],
    )


def publish(pk: int) -> None:
    writing.publish(Article.objects.get(pk=pk), at=make.NOON)


def withdraw(pk: int) -> None:
    writing.withdraw(Article.objects.get(pk=pk))


def marks(pk: int, after: int) -> dict[str, Any]:
    """Where an article has left its mark; orders are those with a key above `after`."""
    article = Article.objects.get(pk=pk)
    return {
        "live": article.live,
        "revision": article.live_revision_id is not None,
        "dated": article.last_published_at is not None,
        "addresses": ArticleAddress.objects.filter(article=pk).count(),
        "listings": {e.listing: e.page for e in ListingEntry.objects.filter(article=pk)},
        "orders": set(BakeOrder.objects.filter(pk__gt=after).values_list("ingredient", "urgent")),
    }


def wanted(deed: Deed, before: dict[str, Any], found: dict[str, Any], pk: int) -> dict[str, Any]:
    """The marks of a whole deed."""
    live = deed is publish
    article = Article.objects.get(pk=pk)
    shelved = found["listings"] if live else before["listings"]
    assert set(shelved) == article.listings()
    names = {*publishing.of_itself(article)}
    for listing, page in shelved.items():
        names |= {f"listing:{listing}:newest", f"listing:{listing}:{page}"}
        names |= {f"listing:{listing}:{n}{end}" for n in opened(listing, page, pk) for end in ENDS}
    return {
        "live": live,
        "revision": live,
        "dated": True,
        "addresses": 1,
        "listings": shelved if live else {},
        "orders": {(name, not live) for name in names},
    }


def opened(listing: str, page: int, pk: int) -> range:
    """Numbered pages up to `page` that are there for this article only."""
    others = ListingEntry.objects.filter(listing=listing).exclude(article=pk)
    return range(max((entry.page for entry in others), default=0) + 1, page + 1)


def last_order() -> int:
    newest = BakeOrder.objects.order_by("-pk").first()
    return newest.pk if newest else 0


def judge(deed: Deed, pk: int, killed: Killed) -> bool:
    """Kills a deed; whether it was done. Fails where it was done by half."""
    after = last_order()
    before = marks(pk, after)
    killed(partial(deed, pk))
    found = marks(pk, after)
    if found == before:
        return False
    assert found == wanted(deed, before, found, pk)
    return True


def at_point(number: int, deed: deaths.Deed) -> int:
    def watched() -> None:
        deaths.Points(number).watch_statements()
        deed()

    return deaths.end_of(deaths.fork(watched))


def at_moment(seconds: float, deed: deaths.Deed) -> int:
    pid = deaths.fork(deed)
    deaths.kill_after(pid, seconds)
    return deaths.end_of(pid)


def deaths_of(deed: Deed, kills: int, chance: random.Random) -> list[Killed]:
    """Ways to die: `kills` points of the deed, then a quarter as many moments of its time."""
    points, commit = deaths.points_of(
        partial(deed, ready_for(deed)), Path(settings.DATA) / "points"
    )
    seconds = deaths.seconds_of(partial(deed, ready_for(deed)))
    others = [n for n in range(1, points + 1) if n not in (commit, commit + 1)]
    chosen = chance.sample(others, min(kills - 2, len(others)))
    moments = [chance.uniform(0, seconds) for _ in range(max(1, kills // 4))]
    print(f"{deed.__name__}: killed at {len(chosen) + 2} of {points} points", end="")
    print(f" and {len(moments)} moments of {seconds * 1000:.0f} ms", end=": ")
    at_points = [partial(at_point, number) for number in (commit, commit + 1, *chosen)]
    return [*at_points, *(partial(at_moment, moment) for moment in moments)]


def ready_for(deed: Deed) -> int:
    article = draft()
    if deed is withdraw:
        publish(article.pk)
    return article.pk


def main(seed: int, kills: int) -> None:
    chance = random.Random(seed)
    orders.place(EVERYTHING)
    judging.work_to_the_end(timezone.now() + orders.LEASE)
    for deed in (publish, withdraw):
        outcomes = Counter(
            judge(deed, ready_for(deed), killed) for killed in deaths_of(deed, kills, chance)
        )
        print(f"done {outcomes[True]}, not done {outcomes[False]}", end="; ")
    judging.work_to_the_end(timezone.now() + orders.LEASE)
    with tempfile.TemporaryDirectory() as fresh:
        judging.assert_exact(Path(fresh))
    print(f"{sum(1 for _ in placing.store().walk())} paths as from scratch")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
