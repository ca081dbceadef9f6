"""Load a WordPress export into the newsroom.

1. The whole file is read and checked; a broken one is refused before anything is written.
2. Authors, tags and categories become authors, topics and sections, in one transaction.
3. Pages, then posts from the oldest to the newest, become info pages and articles: all of a batch
   or nothing of it. Each is remembered by (source, kind, foreign id), so that the next run changes
   only what is new in the export and what staff have not touched since.
4. Uploads that no item shows come into the library; links to what came later are led on.

A run that dies leaves whole batches behind and an order to bake them; the next one goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from allmende.bakery import orders
from allmende.bakery.ingredients import EVERYTHING
from allmende.importers.models import Import
from allmende.importers.wordpress import comments, links, plans, unattached, words
from allmende.importers.wordpress.album import Album
from allmende.importers.wordpress.export import Item, Kind
from allmende.importers.wordpress.move import Move, hosts_of, key, source_of
from allmende.importers.wordpress.pinned import Pins
from allmende.importers.wordpress.plans import Plan
from allmende.importers.wordpress.report import Line, Outcome, Report
from allmende.importers.wordpress.spool import Spool, Survey
from allmende.importers.wordpress.terms import Places, Terms, addresses, settle
from allmende.importers.wordpress.uploads import Uploads
from allmende.newsroom import foundation, moving, publishing, unready, writing
from allmende.newsroom.models import Article, ArticleIndex, FrontPage, Page
from allmende.newsroom.taking_in import take_in

BATCH = 100
LULL = timedelta(minutes=5)  # far longer than a batch takes; a dead run's pages are baked then
REFUSALS = (ValidationError, DataError, IntegrityError, ValueError)


class Stage(StrEnum):
    READING = "reading"  # in bytes of the file
    LOADING = "loading"  # in posts and pages
    SHELVING = "shelving"  # in uploads


Anything = TypeVar("Anything")
Progress = Callable[[Stage, int, int], None]
Rows = Mapping[str, Any]  # of pictures and files, by key


def load(
    path: Path,
    *,
    at: datetime,
    progress: Progress = lambda stage, done, total: None,
    dry_run: bool = False,
    uploads: Path | None = None,
) -> Report:
    """Brings a WordPress export in. `progress` gets the stage, what is done of it, and its size.

    `uploads` is the folder wp-content/uploads or a copy of it: pictures come from there and from
    nowhere else, nothing is fetched. A dry run writes nothing and tells the same. Raises
    BrokenExport or NotAnExport, with nothing written, for a file that cannot be read; OSError,
    with whole batches written, where there is no room for pictures.
    """
    spool = Spool()
    try:
        read_through(path, spool, progress)
        report = Report(source_of(spool.survey.head), dry_run)
        folder = Uploads(uploads) if uploads else None
        hosts = hosts_of(spool.survey.head)
        move = Move(report.source, at, report, dry_run, folder, hosts)
        loader = Loader(spool, move, lay_ground(spool, move), progress)
        loader.load(Kind.PAGE)
        loader.load(Kind.POST)
        if uploads:
            loader.shelve()
        if not dry_run:
            loader.link_up()
    finally:
        spool.close()
    if not dry_run:
        orders.release(EVERYTHING)
    return report


def read_through(path: Path, spool: Spool, progress: Progress) -> None:
    total = path.stat().st_size
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        progress(Stage.READING, done, total)

    with path.open("rb") as stream:
        spool.fill(stream, progress=tell)


def lay_ground(spool: Spool, move: Move) -> Terms:
    survey = spool.survey
    move.report.passed_over.update(survey.passed_over)
    if move.uploads:  # each has a line of its own
        del move.report.passed_over[Kind.ATTACHMENT.value]
    for item in survey.doubles:
        move.report.add(plans.line(item, Outcome.LEFT_OUT, "its number stands twice in the export"))
    with changes(move):
        if not move.dry_run:
            foundation.lay()
            lead_subscribers_on(survey, move)
        return settle(survey, move)


def lead_subscribers_on(survey: Survey, move: Move) -> None:
    """Once: whoever takes it back must not find it again."""
    feed = f"{Places(survey).base}/feed/"
    if not Import.objects.filter(source=move.source).exists() and not moving.refused([feed]):
        moving.lead_on({feed: "/feed.atom"}, to="link")


@contextmanager
def changes(move: Move) -> Iterator[None]:
    """A transaction whose pages are baked with those of all others, at the end of the import."""
    with transaction.atomic(), publishing.together(until=move.now() + LULL):
        yield


@dataclass
class Wanted:
    """An item of which something is new, what it becomes, and what an earlier run made of it."""

    plan: Plan
    earlier: Import | None

    @property
    def outcome(self) -> Outcome:
        return Outcome.CHANGED if self.earlier else Outcome.NEW


@dataclass
class Loader:
    spool: Spool
    move: Move
    terms: Terms
    progress: Progress
    done: int = 0
    taken: set[str] = field(default_factory=set)  # addresses that no info page can have

    def __post_init__(self) -> None:
        self.pins = Pins(self.move)

    def load(self, kind: Kind) -> None:
        if kind == Kind.PAGE:
            self.taken = addresses(FrontPage.objects.get())
        total = self.spool.survey.counts.total()
        for items in batches(self.spool.items(kind), BATCH):
            self.bring(items)
            self.done += len(items)
            self.progress(Stage.LOADING, self.done, total)

    def bring(self, items: list[Item]) -> None:
        """Decides what each item becomes, then writes those of which something is new."""
        earlier = self.move.known(
            Import.Kind(items[0].kind.value), (item.foreign_id for item in items)
        )
        stored = stored_pages(earlier.values())
        album = Album(self.spool, self.move)
        refused = moving.refused(path for item in items for path in plans.old_paths(item)[0])
        wanted, kept = [], []
        for item in items:
            row = earlier.get(key(item.foreign_id))
            if reason := plans.LEFT_OUT.get(item.status):
                self.tell(plans.line(item, Outcome.LEFT_OUT, reason))
                continue
            kept.append(item)
            if row and self.says_the_same(row, item):
                self.tell(plans.line(item, Outcome.UNCHANGED))
            elif row and (reason := touched(row, stored.get(row.object_id))):
                self.tell(plans.line(item, Outcome.KEPT, reason))
            else:
                plan = self.plan(item, album, refused, is_new=row is None)
                if row and row.digest == plans.digest(item) and row.missing == plan.missing:
                    self.tell(plans.line(item, Outcome.UNCHANGED))
                else:
                    wanted.append(Wanted(plan, row))
        if wanted:
            self.put(wanted, album)
        with changes(self.move):
            comments.keep(kept, self.spool, self.move)

    def says_the_same(self, row: Import, item: Item) -> bool:
        """An item that lacks pictures is looked at again wherever pictures can be had."""
        may_be_found = row.missing and self.move.uploads is not None
        return row.digest == plans.digest(item) and not may_be_found

    def plan(self, item: Item, album: Album, refused: Mapping[str, str], *, is_new: bool) -> Plan:
        plan = plans.plan(item, album, refused)
        if item.kind == Kind.POST or not is_new:
            return plan
        slug = words.free(plan.slug, self.taken)
        if slug == plan.slug:
            return plan
        note = f"its address is /{slug}.html, /{plan.slug}.html was taken"
        return replace(plan, slug=slug, notes=(*plan.notes, note))

    def put(self, wanted: list[Wanted], album: Album) -> None:
        """Writes a batch; where the newsroom refuses it, each item by itself but the culprit."""
        found = [one for each in wanted for one in each.plan.found]
        files = [one for each in wanted for one in each.plan.files]
        known = album.known(found) | album.files.known(files)
        try:
            if not self.move.dry_run:
                with changes(self.move):
                    self.write(wanted, album.write(found) | album.files.write(files))
        except REFUSALS as error:
            if len(wanted) == 1:
                reason = " ".join(str(error).split())[:500]
                self.tell(wanted[0].plan.line(Outcome.LEFT_OUT, reason))
            else:
                for one in wanted:
                    self.put([one], album)
        else:
            for line in album.lines(found, known=known) + album.files.lines(files, known=known):
                self.tell(line)
            for one in wanted:
                pinned = self.pins.notes(one.plan, is_new=one.earlier is None)
                self.tell(one.plan.line(one.outcome, *one.plan.notes, *pinned))
            for url in [*(one.url for one in found), *(one.url for one in files)]:
                self.spool.first_time(f"at:{url}")

    def tell(self, line: Line) -> None:
        self.move.report.add(line)

    def write(self, wanted: list[Wanted], rows: Rows) -> None:
        led = links.led((one.plan for one in wanted), self.move)
        earlier = [one.earlier for one in wanted]
        self.create([one for one, row in zip(led, earlier, strict=True) if not row], rows)
        for (plan, unlinked), row in zip(led, earlier, strict=True):
            if row:
                self.revise(plan, row, rows, unlinked=unlinked)

    def create(self, new: list[tuple[Plan, bool]], rows: Rows) -> None:
        pages = [plan.model(slug=plan.slug) for plan, _ in new]
        for (plan, _), page in zip(new, pages, strict=True):
            plan.fill(page, self.terms, rows)
        plans = [plan for plan, _ in new]
        take_in(pages, under=self.parent(plans), at=self.move.at)
        imports = []
        for (plan, unlinked), page in zip(new, pages, strict=True):
            row = self.move.row(plan.kind, plan.item.foreign_id, page.pk)
            imports.append(self.remember(plan, page, row, unlinked=unlinked))
        Import.objects.bulk_create(imports)
        self.lead_on(plans, imports)
        brought = list(zip(plans, pages, strict=True))
        self.pins.place(brought)
        lacking = [page.pk for plan, page in brought if plan.is_unready]
        unready.name(lacking, at=self.move.now())

    def parent(self, new: list[Plan]) -> Page:
        return (ArticleIndex if new and new[0].model is Article else FrontPage).objects.get()

    def revise(self, plan: Plan, row: Import, rows: Rows, *, unlinked: bool) -> None:
        page = plan.model.objects.get(pk=row.object_id)
        plan.fill(page, self.terms, rows)
        self.remember(plan, writing.revise(page), row, unlinked=unlinked).save()
        unready.name([page.pk] if plan.is_unready else [], at=self.move.now())
        self.lead_on([plan], [row])

    def lead_on(self, plans: list[Plan], rows: list[Import]) -> None:
        targets: dict[str, int] = {}
        for plan, row in zip(plans, rows, strict=True):
            for path in plan.paths:
                targets.setdefault(path, row.object_id)
        moving.lead_on(targets)

    def remember(self, plan: Plan, page: Page, row: Import, *, unlinked: bool) -> Import:
        row.digest = plans.digest(plan.item)
        row.revision_id = page.latest_revision_id
        row.state = plan.state
        row.missing = plan.missing
        row.unlinked = unlinked
        row.address = plan.item.link[:2000]
        row.imported_at = self.move.now()
        return row

    def shelve(self) -> None:
        """Uploads that no item has brought."""
        done = 0
        for some in batches(self.spool.attachments(), BATCH):
            with changes(self.move):
                unattached.shelve(some, Album(self.spool, self.move))
            done += len(some)
            self.progress(Stage.SHELVING, done, self.spool.survey.uploads)

    def link_up(self) -> None:
        """Links to what came later in the file, or with a later export."""
        for rows in links.again(self.move):
            with changes(self.move):
                links.mend(rows, self.move)


def stored_pages(rows: Iterable[Import]) -> dict[int, Page]:
    columns = Page.objects.only("pk", "live", "latest_revision_id")
    return {page.pk: page for page in columns.filter(pk__in=[row.object_id for row in rows])}


def touched(row: Import, page: Page | None) -> str:
    """What staff have done to a page since we wrote it; empty for nothing."""
    if page is None:
        return "was deleted here since"
    if page.latest_revision_id != row.revision_id:
        return "was edited here since"
    if row.state == Import.State.LIVE and not page.live:
        return "was withdrawn here since"
    if row.state == Import.State.DRAFT and page.live:
        return "was published here since"
    return ""


def batches(items: Iterator[Anything], size: int) -> Iterator[list[Anything]]:
    while some := list(islice(items, size)):
        yield some
