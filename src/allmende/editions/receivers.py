"""What the editions listen to: their own rows, however they change, and articles that go."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
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
    for line in instance.edition_lines.filter(announced=True, edition__public=True):
        arranging.keep_announced(line.edition)
