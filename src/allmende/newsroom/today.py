"""What waits at the desk today. Every list is short and costs the same in an archive of any size.

The newest come from an index and end at a limit; what is counted is counted up to `MANY` only.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.models import Revision, TaskState, get_default_page_content_type

from allmende.bakery import failures
from allmende.newsroom import bin, reading, rights, unready
from allmende.newsroom.models import Article, Picture, Unready
from allmende.people.models import Person

SHOWN = 8
MANY = 99
# So many of the newest articles are looked through for what they lack.
LOOKED_THROUGH = 500


@dataclass(frozen=True)
class Some:
    """The first rows of a list and how many there are; `more` when there are more than `count`."""

    rows: Sequence[Any]
    count: int
    more: bool = False


@dataclass(frozen=True)
class Waiting:
    """An article that was submitted and not decided on; `headline` is that of its newest draft."""

    article: Article
    since: dt.datetime
    by: Person | None
    mine: bool


@dataclass(frozen=True)
class Scheduled:
    article: Article
    at: dt.datetime


@dataclass(frozen=True)
class HeldBack:
    """An article whose time has come, as it would go out, and what it lacks."""

    article: Article
    at: dt.datetime
    missing: list[str]


@dataclass(frozen=True)
class Lacking:
    """A live article that shows pictures without a credit."""

    article: Article
    pictures: list[Picture]


@dataclass(frozen=True)
class Rights:
    """Pictures that expired lately or will soon, and the articles that now lack one."""

    expired: Some
    expiring: Some
    lacking: Some


def some(rows: QuerySet, *, shown: int = SHOWN) -> Some:
    """The first rows, and the number of all, counted no further than `MANY`."""
    keys = len(rows.values_list("pk", flat=True)[: MANY + 1])
    return Some(list(rows[:shown]), min(keys, MANY), keys > MANY)


def articles() -> QuerySet[Article]:
    """Articles with what a line of a list says of them, without their bodies."""
    rows = Article.objects.defer_streamfields().select_related("section", "locale")
    return bin.out_of_it(rows)


def to_review(person: Person, *, decides: bool) -> Some:
    """What was submitted: all of it for who decides, otherwise the person's own. What the person
    is to decide comes first, then the longest waiting."""
    states = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        workflow_state__base_content_type=get_default_page_content_type(),
    )
    if not decides:
        states = states.filter(workflow_state__requested_by=person)
    mine = TaskState.objects.reviewable_by(person).filter(pk=OuterRef("pk"))
    # PostgreSQL sorts by no bare constant, which is what is left for who decides on nothing.
    states = states.annotate(mine=Cast(Exists(mine), BooleanField())).order_by(
        "-mine", "started_at"
    )
    found = some(states.select_related("workflow_state__requested_by"))
    rows = articles().in_bulk([int(state.workflow_state.object_id) for state in found.rows])
    waiting = [
        Waiting(rows[key], state.started_at, state.workflow_state.requested_by, state.mine)
        for state in found.rows
        if (key := int(state.workflow_state.object_id)) in rows
    ]
    return Some(waiting, found.count, found.more)


def scheduled() -> Some:
    """What goes live by itself, the next first."""
    revisions = Revision.objects.filter(
        approved_go_live_at__isnull=False, base_content_type=get_default_page_content_type()
    )
    found = some(revisions.defer("content").order_by("approved_go_live_at"))
    rows = articles().in_bulk([int(revision.object_id) for revision in found.rows])
    times = [(rows.get(int(row.object_id)), row.approved_go_live_at) for row in found.rows]
    return Some([Scheduled(a, at) for a, at in times if a], found.count, found.more)


def held_back() -> Some:
    """What should have gone out and lacks something, the longest waiting first."""
    rows = Unready.objects.filter(due_at__isnull=False).select_related("article__section")
    found = some(rows.order_by("due_at"))
    waiting = [
        HeldBack(draft, row.due_at, missing)
        for row in found.rows
        if row.due_at
        for draft, missing in unready.held([row])
    ]
    return Some(waiting, found.count, found.more)


def live_unready() -> Some:
    """What another system brought along unfinished, the newest first."""
    keys = Unready.objects.filter(due_at=None).values("pk")
    rows = articles().filter(live=True, pk__in=keys)
    return some(rows.order_by("-first_published_at"))


def newest() -> list[Article]:
    return list(articles().filter(live=True).order_by("-first_published_at")[:SHOWN])


def drafts_of(person: Person) -> Some:
    """The person's own, last worked on first: never published, or with changes since."""
    mine = articles().filter(owner=person, has_unpublished_changes=True)
    return some(mine.order_by("-latest_revision_created_at"))


def failed_pages(*, shown: int = SHOWN) -> Some:
    """Pages whose last bake failed, the latest first."""
    found = some(failures.failed(), shown=shown)
    return Some(failures.failures(found.rows), found.count, found.more)


def rights_of_pictures(*, at: dt.datetime) -> Rights:
    day = timezone.localdate(at, reading.zone())
    expired = rights.expired(on=day)
    lacking = rights.without_lead_picture(expired).select_related("section")
    return Rights(
        some(expired),
        some(rights.expiring(on=day)),
        some(lacking.order_by("-first_published_at")),
    )


def same_headlines() -> Some:
    """Among the newest live articles of a language, groups whose headlines say the same."""
    newest = Article.objects.filter(live=True).exclude(headline_key="")
    newest = newest.order_by("-first_published_at")
    groups: dict[tuple[str, int], list[int]] = {}
    for key, said, locale in newest.values_list("pk", "headline_key", "locale")[:LOOKED_THROUGH]:
        groups.setdefault((said, locale), []).append(key)
    twice = [keys for keys in groups.values() if len(keys) > 1]
    rows = articles().in_bulk([key for keys in twice[:SHOWN] for key in keys[:SHOWN]])
    shown = [[rows[key] for key in keys if key in rows] for keys in twice[:SHOWN]]
    return Some(shown, min(len(twice), MANY), len(twice) > MANY)


def without_credit() -> Some:
    """Among the newest live articles, those that show a picture without a credit."""
    newest = Article.objects.live().order_by("-first_published_at")
    looked_at = list(newest.values_list("pk", flat=True)[:LOOKED_THROUGH])
    uses = rights.pictures_of(looked_at)
    uncredited = Picture.objects.filter(rights.without_credit(), pk__in=list(uses))
    lacks: dict[int, list[Picture]] = {}
    for picture in uncredited.only("pk", "title", "expires_on"):
        for article in uses[picture.pk]:
            lacks.setdefault(article, []).append(picture)
    keys = [key for key in looked_at if key in lacks]
    rows = articles().in_bulk(keys[:SHOWN])
    shown = [Lacking(rows[key], lacks[key]) for key in keys[:SHOWN] if key in rows]
    return Some(shown, min(len(keys), MANY), len(keys) > MANY)
