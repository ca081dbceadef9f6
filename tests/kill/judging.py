"""What must be true of the baked tree, whatever was killed."""

import re
from datetime import datetime
from pathlib import Path

from allmende.bakery import bake, orders, placing, queue
from allmende.bakery.models import BakedPage, BakeOrder
from allmende.bakery.store import FolderStore

ARTICLE = re.compile(r'href="(?:https?://[^/"]+)?(/artikel/[^"#?]+)')
# Kinds of pages that are lists of articles; a link between two articles is not held to the rule.
LISTS = {"article", "look", "info"}


def root() -> Path:
    return placing.store().root


def files(folder: Path) -> dict[str, bytes]:
    """Every file that a server could send, twins included."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in found
        if not path.relative_to(folder).parts[0].startswith(".")
    }


def drafts(folder: Path) -> list[str]:
    return [path.name for path in (folder / ".store" / "new").iterdir()]


def dead_ends() -> list[str]:
    """Links of listings to articles that are not there, as "/tal/ -> /artikel/3.x.html gone"."""
    there = {kept.path: kept.state for kept in placing.store().walk()}
    ends = []
    for path, state in there.items():
        if state == "live" and queue.kind_of(path) not in LISTS:
            name = path[1:] + ("index.html" if path.endswith("/") else "")
            links = set(ARTICLE.findall((root() / name).read_text(errors="replace")))
            ends += [
                f"{path} -> {to} {there.get(to)}"
                for to in links
                if there.get(to) not in ("live", "moved")
            ]
    return sorted(ends)


def from_scratch(folder: Path) -> dict[str, bytes]:
    """The files that a bake of everything into an empty folder gives."""
    fresh = FolderStore(folder)
    for path in orders.there_should_be():
        baked = bake.render(path)
        if baked.status == 200:
            fresh.put(path, baked.body, baked.content_type)
        elif baked.status == 301:
            fresh.redirect(path, baked.location)
        elif baked.status == 410:
            fresh.tombstone(path, baked.body)
    return files(folder)


def work_to_the_end(at: datetime) -> None:
    """A new worker, after every lease: bakes until nothing is left to do."""
    placing.store.cache_clear()
    orders.place("clock:day")  # should midnight have passed
    while bake.work(at=at) or bake.unfinished().exists():
        at += queue.A_MOMENT


def assert_exact(fresh: Path) -> None:
    """All is done, and the tree equals a bake from scratch: no file more, none less, no byte."""
    assert not BakeOrder.objects.exists()
    assert not BakedPage.objects.filter(due=True).exists()
    assert not BakedPage.objects.exclude(error="").exists()
    there, wanted = files(root()), from_scratch(fresh)
    names = {name for name in {*there, *wanted} if there.get(name) != wanted.get(name)}
    assert not names, {name: (name in there, name in wanted) for name in sorted(names)}
    assert drafts(root()) == []
    known = dict(BakedPage.objects.values_list("path", "state"))
    assert known == {kept.path: str(kept.state) for kept in placing.store().walk()}
    assert dead_ends() == []
