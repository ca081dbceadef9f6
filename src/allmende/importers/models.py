"""What came from elsewhere, and what it became here.

Import        one thing of a foreign system; (source, kind, foreign_id) is unique in the database
KeptComment   what a reader wrote under an article there; (source, foreign_id) is unique
SubscriberList   a list of subscribers that the office has handed in, and what became of its lines

An import that runs again finds by it what it brought before, and leaves alone what staff have
changed since: whatever has a newer revision than the one that the import wrote.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from allmende.newsletters.models import Newsletter


class Import(models.Model):
    """`object_id` is our row's key: which table it is in follows from the kind."""

    class Kind(models.TextChoices):
        AUTHOR = "author", _("author")
        SECTION = "category", _("category")  # became a section
        SUBJECT = "subject", _("further category")  # became a topic
        TOPIC = "tag", _("tag")
        ARTICLE = "post", _("post")
        INFO_PAGE = "page", _("page")
        PICTURE = "picture", _("picture")  # its foreign id is the SHA-1 of the file
        FILE = "file", _("file")  # ... likewise

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SCHEDULED = "scheduled", _("scheduled")
        LIVE = "live", _("live")

    source = models.CharField(_("source"), max_length=255)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    foreign_id = models.CharField(_("foreign id"), max_length=255)
    object_id = models.BigIntegerField(_("object"))
    revision_id = models.BigIntegerField(_("revision"), null=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, blank=True)
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    # A digest of the addresses of pictures that could not be had; empty: nothing is missing.
    missing = models.CharField(_("missing pictures"), max_length=64, blank=True)
    # Whether its text holds links to the old site that lead to nothing here yet.
    unlinked = models.BooleanField(_("has links to the old site"), default=False)
    address = models.CharField(_("old address"), max_length=2000, blank=True)
    imported_at = models.DateTimeField(_("imported"))

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "foreign_id"], name="import_once")
        ]
        indexes = [models.Index(fields=["kind", "object_id"], name="import_became")]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.foreign_id}"


class KeptComment(models.Model):
    """A comment that stood publicly on the old site; shown nowhere here.

    What its writer has asked to be forgotten keeps its foreign id alone, so that the next run of
    the import does not bring it back.
    """

    source = models.CharField(_("source"), max_length=255)
    foreign_id = models.CharField(_("foreign id"), max_length=255)
    item = models.CharField(_("foreign id of the post or page"), max_length=255)
    answers = models.CharField(
        _("foreign id of the comment it answers"), max_length=255, blank=True
    )
    name = models.CharField(_("name"), max_length=255, blank=True)
    text = models.TextField(_("text"), blank=True)
    written_at = models.DateTimeField(_("written"), null=True)

    class Meta:
        verbose_name = _("kept comment")
        verbose_name_plural = _("kept comments")
        constraints = [
            models.UniqueConstraint(fields=["source", "foreign_id"], name="kept_comment_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.foreign_id}"


class SubscriberList(models.Model):
    """A table of subscribers, compressed, until it is taken in or given up; its report stays.

    The report names lines and columns, never what stands in them. words, source: what holds for
    lines that do not say it themselves. columns: what each column holds. done: lines dealt with.
    """

    class State(models.TextChoices):
        MAPPING = "mapping", _("columns to be named")
        CHECKING = "checking", _("being looked through")
        CHECKED = "checked", _("looked through, nothing taken in yet")
        LOADING = "loading", _("being taken in")
        DONE = "done", _("taken in")
        GIVEN_UP = "given up", _("given up")

    RUNNING = (State.CHECKING, State.LOADING)

    newsletter = models.ForeignKey(
        Newsletter, on_delete=models.CASCADE, related_name="+", verbose_name=_("newsletter")
    )
    name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField(null=True)
    words = models.TextField(_("what they agreed to"), blank=True)
    source = models.CharField(_("where they agreed"), max_length=200, blank=True)
    columns = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.MAPPING)
    total = models.PositiveIntegerField(_("lines"), default=0)
    done = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    handed_in_at = models.DateTimeField(_("handed in"))
    changed_at = models.DateTimeField(_("last change"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("list of subscribers")
        verbose_name_plural = _("lists of subscribers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["done", "given up"])
                | models.Q(content__isnull=False),
                name="list_has_content_until_it_ends",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["done", "given up"])
                | models.Q(content__isnull=True),
                name="list_forgets_when_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name
