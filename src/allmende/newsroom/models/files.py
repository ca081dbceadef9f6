"""Pictures and documents: files with the words that must go with them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition

from allmende.bakery.ingredients import Traced


class Picture(Traced, AbstractImage):
    """A picture of the library. `description` is the alternative text."""

    credit = models.CharField(_("credit"), max_length=160, blank=True)
    licence = models.CharField(
        _("licence"),
        max_length=120,
        blank=True,
        help_text=_("Under which terms we may show it."),
    )
    expires_on = models.DateField(
        _("may be shown until"),
        null=True,
        blank=True,
        help_text=_("Empty: without limit."),
    )

    trace = "picture"
    admin_form_fields = (
        "title",
        "file",
        "description",
        "credit",
        "licence",
        "expires_on",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")


class Rendition(AbstractRendition):
    """One size and format of a picture, made once."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = [("image", "filter_spec", "focal_point_key")]


class Download(AbstractDocument):
    """A file for download."""

    licence = models.CharField(_("licence"), max_length=120, blank=True)

    admin_form_fields = ("title", "file", "licence", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
