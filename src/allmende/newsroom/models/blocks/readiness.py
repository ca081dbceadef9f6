"""What must stand beside a picture or a file before readers may see it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock


def missing_words(picture: Any) -> list[str]:
    """What a picture lacks before readers may see it."""
    lacking = []
    if not picture.credit:
        lacking.append(str(_("a credit")))
    if not picture.description:
        lacking.append(str(_("an alternative text")))
    return lacking


def lacks(picture: Any, words: list[str]) -> ValidationError:
    joined = " · ".join(words)
    return ValidationError(
        _("The picture “%(title)s” still needs: %(words)s. Add it in the picture library.")
        % {"title": picture.title, "words": joined}
    )


class CheckedBlock(blocks.StructBlock):
    """A block that drafts may hold unfinished; `faults` are asked before it is published."""

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if not self.is_deferred_validation and (errors := self.faults(value)):
            raise StructBlockValidationError(errors)
        return value

    def faults(self, value: Any) -> dict[str, ValidationError]:
        """What readers would miss, by the name of the field."""
        picture = value.get("picture")
        if picture and (words := missing_words(picture)):
            return {"picture": lacks(picture, words)}
        return {}


class PictureBlock(CheckedBlock):
    """A picture with its caption; drafts may lack credit and alternative text."""

    picture = ImageChooserBlock(label=_("picture"))
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=400)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "newsroom/blocks/picture.html"
