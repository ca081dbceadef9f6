"""Pages a second of a bake from scratch, against wagtail-bakery on the same pages.

The paper of `growth` with 1,000 articles behind the demo's: both write the published pages that
stand in Wagtail's tree (articles, fronts, dossiers, info pages) by the same templates into an empty
folder, ours on all cores, wagtail-bakery by its own `AllPublishedPagesView`. That view knows
wagtail.models.Page only; it is told which model this house's pages are of, that an article's
address is not its place in the tree, and that several languages have several roots; what it asks of
django-bakery's app, which is named like ours, is given to ours. It has Django's own middleware.

It writes no compressed twins, so ours writes none in the figure either; what they cost is shown
apart, as the same bake with them. SCALE=small has 100 articles.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from functools import cache, partial
from pathlib import Path

import fixtures
import growth
from figures import Report

SMALL = os.environ.get("SCALE") == "small"
SIZE = growth.SIZES[0]
GOAL = 5.0

PEER_SETTINGS = """
import os
from allmende.site.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "wagtailbakery"]
MIDDLEWARE = [
    name for name in MIDDLEWARE
    if name.startswith("django.") or name == "allauth.account.middleware.AccountMiddleware"
]
BUILD_DIR = os.environ["BUILD_DIR"]
BAKERY_GZIP = False
ALLOWED_HOSTS = ["*"]
"""


def main() -> None:
    if len(sys.argv) > 1:
        {"ours": partial(ours, twins=False), "twins": partial(ours, twins=True), "peer": peer}[
            sys.argv[1]
        ]()
        return
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        growth.copied(SIZE, home / "paper")
        (home / "peer_settings.py").write_text(PEER_SETTINGS)
        theirs = run("peer", home, DJANGO_SETTINGS_MODULE="peer_settings")
        own = run("ours", home)
        rates = [found["pages"] / found["seconds"] for found in (own, theirs)]
        print(f"pages: {own['pages']} by ours, {theirs['pages']} by wagtail-bakery")
        report.at_least("bake from scratch, wagtail-bakery", *rates, GOAL, "pages/s")
        whole = run("twins", home)
        print(f"with compressed twins: {whole['pages'] / whole['seconds']:.1f} pages/s")
        made = {"wagtail-bakery": theirs, "ours without twins": own, "with twins": whole}
        for name, found in made.items():
            cost = found["processor"] / found["pages"] * 1_000
            print(f"processor, {name}: {cost:.1f} ms a page, all processes together")
        print(f"memory of the baker: {own['memory']:.0f} MB")
    report.end()


def run(what: str, home: Path, **more: str) -> dict[str, float]:
    paths = f"{home}:{fixtures.HOME / 'src'}"
    done = subprocess.run(
        [sys.executable, __file__, what],
        env=fixtures.environment(
            home / "paper", PYTHONPATH=paths, BUILD_DIR=str(home / "build"), **more
        ),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def ours(*, twins: bool) -> None:
    """All of it is a bake from scratch: nothing is known of any page, and no file is there."""
    from allmende.site.opening import open_house

    open_house()
    import resource

    from django.conf import settings
    from django.utils import timezone

    from allmende.bakery import bake, orders, placing, queue
    from allmende.bakery.models import BakedPage
    from allmende.bakery.store import FolderStore
    from allmende.newsroom.models import Page
    from allmende.site import hands

    urls = {page.specific.url for page in Page.objects.live().public().iterator()} - {None}
    paths = sorted(url if url.startswith("/") else "/" + url.split("/", 3)[3] for url in urls)
    BakedPage.objects.all().delete()
    shutil.rmtree(settings.BAKED_ROOT)
    placing.store = cache(lambda: FolderStore(settings.BAKED_ROOT, twins=twins))
    started, before = time.perf_counter(), time.process_time()
    with orders.alone():
        queue.make_due(paths, priority=BakedPage.Priority.WHOLE, at=timezone.now())
    with hands.more():
        bake.finish()
        took = time.perf_counter() - started
    pages = BakedPage.objects.filter(state=BakedPage.State.LIVE).count()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor = sum(one.ru_utime + one.ru_stime for one in used) - before
    memory = max(one.ru_maxrss for one in used) / 1024
    found = {"pages": pages, "seconds": took, "processor": processor, "memory": memory}
    print(json.dumps(found))


def peer() -> None:
    import django

    django.setup()
    import fs
    from django.apps import apps
    from django.conf import settings

    app = apps.get_app_config("bakery")
    app.filesystem_name, app.filesystem = "osfs:///", fs.open_fs("osfs:///")
    from wagtailbakery.views import AllPublishedPagesView

    from allmende.newsroom.models import Page

    class View(AllPublishedPagesView):
        def get_queryset(self):
            return Page.objects.live().public()

        def get_url(self, obj):
            url = super().get_url(obj)
            return url if url is None or url.startswith("/") else "/" + url.split("/", 3)[3]

        def get_build_path(self, obj):
            file = Path(settings.BUILD_DIR, self.get_url(obj)[1:], "index.html")
            file.parent.mkdir(parents=True, exist_ok=True)
            return str(file)

    view = View()
    started, before = time.perf_counter(), time.process_time()
    view.build_queryset()
    took, processor = time.perf_counter() - started, time.process_time() - before
    pages = sum(1 for file in Path(settings.BUILD_DIR).rglob("index.html"))
    print(json.dumps({"pages": pages, "seconds": took, "processor": processor}))


if __name__ == "__main__":
    main()
