"""The heart of the bakery: whatever is edited, in whatever order, whenever the clock strikes, the
baked tree equals a bake from scratch, byte for byte. A missed ingredient is found here.

EXAMPLES says how many stories are played; more than the few of `make test` are chosen anew each
time.
"""

import datetime as dt
import os
import random
import shutil
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from allmende.bakery import bake, orders, placing
from allmende.bakery.ingredients import EVERYTHING
from allmende.editions import arranging
from allmende.editions.models import Edition
from allmende.newsroom import publishing, rights, tickers, translation, writing
from allmende.newsroom.models import (
    Correction,
    DossierPage,
    FrontStory,
    InfoPage,
    Picture,
    RelatedArticle,
    TickerEntry,
)
from allmende.newsroom.tasks import SCHEDULES
from allmende.paper.models import MenuItem, Paper
from allmende.site import due_pages
from tests.factories import newsroom as make
from tests.factories.editions import edition
from tests.kill import edits, judging
from tests.kill.edits import Edit

pytestmark = [pytest.mark.django_db, pytest.mark.long]

FEW, STEPS = 2, 10
START = make.NOON + dt.timedelta(minutes=30)  # no test runs on to the next full hour
STRIKES = {publishing.day_begins, publishing.news_window_moves, publishing.week_begins}
STRIKES |= {rights.day_ends}
numbers = count(1)


class Clock:
    """Goes on by itself, for leases end and pauses pass, and is put forward at will."""

    def __init__(self) -> None:
        self.began, self.ahead = time.monotonic(), dt.timedelta()

    def now(self) -> dt.datetime:
        return START + self.ahead + dt.timedelta(seconds=time.monotonic() - self.began)

    def forward(self, hours: int) -> None:
        """What the worker does at every time that is passed is done, once."""
        zone, before = Paper.load().time_zone_info, self.now()
        self.ahead += dt.timedelta(hours=hours)
        for schedule in SCHEDULES:
            due = schedule.every.latest(self.now(), zone=zone)
            if schedule.deed in STRIKES and due > before:
                schedule.deed(at=due)
        due_pages.publish_due(at=self.now())


# --- What else a newsroom does, beside the edits that are played under kills ------------------


def schedule(chance: random.Random) -> None:
    article = make.draft(f"Später {next(numbers)}", topics=[make.topic()])
    article.go_live_at = timezone.now() + dt.timedelta(hours=chance.choice([2, 20, 60]))
    article.save_revision().publish()


def let_expire(chance: random.Random) -> None:
    article = edits.live(chance)
    article.expire_at = timezone.now() + dt.timedelta(hours=chance.choice([2, 20, 60]))
    article.save_revision().publish()


def correct(chance: random.Random) -> None:
    article = edits.live(chance)
    article.corrections.add(Correction(date=timezone.localdate(), text=f"Elf {next(numbers)}."))
    article.updated_at = timezone.now()
    article.save_revision().publish()


def swap_picture(chance: random.Random) -> None:
    article = edits.live(chance)
    old = list(Picture.objects.order_by("pk"))
    article.picture = chance.choice([None, *old]) or make.picture(f"Bild {next(numbers)}")
    article.save_revision().publish()


def mend_picture(chance: random.Random) -> None:
    if picture := Picture.objects.order_by("pk").first():
        picture.credit = f"Foto: {next(numbers)}"
        picture.expires_on = chance.choice([None, timezone.localdate()])
        picture.save()


def change_menu(chance: random.Random) -> None:
    paper = Paper.load()
    if chance.random() < 0.5:
        paper.menu_items.add(MenuItem(label=f"Zeile {next(numbers)}", address="/ticker.html"))
    else:
        paper.menu_items.clear()
    paper.save()


def rename_paper(chance: random.Random) -> None:
    paper = Paper.load()
    paper.name = f"Bote {next(numbers)}"
    paper.save()


def pin(chance: random.Random) -> None:
    front = make.front_page()
    front.stories.set([FrontStory(article=edits.live(chance), slot=FrontStory.Slot.LEAD)])
    front.save_revision().publish()


