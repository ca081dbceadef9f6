"""What the editions listen to: their own rows, however they change, and articles that go."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Revision
from wagtail.signals import page_published

from allmende.bakery import orders
from allmende.editions import arranging
from allmende.editions.models import Edition, Line
from allmende.newsroom.models import Article


@receiver(post_save, sender=Edition)
@receiver(post_delete, sender=Edition)
def on_edition_changed(instance: Edition, **kwargs: Any) -> None:
    arranging.changed(instance)


@receiver(post_delete, sender=Line)
def on_line_deleted(instance: Line, **kwargs: Any) -> None:
    """An article that is deleted takes its lines along."""
    orders.place(f"{Edition.trace}:{instance.edition_id}")


@receiver(page_published, sender=Article)
def on_scheduled(instance: Article, **kwargs: Any) -> None:
    """An article was given its time: what is announced of it may follow. One that came in with
    many others a moment ago stands in no edition yet."""
    if kwargs.get("in_bulk"):
        return
    keep_in_step(instance)


@receiver(post_save, sender=Revision)
def on_unscheduled(instance: Revision, update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    """Its time was taken from an article, of which no page is published: what is announced of it
    appears on the edition's morning again."""
    if set(update_fields or ()) != {"approved_go_live_at"} or instance.approved_go_live_at:
        return
    article = Article.objects.filter(pk=instance.object_id).first()
    if article:
        keep_in_step(article)


def keep_in_step(article: Article) -> None:
    for line in article.edition_lines.filter(announced=True, edition__public=True):
        arranging.keep_announced(line.edition)
