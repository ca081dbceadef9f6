"""Announcing an article before it is live: its address then says when it appears."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet

from allmende.bakery import orders
from allmende.bakery.ingredients import PATH, read
from allmende.newsroom.models import Announcement, Article, ArticleAddress

# Who tells readers what is still to come: each gives the keys of articles that it holds up.
_holders: dict[str, Callable[[], QuerySet]] = {}


def hold(name: str, articles: Callable[[], QuerySet]) -> None:
    """Registers a higher app that announces; a name again replaces its keys."""
    _holders[name] = articles


def of(key: int | None) -> Announcement | None:
    """What is announced of the article with this key; None for one that was ever live."""
    read(f"page:{key}")
    rows = Announcement.objects.filter(article=key, article__first_published_at=None)
    return rows.select_related("article__locale").first()


@transaction.atomic
def announce(article: Article, *, appears_at: dt.datetime) -> None:
    """Tells readers that the article comes. Does nothing for one that was ever live."""
    if article.first_published_at is not None:
        return
    ArticleAddress.objects.get_or_create(
        number=article.number, slug=article.slug, defaults={"article": article}
    )
    words = {"headline": article.draft_title or article.title, "appears_at": appears_at}
    known = Announcement.objects.filter(article=article)
    if known.filter(**words).exists():
        return
    Announcement.objects.update_or_create(article=article, defaults=words)
    orders.place(article.ingredient)


@transaction.atomic
def take_back(article: Article) -> None:
    """Nobody shall know of the article any more: its addresses answer as if it never was."""
    if not Announcement.objects.filter(article=article).delete()[0]:
        return
    names = [article.ingredient]
    if article.first_published_at is None:
        addresses = ArticleAddress.objects.filter(article=article)
        names += [PATH + address.path for address in addresses]
        addresses.delete()
    orders.place(*names, urgent=True)


def take_back_untold() -> None:
    """Announcements that nobody holds up any more end."""
    rows = Article.objects.filter(announcement__isnull=False)
    for articles in _holders.values():
        rows = rows.exclude(pk__in=articles())
    for article in rows:
        take_back(article)


def go_live_at(article: Article) -> dt.datetime | None:
    """When it goes live by itself; None where that is not approved, or no longer."""
    scheduled = article.revisions.filter(approved_go_live_at__isnull=False)
    newest = scheduled.order_by("-created_at").values_list("approved_go_live_at", flat=True)
    moment: dt.datetime | None = newest.first()
    return moment


def rescheduled(article: Article) -> None:
    """An article's time was set: what is announced follows it, and its headline too."""
    known = Announcement.objects.filter(article=article).first()
    if known:
        announce(article, appears_at=go_live_at(article) or known.appears_at)
