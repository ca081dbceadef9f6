"""Many pages at once, as another system brings them along.

The rows are those that writing and publishing each page would leave, but written in a few
statements for all: one by one a page takes some 140. What Wagtail keeps in its indexes follows in
the background, as it does for a single page.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Cast
from modelcluster.models import get_all_child_m2m_relations, get_all_child_relations
from wagtail.models import Locale, PageLogEntry, Revision
from wagtail.signals import page_published, published

from allmende.newsroom import publishing
from allmende.newsroom.models import Article, Author, Counter, InfoPage, Page, Topic
from allmende.newsroom.signals import taken_in


@transaction.atomic
def take_in(pages: Sequence[Page], *, under: Page, at: datetime) -> None:
    """Hangs new pages of one type `under` a page, in their order, each with a first revision.

    A page that is `live` was published at its `first_published_at`; one with a later `go_live_at`
    than `at` is scheduled; any other is a draft. Raises ValidationError for a field that is too
    long and for an address that is taken.
    """
    if not pages:
        return
    parent = Page.objects.select_for_update().get(pk=under.pk)
    for page in pages:
        prepare(page, at=at)
    hang(pages, parent)
    check(pages)
    write(pages, parent)
    write_children(pages)
    revisions = remember(pages, at=at)
    entries: list[PageLogEntry] = []
    for page, revision in zip(pages, revisions, strict=True):
        entries += log_entries(page, revision, at=at)
    PageLogEntry.objects.bulk_create(entries)
    for page, revision in zip(pages, revisions, strict=True):
        if page.live:
            page_published.send(type(page), instance=page, revision=revision, in_bulk=True)
            published.send(type(page), instance=page, revision=revision)
    taken_in.send(type(pages[0]), keys=[page.pk for page in pages])


@transaction.atomic
def take_in_rows(rows: Sequence[Author] | Sequence[Topic]) -> None:
    """Writes new authors or topics. Raises IntegrityError when a name or an address is taken."""
    if rows:
        model: type[models.Model] = type(rows[0])
        model._default_manager.bulk_create(rows, batch_size=500)
        taken_in.send(model, keys=[row.pk for row in rows])


@transaction.atomic
def rewrite(pages: Sequence[Article | InfoPage]) -> None:
    """Keeps the bodies of pages in place of those that their latest revisions hold: for what no
    reader or editor would call a change. Searching finds the same words as before."""
    for page in pages:
        model = type(page)
        model._default_manager.filter(pk=page.pk).update(body=page.body)
        revision = Revision.objects.get(pk=page.latest_revision_id)
        revision.content["body"] = model.body.field.value_to_string(page)
        revision.save(update_fields=["content"])
    publishing.order(*(page.ingredient for page in pages))
    for model in {type(page) for page in pages}:
        taken_in.send(model, keys=[page.pk for page in pages if type(page) is model])


def prepare(page: Page, *, at: datetime) -> None:
    page.draft_title = page.title
    if isinstance(page, Article):
        page.note_headline()
    page.latest_revision_created_at = at
    page.last_published_at = at if page.live else None
    page.has_unpublished_changes = not page.live
    for name in children_of(type(page)):  # asked before it has a key, it does not ask the database
        getattr(page, name).get_object_list()


def children_of(model: type[Page]) -> list[str]:
    relations = [relation.get_accessor_name() for relation in get_all_child_relations(model)]
    return relations + [field.name for field in get_all_child_m2m_relations(model)]


def hang(pages: Sequence[Page], parent: Page) -> None:
    """Gives the pages their places behind the last child, and articles their numbers."""
    locale = Locale.get_default()
    last = parent.get_last_child()
    for page in pages:
        page.depth = parent.depth + 1
        page.path = last._inc_path() if last else Page._get_path(parent.path, page.depth, 1)
        page.set_url_path(parent)
        page._cached_parent_obj = parent
        if page.locale_id is None:
            page.locale = locale
        last = page
    unnumbered = [page for page in pages if isinstance(page, Article) and page.number is None]
    if unnumbered:
        first = Counter.take_many({"article": len(unnumbered)})["article"]
        for number, article in enumerate(unnumbered, first):
            article.number = number


def check(pages: Sequence[Page]) -> None:
    keys = [field.name for field in pages[0]._meta.concrete_fields if field.is_relation]
    for page in pages:
        page.clean_fields(exclude=keys)
        page.clean()
    slugs = [page.slug for page in pages]
    if len(set(slugs)) < len(slugs) and not isinstance(pages[0], Article):
        raise ValidationError({"slug": "Two of these pages have the same address."})


def write(pages: Sequence[Page], parent: Page) -> None:
    """The rows of the common table in one statement, then each page's own."""
    names = [field.attname for field in Page._meta.concrete_fields]
    rows = [Page(**{name: getattr(page, name) for name in names}) for page in pages]
    Page.objects.bulk_create(rows)
    children = models.F("numchild") + len(pages)
    Page.objects.filter(pk=parent.pk).update(numchild=children)
    for page, row in zip(pages, rows, strict=True):
        page.id = page.page_ptr_id = row.pk
        page.save_base(raw=True, force_insert=True)


