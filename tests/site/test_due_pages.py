"""Scheduled articles go live, expired ones go, each once and with its bake order."""

import datetime as dt

import pytest
from django.utils import timezone

from allmende.bakery.models import BakeOrder
from allmende.newsroom.models import Article
from allmende.site import due_pages
from tests.factories import newsroom as make

pytestmark = pytest.mark.django_db


def shift(article: Article, **times: dt.datetime) -> None:
    Article.objects.filter(pk=article.pk).update(**times)


def test_a_scheduled_article_goes_live_at_its_time():
    article = make.article()
    now = timezone.now()
    article.live = False
    article.go_live_at = now + dt.timedelta(hours=1)
    article.save()
    article.save_revision().publish()
    BakeOrder.objects.all().delete()
    assert due_pages.publish_due(at=now) == 0
    revision = article.scheduled_revision
    content = {**revision.content, "go_live_at": (now - dt.timedelta(minutes=1)).isoformat()}
    type(revision).objects.filter(pk=revision.pk).update(
        content=content, approved_go_live_at=now - dt.timedelta(minutes=1)
    )
    assert due_pages.publish_due(at=now) == 1
    article.refresh_from_db()
    assert article.live
    assert BakeOrder.objects.exists()
    assert due_pages.publish_due(at=now) == 0


def test_an_expired_article_is_withdrawn_once():
    article = make.article()
    BakeOrder.objects.all().delete()
    now = timezone.now()
    shift(article, expire_at=now)
    assert due_pages.publish_due(at=now - dt.timedelta(seconds=1)) == 0
    assert due_pages.publish_due(at=now) == 1
    article.refresh_from_db()
    assert (article.live, article.expired) == (False, True)
    assert BakeOrder.objects.exists()
    assert due_pages.publish_due(at=now) == 0


def test_a_page_that_fails_does_not_keep_the_others(monkeypatch):
    first, second = make.article(), make.article()
    now = timezone.now()
    for article in (first, second):
        shift(article, expire_at=now)
    refuse = Article.unpublish

    def unpublish(self, *args, **kwargs):
        if self.pk == first.pk:
            raise RuntimeError("jammed")
        return refuse(self, *args, **kwargs)

    monkeypatch.setattr(Article, "unpublish", unpublish)
    assert due_pages.publish_due(at=now) == 1
    assert Article.objects.get(pk=first.pk).live
    assert not Article.objects.get(pk=second.pk).live
