"""An import killed anywhere, and run again, leaves what an undisturbed one leaves."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.house import House, house
from tests.importers.wordpress.moving import author, category, page, post
from tests.importers.wordpress.samples import export, label

ITEMS, BATCH = 40, 4

LOAD = """
import sys
from pathlib import Path
from django.utils import timezone
from allmende.site.opening import open_house
open_house()
from allmende.importers.wordpress import load
load.BATCH = int(sys.argv[2])
load.load(
    Path(sys.argv[1]),
    at=timezone.now(),
    progress=lambda stage, done, total: print(stage, done, flush=True),
)
"""
FACTS = """
import json
from allmende.importers.models import Import
from allmende.newsroom.models import Article, InfoPage, ListingEntry, Page, Topic
source = "wordpress:{site}"
def ids(kind): return Import.objects.filter(source=source, kind=kind).order_by("foreign_id")
def blocks(page): return [(block["type"], block["value"]) for block in page.body.raw_data]
told = []
for row in ids("post"):
    article = Article.objects.get(pk=row.object_id)
    entries = article.listing_entries.filter(listing=article.section.listing)
    told.append([
        row.foreign_id, row.state, article.title, article.slug, article.live, blocks(article),
        article.section.title, sorted(article.topics.values_list("name", flat=True)),
        [byline.author.name for byline in article.bylines.all()], article.revisions.count(),
        article.latest_revision_id == row.revision_id, str(article.first_published_at),
        list(entries.values_list("place", flat=True)), article.addresses.count(),
        len(article.listings()) * article.live == article.listing_entries.count(),
    ])
for row in ids("page"):
    page = InfoPage.objects.get(pk=row.object_id)
    told.append([row.foreign_id, page.title, page.live, blocks(page), page.revisions.count()])
told.append([Import.objects.filter(source=source).count(), Page.find_problems()])
print(json.dumps(told))
"""


def a_site(name: str) -> bytes:
    """Sites differ by their address and their names only, so that one house holds them all."""
    labels = label("category", name, name) + label("post_tag", f"tag-{name}", f"Tag {name}")
    parts = [
        author(f"login-{name}", f"Jana {name}"),
        category(1, name, name),
        *(post(n, inside=labels, dc__creator=f"login-{name}") for n in range(ITEMS)),
        post(ITEMS, wp__status="draft", inside=labels),
        page(ITEMS + 1, title="Impressum", wp__post_name=f"impressum-{name}"),
    ]
    return export(*parts).replace(b"https://bote.example/blog", f"https://{name}.example".encode())


def start(home: House, file: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", LOAD, str(file), str(BATCH)]
    return subprocess.Popen(command, env=home.environment, stdout=subprocess.PIPE, text=True)


def killed(home: House, file: Path, chance: random.Random) -> None:
    """Kills an import after some of its batches, at any moment of the next."""
    batches = chance.randint(0, ITEMS // BATCH - 1)
    with start(home, file) as process:
        assert process.stdout
        for line in process.stdout:
            stage, done = line.split()
            if stage == "loading" and int(done) > batches * BATCH:
                time.sleep(chance.uniform(0, 0.03))
                process.kill()
                break
    assert process.returncode == -signal.SIGKILL


def facts(home: House, name: str) -> list[Any]:
    said = home.python(FACTS.replace("{site}", f"{name}.example"))
    return json.loads(said.replace(name, "NAME"))


@pytest.mark.kill
def test_killed_import_is_completed_by_the_next(tmp_path: Path) -> None:
    chance = random.Random(1848)
    with house(tmp_path) as home:
        home.allmende("init")
        expected: list[Any] = []
        for number in range(int(os.environ.get("KILLS", "3")) + 1):
            name = f"ort{number}x"
            file = tmp_path / f"{name}.xml"
            file.write_bytes(a_site(name))
            if number:
                killed(home, file, chance)
            with start(home, file) as process:
                process.communicate()
            assert process.returncode == 0
            expected = expected or facts(home, name)
            assert facts(home, name) == expected, name
        assert len(expected) == ITEMS + 3
