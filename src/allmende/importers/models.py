"""What came from elsewhere, and what it became here.

Import        one thing of a foreign system; (source, kind, foreign_id) is unique in the database
KeptComment   what a reader wrote under an article there; (source, foreign_id) is unique

An import that runs again finds by it what it brought before, and leaves alone what staff have
changed since: whatever has a newer revision than the one that the import wrote.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
