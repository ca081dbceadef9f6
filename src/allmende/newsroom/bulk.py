"""One deed for many articles: first said in numbers, then done, and what stays is named.

An article stays where the person may not act on it, where it is locked or waits for its time,
where readers would miss something, and where the deed would change nothing. What publishing does
not undo is kept as a `BulkChange`, so that `taking_back` can.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from allmende.bakery import orders
from allmende.bakery.ingredients import EVERYTHING
from allmende.bakery.models import BakedPage
from allmende.newsroom import bin, publishing, writing
from allmende.newsroom.models import Article, BulkChange, SectionPage, Topic
from allmende.people.models import Person

# More at once would keep every other writer waiting for too long.
MOST = 100


class Reason(StrEnum):
    """Why an article stays as it is."""

    REFUSED = "refused"
    LOCKED = "locked"
    UNREADY = "unready"
    NOTHING = "nothing"
    FULL = "full"  # stands in as many listings as it can
    SINCE = "since"  # changed again, so that it cannot be taken back


@dataclass(frozen=True)
class Deed:
    """may: asked of Wagtail's permissions of an article. why_not: a reason that lies in the
    article. do: changes one article, as `by`; what it gives is how that was before, for deeds of a
    `kind` that can be taken back. choice: the key of what was chosen."""

    may: Callable[[Any], bool]
    why_not: Callable[[Article], Reason | None]
    do: Callable[[Article, Person], Any]
    kind: BulkChange.Kind | None = None
    choice: int | None = None


@dataclass
class Outcome:
    """What a deed does, or did: to which articles, and how many pages are renewed; `change` takes
    it back."""

    articles: list[Article] = field(default_factory=list)
    staying: dict[Reason, list[Article]] = field(default_factory=dict)
    pages: int = 0
    change: BulkChange | None = None


def rehearse(deed: Deed, articles: Sequence[Article], *, by: Person, at: dt.datetime) -> Outcome:
    """What `deed` would do. It is done and taken back, so that the numbers are the true ones."""
    said = sort_out(deed, articles, by=by)
    with transaction.atomic():
        done = perform(deed, fresh(said.articles), by=by, at=at)
        transaction.set_rollback(True)
    said.pages = done.pages
    return said


@transaction.atomic
def perform(deed: Deed, articles: Sequence[Article], *, by: Person, at: dt.datetime) -> Outcome:
    """Does `deed` to all articles that do not have to stay, or, when one fails, to none."""
    outcome = sort_out(deed, articles, by=by)
    with orders.noting() as names:
        before = {str(article.pk): deed.do(article, by) for article in outcome.articles}
    if deed.kind and before:
        words = {"kind": deed.kind, "choice": deed.choice, "before": before}
        outcome.change = BulkChange.objects.create(at=at, by=by, **words)
    outcome.pages = renewed(names)
    return outcome


def renewed(names: set[str]) -> int:
    if EVERYTHING in names:
        return BakedPage.objects.count()
    return len(orders.affected(names))


def sort_out(deed: Deed, articles: Sequence[Article], *, by: Person) -> Outcome:
    outcome = Outcome()
    for article in articles:
        reason = why_not(deed, article, by=by)
        if reason is None:
            outcome.articles.append(article)
        else:
            outcome.staying.setdefault(reason, []).append(article)
    return outcome


def why_not(deed: Deed, article: Article, *, by: Person) -> Reason | None:
    permissions = article.permissions_for_user(by)
    if not deed.may(permissions):
        return Reason.REFUSED
    if permissions.page_locked():
        return Reason.LOCKED
    return deed.why_not(article)


def fresh(articles: Sequence[Article]) -> list[Article]:
    rows = Article.objects.in_bulk([article.pk for article in articles])
    return [rows[article.pk] for article in articles if article.pk in rows]


def publish() -> Deed:
    """The newest draft of each goes to readers."""

    def check(article: Article) -> Reason | None:
        if article.live and not article.has_unpublished_changes:
            return Reason.NOTHING
        return None if is_ready(article.get_latest_revision_as_object()) else Reason.UNREADY

    def do(article: Article, by: Person) -> None:
        revision = article.get_latest_revision() or article.save_revision(user=by, clean=False)
        revision.publish(user=by)

    return Deed(lambda may: may.can_publish(), check, do)


def is_ready(draft: Article) -> bool:
    try:
        writing.check_ready(draft)
    except ValidationError:
        return False
    return True


def withdraw() -> Deed:
    """Readers see the articles no longer; their addresses answer 410."""
    return Deed(
        lambda may: may.can_publish(),
        lambda article: None if article.live else Reason.NOTHING,
        lambda article, by: article.unpublish(user=by),
    )


def refile(section: SectionPage) -> Deed:
    """The articles move to a section: what readers see and what is still a draft."""

    def change(article: Article) -> int:
        before = article.section_id
        article.section = section
        return before

    return Deed(
        may_change_all,
        lambda article: Reason.NOTHING if article.section_id == section.pk else None,
        lambda article, by: revise(article, change, change, by=by),
        BulkChange.Kind.REFILE,
        section.pk,
    )


def add_topic(topic: Topic) -> Deed:
    def change(article: Article) -> bool:
        """Gives whether it had the topic before."""
        had = topic in article.topics.all()
        article.topics.add(topic)
        return had

    def check(article: Article) -> Reason | None:
        if article.topics.filter(pk=topic.pk).exists():
            return Reason.NOTHING
        article.topics.add(topic)  # to ask; nothing is saved
        return Reason.FULL if article.listed_too_often() else None

    return Deed(
        may_change_all,
        check,
        lambda article, by: revise(article, change, change, by=by),
        BulkChange.Kind.TOPIC,
        topic.pk,
    )


def remove(*, at: dt.datetime) -> Deed:
    """The articles go into the bin; addresses that readers knew answer 410."""
    return Deed(
        lambda may: may.can_delete(),
        lambda article: Reason.NOTHING if bin.holds(article) else None,
        lambda article, by: bin.put(article, by=by, at=at),
        BulkChange.Kind.BIN,
    )


def may_change_all(may: Any) -> bool:
    """What is live changes at once, so who changes it must be one who publishes."""
    return bool(may.can_edit() and (may.can_publish() or not may.page.live))


def revise(
    article: Article,
    of_draft: Callable[[Article], Any],
    of_shown: Callable[[Article], Any],
    *,
    by: Person,
) -> tuple[Any, Any]:
    """Changes the newest draft, and what readers see as well; unpublished changes stay so. Gives
    what the two changes gave."""
    draft = article.get_latest_revision_as_object()
    before = of_draft(draft)
    revision = draft.save_revision(user=by, log_action=True, clean=False)
    if article.live and not article.has_unpublished_changes:
        revision.publish(user=by)
        return before, before
    shown = Article.objects.get(pk=article.pk)
    shown_before = of_shown(shown)
    shown.save()
    if shown.live:
        publishing.published(shown)
    return before, shown_before
