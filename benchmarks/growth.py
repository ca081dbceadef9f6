"""What one publication costs in archives of 1,000, 10,000 and 100,000 articles.

The demo paper on SQLite with articles of 4 KB in bulk behind its own, shelved in all listings, and
with their pages known to the bakery by the recipes that such pages have. Then articles as long as
the demo's are published and baked to the last page, by one process, so that its seconds of
processor, its statements and its peak of memory are those of the publications. A plot lies beside
this file. SCALE=small has archives of 100 and 400.
"""

import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import archive
import fixtures
from figures import Report

SMALL = os.environ.get("SCALE") == "small"
SIZES = (100, 400) if SMALL else (1_000, 10_000, 100_000)
TIMES = 4 if SMALL else 25
WARM_UP = 3
MOST = 1.2  # times what the smallest archive needs
PLOT = Path(__file__).with_name("growth.png")
COSTS = {"processor": "s", "statements": "statements", "memory": "MB"}


def main() -> None:
    if len(sys.argv) > 1:
        {"fill": fill, "lay": lay, "measure": measure}[sys.argv[1]](int(sys.argv[2]))
        return
    report = Report()
    costs: dict[int, dict[str, float]] = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "paper"
            copied(size, data)
            costs[size] = json.loads(run("measure", size, data).splitlines()[-1])
    print("articles | " + " | ".join(costs[SIZES[0]]))
    for size, cost in costs.items():
        print(f"{size:,} | " + " | ".join(f"{value:.3f}" for value in cost.values()))
    first, last = costs[SIZES[0]], costs[SIZES[-1]]
    for name, unit in COSTS.items():
        report.at_most(f"one publication, {name}", last[name], first[name], MOST, unit)
    report.at_most("one publication, pages renewed", last["pages"], 60, 1.0, "pages")
    if not SMALL:
        draw(costs)
    report.end()


