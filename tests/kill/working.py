"""Driver: a worker is killed again and again while a newsroom goes on publishing.

    python -m tests.kill.working SEED KILLS

Two thirds of the kills are at points (around statements and commits, before changes of files), the
rest at moments of a clock; every other time a second worker bakes beside the mortal one. After
each, no listing may name an article that is not there; the next worker starts when the dead one's
lease is over. In the end the tree equals a bake from scratch.
"""

import datetime as dt
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from allmende.site.opening import open_house

open_house()

from django.conf import settings  # noqa: E402  Django comes first
from django.utils import timezone  # noqa: E402

from allmende.bakery import bake, orders, placing  # noqa: E402
from allmende.bakery.ingredients import EVERYTHING  # noqa: E402
from tests.kill import deaths, edits, judging  # noqa: E402

DATA = Path(settings.DATA)
ENOUGH = DATA / "enough"


def worker(at: dt.datetime) -> None:
    """What the worker's baking thread does, until there is nothing more to come."""
    placing.store.cache_clear()
    while True:
        enough = ENOUGH.exists()
        if not bake.work(at=at) and enough:
            return
        time.sleep(0.005)


def mortal(at: dt.datetime, fatal: int) -> None:
    points = deaths.Points(fatal)
    points.watch_statements()
    points.watch_files(settings.BAKED_ROOT)
    worker(at)


def edit_some(chance: random.Random) -> list[str]:
    done = []
    for _ in range(chance.randint(1, 4)):
        done.append(edits.some(chance))
        time.sleep(chance.choice([0, 0, 0.02, 0.1]))
    return done


def round_of(chance: random.Random, at: dt.datetime, points: int, seconds: float) -> str:
    """Edits while a worker works and dies; "killed" or "finished", with what was done."""
    ENOUGH.unlink(missing_ok=True)
    before = edit_some(chance) if chance.random() < 0.7 else []
    by_clock = chance.random() < 1 / 3
    fatal = 0 if by_clock else chance.randint(1, points)
    survivor = deaths.fork(lambda: worker(at)) if chance.random() < 0.5 else None
    pid = deaths.fork(lambda: mortal(at, fatal))
    during = edit_some(chance)
    ENOUGH.touch()
    if by_clock:
        deaths.kill_after(pid, chance.uniform(0, seconds))
    ended = "killed" if deaths.end_of(pid, alone=survivor is None) else "finished"
    if survivor:
        assert not deaths.end_of(survivor)
    found = judging.dead_ends()
    how = "by the clock" if by_clock else f"at point {fatal}"
    assert not found, f"{ended} {how}, after {before} and {during}: {found}"
    return ended


def calibrate(chance: random.Random, at: dt.datetime) -> tuple[int, float]:
    """Points and seconds of a worker that bakes some edits."""
    ENOUGH.touch()
    edit_some(chance)
    started = time.monotonic()
    points, _ = deaths.points_of(lambda: worker(at), DATA / "points", settings.BAKED_ROOT)
    return points, time.monotonic() - started


def main(seed: int, kills: int) -> None:
    chance = random.Random(seed)
    edits.cast()
    orders.place(EVERYTHING)
    at = timezone.now()
    judging.work_to_the_end(at + orders.LEASE)
    ended: Counter[str] = Counter()
    points, seconds = calibrate(chance, at + orders.LEASE)
    print(f"{points} points in {seconds:.1f} s", end="; ")
    while ended["killed"] < kills:
        at += orders.LEASE * 2
        ended[round_of(chance, at, points, seconds)] += 1
    print(f"killed {ended['killed']}, finished before {ended['finished']}", end="; ")
    judging.work_to_the_end(at + orders.LEASE * 2)
    with tempfile.TemporaryDirectory() as fresh:
        judging.assert_exact(Path(fresh))
    print(f"{sum(1 for _ in placing.store().walk())} paths as from scratch")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
