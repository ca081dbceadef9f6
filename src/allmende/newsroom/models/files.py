"""Pictures and documents: files with the words that must go with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition

from allmende.bakery.ingredients import Traced, read
from allmende.paper.models import Paper

# A page that shows a picture of limited time names the picture's last day: "last-day:2026-11-23".
LAST_DAY = "last-day:"
# Pixels of the shorter side that all sizes can be made of; the widest is 1440.
ENOUGH = 1440


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
        indexes = [models.Index(fields=["expires_on"], name="picture_expiry")]

    @property
    def shown(self) -> bool:
        """Whether readers may see it today, in the paper's time zone.

        While they may, whoever asks is renewed after its last day; afterwards the picture's own
        change, a longer term among them, renews them.
        """
        if self.expires_on is None:
            return True
        if timezone.localdate(timezone=Paper.load().time_zone_info) > self.expires_on:
            return False
        read(f"{LAST_DAY}{self.expires_on}")
        return True

    _copy: bytes | None = None

    def create_renditions(self, *filters: Any) -> dict[Any, Any]:
        """Many sizes from a smaller copy: a camera's 24 megapixels, decoded for each of them, would
        take ten seconds, and a publish may wait for them."""
        # A focal point is told in pixels of the original.
        if len(filters) > 1 and not self.has_focal_point():
            with self.open_file() as file:
                self._copy = smaller(file)
        try:
            return super().create_renditions(*filters)
        finally:
            self._copy = None

    @contextmanager
    def open_file(self) -> Iterator[IO[bytes]]:
        if self._copy is not None:
            yield BytesIO(self._copy)
            return
        with super().open_file() as file:
            yield file


def smaller(file: IO[bytes]) -> bytes | None:
    """A copy just large enough, upright; None where that would gain nothing."""
    image: Image.Image = Image.open(file)
    if image.format != "JPEG" or image.mode != "RGB" or min(image.size) < 1.25 * ENOUGH:
        return None
    profile = image.info.get("icc_profile")
    image.draft("RGB", (ENOUGH, ENOUGH))
    image = ImageOps.exif_transpose(image)
    scale = ENOUGH / min(image.size)
    image.thumbnail((round(image.width * scale), round(image.height * scale)), reducing_gap=2.0)
    copy = BytesIO()
    image.save(copy, "JPEG", quality=95, subsampling=0, icc_profile=profile)
    return copy.getvalue()


class Rendition(AbstractRendition):
    """One size and format of a picture, made once."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = [("image", "filter_spec", "focal_point_key")]


class Download(Traced, AbstractDocument):
    """A file of the library: a document for download, a recording, captions."""

    licence = models.CharField(_("licence"), max_length=120, blank=True)

    trace = "download"
    admin_form_fields = ("title", "file", "licence", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The form writes hash and size down; whoever makes a row by code need not."""
        if self.file and not self.file_hash:
            self._set_document_file_metadata()
            if self.file._committed:  # Wagtail leaves it open
                self.file.close()
        super().save(*args, **kwargs)
