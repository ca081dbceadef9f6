"""The bin: articles that were deleted together, until their last day.

What lies there is not live, and stands in no list of the desk but its own.
Whoever publishes one takes it out.
"""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from wagtail.actions.delete_page import DeletePageAction

from allmende.newsroom.models import Article, BinnedArticle, BulkChange
from allmende.people.models import Person

KEPT = dt.timedelta(days=30)
A_NIGHT = 1_000  # articles that are deleted for good at once


def holds(article: Article) -> bool:
    return BinnedArticle.objects.filter(pk=article.pk).exists()


def out_of_it(articles: QuerySet[Article]) -> QuerySet[Article]:
    return articles.filter(binned__isnull=True)


@transaction.atomic
def put(article: Article, *, by: Person | None, at: dt.datetime) -> None:
    """Takes an article from readers and into the bin. What is scheduled is locked: first its time
    is taken from it."""
    BinnedArticle.objects.create(
        article=article,
        at=at,
        was_live=article.live,
        live_revision_id=article.live_revision_id,
    )
    if article.live:
        article.unpublish(user=by)


@transaction.atomic
def put_back(article: Article, *, by: Person | None) -> None:
    """As it was: live in the words that readers had, or a draft."""
    row = BinnedArticle.objects.select_related("live_revision").get(pk=article.pk)
    row.delete()
    if row.was_live:
        live = row.live_revision or article.save_revision(user=by, clean=False)
        live.publish(user=by)


def taken_out(article: Article) -> None:
    """It was published."""
    BinnedArticle.objects.filter(pk=article.pk).delete()


def empty(*, at: dt.datetime) -> None:
    """Deletes for good what has lain there long enough, and forgets what can be taken back."""
    rows = BinnedArticle.objects.filter(at__lte=at - KEPT).order_by("at")
    for pk in list(rows.values_list("pk", flat=True)[:A_NIGHT]):
        with transaction.atomic():
            article = Article.objects.filter(pk=pk).first()
            if article and BinnedArticle.objects.select_for_update().filter(pk=pk).exists():
                DeletePageAction(article).execute(skip_permission_checks=True)
    BulkChange.objects.filter(at__lte=at - KEPT).delete()
