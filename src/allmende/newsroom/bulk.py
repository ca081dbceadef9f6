"""One deed for many articles: first said in numbers, then done, and what stays is named.

An article stays where the person may not act on it, where it is locked or waits for its time,
where readers would miss something, and where the deed would change nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.actions.delete_page import DeletePageAction

from allmende.bakery import orders
from allmende.bakery.ingredients import EVERYTHING
from allmende.bakery.models import BakedPage
from allmende.newsroom import publishing, writing
from allmende.newsroom.models import Article, SectionPage, Topic
from allmende.people.models import Person

# More at once would keep every other writer waiting for too long.
MOST = 100


class Reason(StrEnum):
    """Why an article stays as it is."""

    REFUSED = "refused"
    LOCKED = "locked"
    UNREADY = "unready"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Deed:
    """may: asked of Wagtail's permissions of an article. why_not: a reason that lies in the
    article. do: changes one article, as `by`."""

    may: Callable[[Any], bool]
    why_not: Callable[[Article], Reason | None]
    do: Callable[[Article, Person], object]


@dataclass
class Outcome:
    """What a deed does, or did: to which articles, and how many pages are renewed."""

    articles: list[Article] = field(default_factory=list)
    staying: dict[Reason, list[Article]] = field(default_factory=dict)
    pages: int = 0


def rehearse(deed: Deed, articles: Sequence[Article], *, by: Person) -> Outcome:
    """What `deed` would do. It is done and taken back, so that the numbers are the true ones."""
    said = sort_out(deed, articles, by=by)
    with transaction.atomic():
        done = perform(deed, fresh(said.articles), by=by)
        transaction.set_rollback(True)
    said.pages = done.pages
    return said


@transaction.atomic
def perform(deed: Deed, articles: Sequence[Article], *, by: Person) -> Outcome:
    """Does `deed` to all articles that do not have to stay, or, when one fails, to none."""
    outcome = sort_out(deed, articles, by=by)
    with orders.noting() as names:
        for article in outcome.articles:
            deed.do(article, by)
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

    def change(article: Article) -> None:
        article.section = section

    return Deed(
        may_change_all,
        lambda article: Reason.NOTHING if article.section_id == section.pk else None,
        lambda article, by: revise(article, change, by=by),
    )


def add_topic(topic: Topic) -> Deed:
    def change(article: Article) -> None:
        article.topics.add(topic)

    def check(article: Article) -> Reason | None:
        return Reason.NOTHING if article.topics.filter(pk=topic.pk).exists() else None

    return Deed(may_change_all, check, lambda article, by: revise(article, change, by=by))


def remove() -> Deed:
    """The articles are gone for good; addresses that readers knew answer 410."""
    return Deed(
        lambda may: may.can_delete(),
        lambda article: None,
        lambda article, by: DeletePageAction(article, user=by).execute(skip_permission_checks=True),
    )


def may_change_all(may: Any) -> bool:
    """What is live changes at once, so who changes it must be one who publishes."""
    return bool(may.can_edit() and (may.can_publish() or not may.page.live))


def revise(article: Article, change: Callable[[Article], None], *, by: Person) -> None:
    """Changes the newest draft, and what readers see as well; unpublished changes stay so."""
    draft = article.get_latest_revision_as_object()
    change(draft)
    revision = draft.save_revision(user=by, log_action=True, clean=False)
    if article.live and not article.has_unpublished_changes:
        revision.publish(user=by)
        return
    shown = Article.objects.get(pk=article.pk)
    change(shown)
    shown.save()
    if shown.live:
        publishing.published(shown)
