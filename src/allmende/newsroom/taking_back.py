"""Taking back what was done to many articles, as far as nobody has changed it since."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction

from allmende.newsroom import bin, bulk
from allmende.newsroom.bulk import Deed, Outcome, Reason
from allmende.newsroom.models import Article, BulkChange, SectionPage, Topic
from allmende.people.models import Person

Kind = BulkChange.Kind


def articles_of(change: BulkChange) -> list[Article]:
    return list(Article.objects.filter(pk__in=map(int, change.before)).order_by("pk"))


def deed(change: BulkChange) -> Deed:
    make: dict[str, Callable[[BulkChange], Deed]] = {
        Kind.REFILE: refile_back,
        Kind.TOPIC: topic_back,
        Kind.BIN: out_of_the_bin,
    }
    return make[change.kind](change)


@transaction.atomic
def take_back(change: BulkChange, *, by: Person, at: dt.datetime) -> Outcome:
    """Once: a second time nothing is left to do."""
    fresh = BulkChange.objects.select_for_update().get(pk=change.pk)
    if fresh.taken_back_at:
        return Outcome(staying={Reason.NOTHING: articles_of(fresh)})
    outcome = bulk.perform(deed(fresh), articles_of(fresh), by=by, at=at)
    fresh.taken_back_at = at
    fresh.save(update_fields=["taken_back_at"])
    return outcome


def refile_back(change: BulkChange) -> Deed:
    sections = SectionPage.objects.in_bulk({key for pair in change.before.values() for key in pair})

    def check(article: Article) -> Reason | None:
        known = all(key in sections for key in change.before[str(article.pk)])
        return None if known and article.section_id == change.choice else Reason.SINCE

    def do(article: Article, by: Person) -> Any:
        draft, shown = (sections[key] for key in change.before[str(article.pk)])

        def back(row: Article, to: SectionPage) -> None:
            if row.section_id == change.choice:
                row.section = to

        return bulk.revise(
            article, lambda row: back(row, draft), lambda row: back(row, shown), by=by
        )

    return Deed(bulk.may_change_all, check, do)


def topic_back(change: BulkChange) -> Deed:
    topic = Topic.objects.filter(pk=change.choice or 0).first()

    def check(article: Article) -> Reason | None:
        has = topic is not None and topic in article.topics.all()
        return None if has else Reason.SINCE

    def do(article: Article, by: Person) -> Any:
        draft_had, shown_had = change.before[str(article.pk)]

        def back(row: Article, had: bool) -> None:
            if topic and not had:
                row.topics.remove(topic)

        return bulk.revise(
            article, lambda row: back(row, draft_had), lambda row: back(row, shown_had), by=by
        )

    return Deed(bulk.may_change_all, check, do)


def out_of_the_bin(change: BulkChange) -> Deed:
    return put_back()


def put_back() -> Deed:
    """Out of the bin, live again what was live: so it takes somebody who publishes."""
    return Deed(
        lambda may: (
            may.can_publish() or (may.can_delete() and not may.page.binned.was_live)
            if bin.holds(may.page)
            else may.can_delete()
        ),
        lambda article: None if bin.holds(article) else Reason.NOTHING,
        lambda article, by: bin.put_back(article, by=by),
    )