def run(what: str, size: int, data: Path) -> str:
    done = subprocess.run(
        [sys.executable, __file__, what, str(size)],
        env=fixtures.environment(data),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def draw(costs: dict[int, dict[str, float]]) -> None:
    """Each cost against that in the smallest archive."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    for name in COSTS:
        base = costs[SIZES[0]][name]
        axes.plot(list(costs), [cost[name] / base for cost in costs.values()], "o-", label=name)
    axes.axhline(MOST, color="grey", linestyle="--", label=f"goal: {MOST} ×")
    axes.set(
        xscale="log", ylim=(0, 1.5), xlabel="articles in the archive",
        ylabel=f"against {SIZES[0]:,} articles", title="Cost of one publication",
    )  # fmt: skip
    axes.legend(loc="lower right")
    figure.savefig(PLOT, dpi=120)


# --- The archive -----------------------------------------------------------------------------


def made(size: int) -> Path:
    """The paper's folder, made now or kept from an earlier run. One that an older version made is
    brought up to date by `copied`, as any paper is."""
    source = Path(archive.__file__).read_bytes() + Path(__file__).read_bytes()
    kept = fixtures.CACHE / f"growth-{size}-{fixtures.fingerprint(more=source)}"
    if not kept.exists():
        draft = kept.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        fixtures.demo(draft)
        run("fill", size, draft)
        draft.rename(kept)
    return kept


def copied(size: int, data: Path) -> None:
    shutil.copytree(made(size), data)
    run("lay", size, data)


def lay(size: int) -> None:
    """Tables and static files of this version; nothing is ordered, as `init` would."""
    from allmende.site.opening import open_house

    open_house()
    from allmende.site import installation

    installation.lay_database()
    installation.lay_static_files()


def fill(size: int) -> None:
    from allmende.site.opening import open_house

    open_house()
    from allmende.bakery import bake
    from allmende.newsroom.models import Article, Counter

    after = max(Article.objects.values_list("number", flat=True))
    demo = set(Article.objects.values_list("pk", flat=True))
    archive.fill(size, after=after)
    Counter.reserve("article", after + size)
    shelve(Article.objects.exclude(pk__in=demo))
    bake.finish()  # all that is baked by now shows the new sections in its menu
    know_pages()
    bake_all()


def shelve(articles) -> None:
    """As publishing does, in the order of time."""
    from django.db import transaction

    from allmende.newsroom import publishing

    rows = articles.select_related("section", "locale").prefetch_related("topics", "bylines")
    for some in chunks(rows.defer("body").order_by("number").iterator(chunk_size=1_000), 1_000):
        with transaction.atomic():
            publishing.shelve(some, named=False)


def know_pages() -> None:
    """Articles, the numbered pages of their listings and their days as if they had been baked; all
    other pages that are new are left to the bakery."""
    from django.utils import timezone

    from allmende.bakery import queue
    from allmende.bakery.models import BakedPage

    known = set(BakedPage.objects.values_list("path", flat=True))
    for some in chunks((row for row in recipes() if row[0] not in known), 5_000):
        lines = dict(some)
        BakedPage.objects.bulk_create(
            BakedPage(
                path=path,
                state=BakedPage.State.LIVE,
                baked_at=timezone.now(),
                rank=queue.unknown(path).rank,
            )
            for path in lines
        )
        write_lines(lines)


def write_lines(lines: dict[str, set[str]]) -> None:
    """A paper of 100,000 articles has two million lines; Django makes an object of each."""
    from django.db import connection, transaction

    from allmende.bakery.models import BakedPage, RecipeLine

    keys = {}
    for some in chunks(lines, 500):
        keys |= dict(BakedPage.objects.filter(path__in=some).values_list("path", "pk"))
    rows = ((keys[path], name) for path, names in lines.items() for name in names)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {RecipeLine._meta.db_table} (page_id, ingredient) VALUES (%s, %s)", rows
        )


def recipes() -> Iterator[tuple[str, set[str]]]:
    """Paths with what their pages read, as the recipes of the demo's own pages say."""
    from django.utils import timezone

    from allmende.bakery.models import BakedPage
    from allmende.newsroom import page_types
    from allmende.newsroom.models import Author, ListingEntry, SectionPage
    from allmende.newsroom.models.listings import PER_PAGE
    from allmende.newsroom.reading import main_articles

    everywhere = set.intersection(
        *(
            set(page.recipe.values_list("ingredient", flat=True))
            for page in BakedPage.objects.filter(path__startswith="/artikel/", state="live")
        )
    )
    urls = {section.listing: section.url for section in SectionPage.objects.live()}
    urls |= {f"author:{author.pk}": author.url for author in Author.objects.all()}
    shown: dict[str, set[str]] = {}
    own: dict[int, set[str]] = {}
    rows = main_articles().defer("body").order_by("number")
    for article in rows.iterator(chunk_size=1_000):
        line = {f"author:{byline.author_id}" for byline in article.bylines.all()}
        line |= {article.ingredient, article.section.ingredient}
        own[article.pk] = line
        yield article.url, everywhere | line
        day = timezone.localtime(article.first_published_at).date()
        shown.setdefault(page_types.day_path(day), {f"day:{day}"}).update(line)
    entries = ListingEntry.objects.values_list("listing", "place", "article_id")
    for listing, place, pk in entries.iterator(chunk_size=5_000):
        if (url := urls.get(listing)) and pk in own:
            number = place // PER_PAGE + 1
            names = {f"listing:{listing}:{number}", f"listing:{listing}:{number + 1}:opens"}
            shown.setdefault(f"{url}seite-{number}.html", names).update(own[pk])
    for path, names in shown.items():
        yield path, everywhere | names


def bake_all() -> None:
    """What is not known yet."""
    from django.utils import timezone

    from allmende.bakery import bake, orders, queue
    from allmende.bakery.models import BakedPage

    known = set(BakedPage.objects.values_list("path", flat=True))
    new = [path for path in orders.there_should_be() if path not in known]
    with orders.alone():
        queue.make_due(new, priority=BakedPage.Priority.WHOLE, at=timezone.now())
    bake.finish()


def chunks(rows: Iterable, size: int) -> Iterator[list]:
    some = []
    for row in rows:
        some.append(row)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some


# --- The publications ------------------------------------------------------------------------


def measure(size: int) -> None:
    from allmende.site.opening import open_house

    open_house()
    from django.db import connection
    from django.utils import timezone
    from publish import draft

    from allmende.bakery import bake
    from allmende.bakery.models import BakedPage
    from allmende.newsroom import writing

    chance = random.Random(1)
    rows: list[dict[str, float]] = []
    statements = 0

    def count(execute, sql, parameters, many, context):
        nonlocal statements
        statements += 1
        return execute(sql, parameters, many, context)

    for number in range(WARM_UP + TIMES):
        article = draft(number, chance)
        at, statements, started = timezone.now(), 0, time.process_time()
        with connection.execute_wrapper(count):
            writing.publish(article, at=at)
            bake.finish()
        seconds = time.process_time() - started
        pages = BakedPage.objects.filter(baked_at__gte=at).count()
        rows.append({"processor": seconds, "statements": statements, "pages": pages})
    rows = rows[WARM_UP:]
    middle = {name: statistics.median(row[name] for row in rows) for name in rows[0]}
    middle["pages"] = max(row["pages"] for row in rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(middle | {"memory": peak}))


if __name__ == "__main__":
    main()
