"""From the click on "publish" to the files: how long, and how many pages.

The demo paper on SQLite, an idle worker in a process of its own. Another process publishes articles
as long as the demo's, one after the other, at random moments of the worker's rest: from the deed's
first statement to the file in place, and to the front page that names it. What the browser and the
form add is not in it. SCALE=small publishes fewer.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import fixtures
from figures import Report

SMALL = os.environ.get("SCALE") == "small"
TIMES = 12 if SMALL else 60
WARM_UP = 2
PATIENCE = 30.0
LOOK = 0.001  # seconds between two looks at the store


class Publication(NamedTuple):
    """Seconds since the click; number of pages that were rendered."""

    committed: float
    article: float
    front: float
    done: float
    pages: int


def main() -> None:
    if len(sys.argv) > 1:
        publish_all(int(sys.argv[1]))
        return
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        fixtures.demo(data)
        with worker(data):
            found = measure(data)
    tell(found, report)
    report.end()


@contextlib.contextmanager
def worker(data: Path) -> Iterator[None]:
    process = subprocess.Popen(
        [*fixtures.COMMAND, "worker"], env=fixtures.environment(data), start_new_session=True
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def measure(data: Path) -> list[Publication]:
    done = subprocess.run(
        [sys.executable, __file__, str(TIMES + WARM_UP)],
        env=fixtures.environment(data),
        stdout=subprocess.PIPE,
        text=True,
        timeout=600,
        check=True,
    )
    rows = [Publication(**json.loads(line)) for line in done.stdout.splitlines()]
    return rows[WARM_UP:]


def tell(found: list[Publication], report: Report) -> None:
    article = [one.article for one in found]
    front = [one.front for one in found]
    pages = max(one.pages for one in found)
    print(f"{len(found)} publications; the deed alone {at([o.committed for o in found], 50):.3f} s")
    report.at_most("click to article, p50", at(article, 50), 0.3, 1.0, "s")
    report.at_most("click to article, p99", at(article, 99), 1.0, 1.0, "s")
    report.at_most("click to front page, p99", at(front, 99), 2.0, 1.0, "s")
    report.at_most("pages renewed, most", pages, 60, 1.0, "pages")
    done = at([one.done for one in found], 50)
    print(f"p50: the front page names it after {at(front, 50):.2f} s, all done after {done:.2f} s")


def at(values: list[float], percent: int) -> float:
    """Nearest rank: the smallest value that `percent` of all do not exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


# --- In the newsroom's process --------------------------------------------------------------


def publish_all(times: int) -> None:
    from allmende.site.opening import open_house

    open_house()
    chance = random.Random(1)
    for number in range(times):
        wait_until(nothing_is_ordered)
        time.sleep(chance.uniform(0.2, 0.7))
        print(json.dumps(publish(number, chance)._asdict()), flush=True)


def publish(number: int, chance: random.Random) -> Publication:
    from django.conf import settings
    from django.utils import timezone

    from allmende.bakery.models import BakedPage
    from allmende.newsroom import writing

    article = draft(number, chance)
    file = Path(settings.BAKED_ROOT) / article.url[1:]
    front = Path(settings.BAKED_ROOT) / "index.html"
    link = article.url.encode()
    clicked_at, clicked = timezone.now(), time.monotonic()
    writing.publish(article, at=clicked_at)
    committed = time.monotonic() - clicked
    wait_until(file.exists)
    there = time.monotonic() - clicked
    wait_until(lambda: link in front.read_bytes())
    named = time.monotonic() - clicked
    wait_until(nothing_is_ordered)
    done = time.monotonic() - clicked
    pages = BakedPage.objects.filter(baked_at__gte=clicked_at).count()
    return Publication(committed, there, named, done, pages)


def draft(number: int, chance: random.Random) -> "Article":  # noqa: F821  known once Django is
    """A new article with the words, picture, names and topics of one that the demo has."""
    from allmende.newsroom import writing
    from allmende.newsroom.models import Article

    models = Article.objects.filter(locale__language_code="de", picture__isnull=False)
    model = chance.choice(list(models.exclude(title__startswith="Messung").order_by("pk")))
    return writing.draft(
        f"Messung {number}",
        section=model.section,
        body=list(model.body.raw_data),
        bylines=[(line.author, line.note) for line in model.bylines.all()],
        topics=list(model.topics.all()),
        lead=model.lead,
        picture=model.picture,
        picture_caption=model.picture_caption,
    )


def nothing_is_ordered() -> bool:
    from allmende.bakery import bake
    from allmende.bakery.models import BakeOrder

    return not BakeOrder.objects.exists() and not bake.unfinished().exists()


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > until:
            sys.exit("the worker does not come to an end")
        time.sleep(LOOK)


if __name__ == "__main__":
    main()