def retitle(chance: random.Random) -> None:
    page = chance.choice([DossierPage, InfoPage]).objects.get()
    page.title = f"Neuer Titel {next(numbers)}"
    page.save_revision().publish()


def relate(chance: random.Random) -> None:
    article, other = edits.live(chance), edits.live(chance)
    if article != other:
        article.related_links.set([RelatedArticle(related=other)])
        article.save_revision().publish()


def translate(chance: random.Random) -> None:
    article = edits.live(chance)
    if article.locale.language_code == "de" and not article.get_translations().exists():
        writing.publish(translation.translate(article, language="de-simple"), at=timezone.now())


def tick(chance: random.Random) -> None:
    entries = list(TickerEntry.objects.order_by("pk"))
    if entries and chance.random() < 0.4:
        tickers.remove(chance.choice(entries))
        return
    article = edits.live(chance)
    ticker = getattr(article, "ticker", None) or tickers.start(article)
    tickers.post(ticker, text=f"Meldung {next(numbers)}.", at=timezone.now())


def arrange(chance: random.Random) -> None:
    found = Edition.objects.first()
    if found is None:
        edition(edits.live(chance))
    elif chance.random() < 0.6:
        arranging.add_articles(found, [edits.live(chance)])
    else:
        arranging.show(found, public=not found.is_public)


EDITS: list[Edit] = [
    *dict.fromkeys(edits.EDITS), schedule, let_expire, correct, swap_picture, mend_picture,
    change_menu, rename_paper, pin, retitle, relate, translate, tick, arrange,
]  # fmt: skip


class Newsroom(RuleBasedStateMachine):
    """Each story begins with the same baked paper, and is undone when it is told."""

    def __init__(self, begun: Path, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        clock.ahead = dt.timedelta()
        self.story = transaction.atomic()
        self.story.__enter__()
        shutil.rmtree(settings.BAKED_ROOT)
        shutil.copytree(begun, settings.BAKED_ROOT)
        placing.store.cache_clear()

    @rule(
        some=st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 99)), min_size=1, max_size=4)
    )
    def edit(self, some: list[tuple[Edit, int]]) -> None:
        for edit, seed in some:
            with transaction.atomic():
                edit(random.Random(seed))

    @rule(hours=st.sampled_from([1, 3, 13, 24, 49, 24 * 8]))
    def time_passes(self, hours: int) -> None:
        self.clock.forward(hours)

    @rule(lots=st.integers(1, 3))
    def bake_some(self, lots: int) -> None:
        for _ in range(lots):
            bake.work()
        assert judging.dead_ends() == []

    @rule()
    def bake_all(self) -> None:
        bake.finish()
        with tempfile.TemporaryDirectory() as fresh:
            judging.assert_exact(Path(fresh))

    def teardown(self) -> None:
        try:
            self.bake_all()
        finally:
            transaction.set_rollback(True)
            self.story.__exit__(None, None, None)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock.now)
    return clock


@pytest.fixture
def begun(clock: Clock, tmp_path: Path) -> Path:
    """The tree of a paper that has everything, as it is when a story begins."""
    edits.cast(articles=6)
    make.info_page()
    orders.place(EVERYTHING)
    bake.finish()
    return Path(shutil.copytree(settings.BAKED_ROOT, tmp_path / "begun"))


def test_tree_equals_a_bake_from_scratch_whatever_is_edited_and_whenever(
    begun: Path, clock: Clock
) -> None:
    examples = int(os.environ.get("EXAMPLES", FEW))
    stories: dict[str, Any] = {"max_examples": examples, "stateful_step_count": STEPS}
    checks = list(HealthCheck)
    enough = how(
        **stories, deadline=None, derandomize=examples <= FEW, suppress_health_check=checks
    )
    run_state_machine_as_test(lambda: Newsroom(begun, clock), settings=enough)
    print(f"[equality: {examples} stories of up to {STEPS} deeds]")
