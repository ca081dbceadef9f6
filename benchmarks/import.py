"""Items a second when a WordPress site moves in, and whether memory grows with the export.

An export of random words is loaded into a paper that has some articles: 4 KB each with links,
lists, quotes and pictures, 3 tags of 800, 2 categories of 24, 40 authors. The clock runs from
opening the file to the last row committed; the indexes that Wagtail keeps in background jobs, and
the bake, come after it, as ever. The peak of memory at the end is held against that after a tenth
of the items: by then SQLite has filled the page cache of 64 MB that the settings give it.
SCALE=small loads few items.
"""

import datetime as dt
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from figures import Report

HOME = Path(__file__).resolve().parent.parent
SMALL = os.environ.get("SCALE") == "small"
FEW = 200
MANY = {"sqlite": 1_000 if SMALL else 50_000, "postgresql": 600 if SMALL else 5_000}
SEED = 1848
GOAL = 150  # items a second
GROWTH = 1.2  # of the peak of memory, while the items grow tenfold

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Bote</title><link>https://bote.example</link>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>https://bote.example</wp:base_blog_url>
"""
ITEM = """<item><title><![CDATA[{title}]]></title><link>https://bote.example/{number}/</link>
<dc:creator><![CDATA[author{author}]]></dc:creator>
<content:encoded><![CDATA[{content}]]></content:encoded>
<excerpt:encoded><![CDATA[{excerpt}]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date_gmt>{moment:%Y-%m-%d %H:%M:%S}</wp:post_date_gmt>
<wp:post_name>artikel-{number}</wp:post_name><wp:status>publish</wp:status>
<wp:post_type>post</wp:post_type>{labels}</item>
"""


def main() -> None:
    if len(sys.argv) > 1:
        measure(Path(sys.argv[1]))
        return
    report = Report()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        few = export(folder / "few.xml", range(1, FEW + 1))
        for engine, address in databases(stack):
            first = 1_000_000
            many = export(folder / f"{engine}.xml", range(first, first + MANY[engine]))
            data = folder / engine
            data.mkdir()
            environment = os.environ | {
                "ALLMENDE_DATA": str(data),
                "ALLMENDE_DATABASE_URL": address,
            }
            run(few, environment)
            told = run(many, environment)
            rate = MANY[engine] / told["seconds"]
            report.at_least(f"import, {engine}", rate, GOAL, 1.0, "items/s")
            report.at_most(f"memory, {engine}", told["peak"], told["early"], GROWTH, "MB")
    report.end()


def databases(stack: ExitStack) -> Iterator[tuple[str, str]]:
    yield "sqlite", ""
    sys.path.insert(0, str(HOME))
    from tests import postgres

    try:
        yield "postgresql", stack.enter_context(postgres.private())
    except FileNotFoundError as error:
        print(f"{error} Measured on SQLite only.")


def run(file: Path, environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, __file__, str(file)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(file: Path) -> None:
    """In a process of its own, so that its peak of memory is its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.site.settings")
    import django

    django.setup()
    import logging

    from django.core.management import call_command

    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    from allmende.importers.wordpress.load import Stage, load

    early = 0.0

    def watch(stage: Stage, done: int, total: int) -> None:
        nonlocal early
        if stage == Stage.LOADING and not early and done >= total / 10:
            early = peak()

    started = time.perf_counter()
    result = load(file, at=dt.datetime.now(dt.UTC), progress=watch)
    seconds = time.perf_counter() - started
    assert result.counts["post"].total() == result.counts["post"]["new"], result.as_dict()
    print(json.dumps({"seconds": seconds, "early": early, "peak": peak()}))


def peak() -> float:
    """The most memory this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def export(path: Path, numbers: range) -> Path:
    chance = random.Random(SEED)
    words = [
        "".join(chance.choices("abdeghilmnorstu", k=chance.randint(2, 11))) for _ in range(3000)
    ]
    with path.open("w") as file:
        file.write(HEAD)
        for number in numbers:
            file.write(item(number, words, chance))
        file.write("</channel></rss>\n")
    return path


def item(number: int, words: list[str], chance: random.Random) -> str:
    def text(count: int) -> str:
        return " ".join(chance.choices(words, k=count))

    tags = [f"tag{n}" for n in chance.sample(range(800), 3)]
    categories = [f"rubrik{n}" for n in chance.sample(range(24), 2)]
    labels = [f'<category domain="post_tag" nicename="{tag}">{tag}</category>' for tag in tags]
    labels += [f'<category domain="category" nicename="{c}">{c}</category>' for c in categories]
    paragraphs = [
        f'{text(30)} <a href="https://else.example/">{text(2)}</a> <em>{text(9)}</em>.'
    ] * 9
    content = "\n\n".join(
        [
            *paragraphs[:4],
            f"<h2>{text(4)}</h2>",
            *paragraphs[4:7],
            f"<blockquote>{text(25)}<cite>{text(2)}</cite></blockquote>",
            f"<ul><li>{text(8)}</li><li>{text(9)}</li></ul>",
            f'<img src="https://bote.example/{number}.jpg" alt="{text(3)}" />',
            *paragraphs[7:],
        ]
    )
    moment = dt.datetime(2008, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=chance.randint(0, 9**7))
    return ITEM.format(
        title=text(6).capitalize(),
        number=number,
        author=chance.randint(1, 40),
        content=content,
        excerpt=text(20),
        moment=moment,
        labels="".join(labels),
    )


if __name__ == "__main__":
    main()
