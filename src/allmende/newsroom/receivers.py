"""What the newsroom listens to: publications, withdrawals, and changes of what pages show."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from django_tasks.base import DEFAULT_TASK_PRIORITY
from wagtail.models import Revision
from wagtail.signals import page_published, page_unpublished

from allmende.bakery.ingredients import Traced
from allmende.newsroom import announcing, bin, downloads, publishing, unready
from allmende.newsroom.models import (
    Article,
    ArticleIndex,
    Author,
    DossierPage,
    Download,
    MovedAddress,
    Page,
    Picture,
    SectionPage,
    Topic,
)
from allmende.newsroom.search import index
from allmende.newsroom.signals import taken_in
from allmende.newsroom.tasks import index_renamed, index_rows, prepare_picture
from allmende.paper.models import Paper

JOB = 100  # rows that one background job brings into the indexes
WAITED_FOR = 50  # priority of a job whose result somebody waits for


@receiver(page_published)
def on_published(instance: Page, **kwargs: Any) -> None:
    """Wagtail says "published" as well of what it only scheduled."""
    if isinstance(instance, Article):
        if not kwargs.get("in_bulk"):
            unready.settled(instance)
            bin.taken_out(instance)
        if instance.live:
            publishing.published(instance, indexed_later=kwargs.get("in_bulk", False))
        else:
            announcing.rescheduled(instance)
    elif not isinstance(instance, ArticleIndex):
        publishing.page_changed(instance)
        if isinstance(instance, SectionPage | DossierPage):
            index_renamed.enqueue(instance._meta.label, instance.pk)


@receiver(page_unpublished)
def on_unpublished(instance: Page, **kwargs: Any) -> None:
    if isinstance(instance, Article):
        unready.settled(instance)
        publishing.withdrawn(instance)
    else:
        publishing.page_changed(instance)


@receiver(post_save, sender=Revision)
def on_unscheduled(instance: Revision, update_fields: Any, **kwargs: Any) -> None:
    """Its time was taken from an article: it waits for nothing any more."""
    if set(update_fields or ()) != {"approved_go_live_at"} or instance.approved_go_live_at:
        return
    if issubclass(instance.content_type.model_class() or Page, Article):
        unready.settled(Article(pk=int(instance.object_id)))


@receiver(post_save, sender=Article)
def on_article_saved(instance: Article, update_fields: Any, **kwargs: Any) -> None:
    """Keeping a draft, publishing and withdrawing all end with this: the article then knows its
    newest revision, and whether readers have it. Written in bulk it is never saved."""
    if not kwargs.get("raw") and (update_fields is None or "latest_revision" in update_fields):
        index.put_drafts([instance.pk])


@receiver(pre_delete)
def on_deleting(instance: Any, **kwargs: Any) -> None:
    """Wagtail unpublishes what is deleted, but only the page itself, not one in a branch."""
    if isinstance(instance, Article):
        publishing.deleted(instance)
    elif isinstance(instance, Page) and type(instance) is not Page:
        publishing.page_changed(instance)


@receiver(post_save, sender=Author)
@receiver(post_save, sender=MovedAddress)
@receiver(post_delete, sender=MovedAddress)
@receiver(post_save, sender=Topic)
@receiver(post_save, sender=Picture)
@receiver(post_save, sender=Download)
@receiver(post_delete, sender=Author)
@receiver(post_delete, sender=Topic)
@receiver(post_delete, sender=Picture)
@receiver(post_delete, sender=Download)
def on_row_changed(instance: Any, **kwargs: Any) -> None:
    publishing.changed(instance)


@receiver(post_save, sender=Author)
@receiver(post_save, sender=Topic)
def on_name_saved(instance: Author | Topic, created: bool, **kwargs: Any) -> None:
    """Articles are found by their authors and topics; a new one has none yet."""
    if not created:
        index_renamed.enqueue(instance._meta.label, instance.pk)


@receiver(post_save, sender=Picture)
def on_picture_saved(instance: Picture, **kwargs: Any) -> None:
    """What a person uploads goes before what came with a thousand others."""
    priority = WAITED_FOR if instance.uploaded_by_user_id else DEFAULT_TASK_PRIORITY
    prepare_picture.using(priority=priority).enqueue(instance.pk)


@receiver(post_delete, sender=Download)
def on_download_deleted(instance: Download, **kwargs: Any) -> None:
    """Its public copy goes when the deletion is sure."""
    transaction.on_commit(partial(downloads.take_away, instance))


@receiver(taken_in)
def on_taken_in(sender: type[Model], keys: list[int], **kwargs: Any) -> None:
    """Stands in for the `post_save` that rows written in bulk do not have."""
    for start in range(0, len(keys), JOB):
        index_rows.enqueue(sender._meta.label, keys[start : start + JOB])
    if issubclass(sender, Picture) and kwargs["shown"]:
        for key in keys:
            prepare_picture.enqueue(key)
    if issubclass(sender, Traced) and not issubclass(sender, Page):
        publishing.many_changed(sender, keys)


@receiver(post_save, sender=Paper)
def on_paper_saved(instance: Paper, **kwargs: Any) -> None:
    publishing.paper_changed()