def write_children(pages: Sequence[Page]) -> None:
    model = type(pages[0])
    for relation in get_all_child_relations(model):
        rows = [row for page in pages for row in owned(page, relation)]
        relation.related_model._default_manager.bulk_create(rows)
    for field in get_all_child_m2m_relations(model):
        through = field.remote_field.through
        ours, theirs = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
        through._default_manager.bulk_create(
            through(**{ours: page.pk, theirs: other.pk})
            for page in pages
            for other in getattr(page, field.name).all()
        )


def owned(page: Page, relation: models.ManyToOneRel) -> Iterable[models.Model]:
    for row in getattr(page, relation.get_accessor_name()).all():
        setattr(row, relation.field.attname, page.pk)
        yield row


def remember(pages: Sequence[Page], *, at: datetime) -> list[Revision]:
    """A first revision of each page; the approved one waits for its time."""
    revisions = [
        Revision(
            content_type=page.get_content_type(),
            base_content_type=page.get_base_content_type(),
            object_id=str(page.pk),
            object_str=str(page),
            created_at=at,
            content=page.serializable_data(),
            approved_go_live_at=page.go_live_at if is_scheduled(page, at=at) else None,
        )
        for page in pages
    ]
    Revision.objects.bulk_create(revisions)
    for page, revision in zip(pages, revisions, strict=True):
        page.latest_revision = revision
        page.live_revision = revision if page.live else None
    rows = Page.objects.filter(pk__in=[page.pk for page in pages])
    newest = Revision.objects.filter(
        base_content_type=revisions[0].base_content_type,
        object_id=Cast(models.OuterRef("pk"), models.CharField()),
    )
    rows.update(latest_revision_id=models.Subquery(newest.order_by("-pk").values("pk")[:1]))
    rows.filter(live=True).update(live_revision_id=models.F("latest_revision_id"))
    return revisions


def is_scheduled(page: Page, *, at: datetime) -> bool:
    return not page.live and page.go_live_at is not None and page.go_live_at > at


def log_entries(page: Page, revision: Revision, *, at: datetime) -> list[PageLogEntry]:
    """What the page's history says of its coming into being."""

    def entry(action: str, revision: Revision | None, data: dict | None = None) -> PageLogEntry:
        return PageLogEntry(
            action=action,
            page_id=page.pk,
            content_type=page.get_content_type(),
            label=page.get_admin_display_title(),
            timestamp=at,
            revision=revision,
            content_changed=True,
            data=data or {},
        )

    created = entry("wagtail.create", None)
    if page.live:
        return [created, entry("wagtail.publish", revision)]
    if not is_scheduled(page, at=at):
        return [created]
    told = {
        "id": revision.pk,
        "created": revision.created_at,
        "go_live_at": page.go_live_at,
        "has_live_version": False,
    }
    return [created, entry("wagtail.publish.schedule", revision, {"revision": told})]
