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
from PIL import Image

from tests.house import House, ready_house
from tests.importers.wordpress.moving import author, category, page, post
from tests.importers.wordpress.picture_files import attachment, lead, shown
from tests.importers.wordpress.samples import export, label
from tests.importers.wordpress.test_comments import comment

ITEMS, BATCH, PICTURES = 40, 4, 12

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
    uploads=Path(sys.argv[1]).with_suffix(""),
    progress=lambda stage, done, total: print(stage, done, flush=True),
)
"""
FACTS = """
import json, re
from pathlib import Path
from allmende.importers.models import Import, KeptComment
from allmende.newsroom.models import Article, InfoPage, ListingEntry, Page, Picture, Topic
source = "wordpress:{site}"
def ids(kind): return Import.objects.filter(source=source, kind=kind).order_by("foreign_id")
def named(match): return Page.objects.get(pk=match[1]).title
def picture(match): return Picture.objects.get(pk=match[1]).title
def blocks(page):
    "The body with names in place of keys, which differ from run to run."
    told = json.dumps([(block["type"], block["value"]) for block in page.body.raw_data])
    assert page.get_latest_revision_as_object().body.raw_data[0] == page.body.raw_data[0]
    told = re.sub(r'linktype=."page." id=."(\\d+)', named, told)
    return re.sub(r'"picture": (\\d+)', picture, told)
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
told.append(list(KeptComment.objects.filter(source=source).order_by("pk").values_list("text")))
pictures = Picture.objects.in_bulk(ids("picture").values_list("object_id", flat=True))
for row in ids("picture"):
    stored = pictures[row.object_id]
    assert stored.get_file_hash() == row.foreign_id
told.append(sorted(picture.title for picture in pictures.values()))
folder = Path(next(iter(pictures.values())).file.path).parent
assert len(list(folder.iterdir())) == Picture.objects.count()
print(json.dumps(told))
"""


def a_site(name: str) -> bytes:
    """Sites differ by their address and their names only, so that one house holds them all."""
    labels = label("category", name, name) + label("post_tag", f"tag-{name}", f"Tag {name}")
    parts = [
        author(f"login-{name}", f"Jana {name}"),
        category(1, name, name),
        *(attachment(100 + n, f"{name}-{n}.png") for n in range(PICTURES)),
        *(
            post(
                n,
                inside=labels + comment(n) + lead(100 + n % PICTURES) * (n % 2),
                content__encoded=content(name, n),
                dc__creator=f"login-{name}",
                link=address(name, n),
            )
            for n in range(ITEMS)
        ),
        post(ITEMS, wp__status="draft", inside=labels),
        page(ITEMS + 1, title="Impressum", wp__post_name=f"impressum-{name}"),
    ]
    return export(*parts).replace(b"https://bote.example/blog", f"https://{name}.example".encode())


def address(name: str, number: int) -> str:
    return f"https://{name}.example/{name}/{number}/"


def content(name: str, number: int) -> str:
    """Links to what comes before and after, and a picture in every third."""
    links = [f'<a href="{address(name, (number + step) % ITEMS)}">da</a>' for step in (-1, 1, 5)]
    return " ".join(links) + shown(f"{name}-{number % PICTURES}.png") * (number % 3 == 0)


def uploads(folder: Path, number: int) -> None:
    folder.mkdir()
    for n in range(PICTURES):
        Image.new("RGB", (8, 8), (number, n, 7)).save(folder / f"{folder.name}-{n}.png")


def start(home: House, file: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", LOAD, str(file), str(BATCH)]
    return subprocess.Popen(command, env=home.environment, stdout=subprocess.PIPE, text=True)


def killed(home: House, file: Path, chance: random.Random) -> None:
    """Kills an import after some of its steps, at any moment of the next."""
    steps = chance.randint(3, ITEMS // BATCH + 4)
    with start(home, file) as process:
        assert process.stdout
        for number, _line in enumerate(process.stdout, 1):
            if number == steps:
                time.sleep(chance.uniform(0, 0.05))
                process.kill()
                break
    assert process.returncode == -signal.SIGKILL


def facts(home: House, name: str) -> list[Any]:
    said = home.python(FACTS.replace("{site}", f"{name}.example"))
    return json.loads(said.replace(name, "NAME"))


@pytest.mark.kill
def test_killed_import_is_completed_by_the_next(tmp_path: Path) -> None:
    chance = random.Random(1848)
    with ready_house(tmp_path) as home:
        expected: list[Any] = []
        for number in range(int(os.environ.get("KILLS", "2")) + 1):
            name = f"ort{number}x"
            file = tmp_path / f"{name}.xml"
            file.write_bytes(a_site(name))
            uploads(file.with_suffix(""), number)
            if number:
                killed(home, file, chance)
            with start(home, file) as process:
                process.communicate()
            assert process.returncode == 0
            expected = expected or facts(home, name)
            assert facts(home, name) == expected, name
        assert len(expected) == ITEMS + 5
        assert all("https:" not in str(fact) for fact in expected)
