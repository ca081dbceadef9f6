"""What came from elsewhere, and what it became here.

Import    one thing of a foreign system; (source, kind, foreign_id) is unique in the database

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
    address = models.CharField(_("old address"), max_length=2000, blank=True)
    imported_at = models.DateTimeField(_("imported"))

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "foreign_id"], name="import_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.foreign_id}"
