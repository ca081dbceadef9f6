"""Driver: two workers share a bake into a bucket, then edits, and one of them is killed.

    python -m tests.kill.together SEED KILLS

Each worker is a process of its own with its own way to the bucket, as on another machine. Nothing
is baked twice where nothing changes; whatever is killed, the bucket then holds what a bake from
scratch into a folder gives, twins included.
"""

import datetime as dt
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from allmende.site.opening import open_house

open_house()

from django.conf import settings  # noqa: E402  Django comes first
from django.core.files.storage import storages  # noqa: E402
from django.utils import timezone  # noqa: E402

from allmende.bakery import bake, orders, placing  # noqa: E402
from allmende.bakery.ingredients import EVERYTHING  # noqa: E402
from allmende.bakery.models import BakedPage, BakeOrder  # noqa: E402
from tests.bakery import stored  # noqa: E402
from tests.kill import deaths, edits, judging  # noqa: E402
from tests.waiting import until  # noqa: E402

DATA = Path(settings.DATA)
ENOUGH = DATA / "enough"
SHARE = 5  # kills of the other drivers for each here, which takes longer


def own_bucket() -> None:
    """Connections are not shared between processes."""
    storages._storages.clear()
    placing.store.cache_clear()


def work(at: dt.datetime, count: Path, met: Path | None = None) -> None:
    """Bakes until there is nothing more to come; how many pages that were goes to `count`.

    met: a folder where workers wait for each other after their first lot, as one may start late.
    """
    own_bucket()
    total = 0
    if met:
        total = bake.work(at=at)
        (met / str(os.getpid())).touch()
        until(lambda: len(list(met.iterdir())) == 2)
    while True:
        enough = ENOUGH.exists()
        total += (baked := bake.work(at=at))
        if not baked and enough:
            count.write_text(str(total))
            return
        time.sleep(0.005)


def side_by_side(
    at: dt.datetime, meanwhile: Callable[[list[int]], object], met: Path | None = None
) -> list[int]:
    """Two workers at once, and what happens meanwhile; how many pages each baked, 0 if killed."""
    counts = [DATA / "first", DATA / "second"]
    for file in (ENOUGH, *counts):
        file.unlink(missing_ok=True)
    pids = [deaths.fork(partial(work, at, count, met)) for count in counts]
    meanwhile(pids)
    ENOUGH.touch()
    for pid in pids:
        deaths.end_of(pid, alone=False)
    deaths.wait_for_database()
    return [int(count.read_text()) if count.exists() else 0 for count in counts]


def edit_and_kill(chance: random.Random, pids: list[int]) -> None:
    for _ in range(5):
        edits.some(chance)
        time.sleep(chance.choice([0, 0.05, 0.2]))
    deaths.kill_after(pids[0], chance.uniform(0, 0.3))


def assert_exact() -> int:
    """All is done, and the bucket equals a fresh folder, byte for byte. Returns the number of
    paths."""
    own_bucket()
    store = placing.store()
    assert not BakeOrder.objects.exists()
    assert not BakedPage.objects.filter(due=True).exists()
    assert not BakedPage.objects.exclude(error="").exists()
    with tempfile.TemporaryDirectory() as fresh:
        there, wanted = stored.files_of(store), judging.from_scratch(Path(fresh))
    names = {name for name in {*there, *wanted} if there.get(name) != wanted.get(name)}
    assert not names, {name: (name in there, name in wanted) for name in sorted(names)}
    stored.assert_twins_known(store)
    known = dict(BakedPage.objects.values_list("path", "state"))
    assert known == {kept.path: str(kept.state) for kept in store.walk()}
    return len(known)


def main(seed: int, kills: int) -> None:
    chance, at = random.Random(seed), timezone.now()
    edits.cast(articles=8)
    orders.place(EVERYTHING)
    while orders.spread(at=at):
        pass
    with tempfile.TemporaryDirectory() as met:
        counts = side_by_side(at, lambda pids: None, Path(met))
    paths = BakedPage.objects.count()
    assert all(counts), f"one worker did all: {counts}"
    assert sum(counts) <= paths * 1.1, f"{paths} paths were baked {counts} times"
    print(f"{paths} paths by two workers: {counts[0]} + {counts[1]}", end="; ")
    rounds = max(1, kills // SHARE)
    for _ in range(rounds):
        at += orders.LEASE * 2
        side_by_side(at, partial(edit_and_kill, chance))
    own_bucket()
    judging.work_to_the_end(at + orders.LEASE * 2)  # also what waits for the dead
    print(f"{assert_exact()} paths as from scratch after {rounds} deaths")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
