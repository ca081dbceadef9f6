"""Blocks of an article's body. Each has a template in newsroom/blocks/ named like the block."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.images.blocks import ImageChooserBlock

TEXT_FEATURES = ["bold", "italic", "link", "superscript", "subscript"]
BOXES = {
    "newsletter_box": "newsletter",
    "membership_box": "membership",
    "contribution_box": "contribution",
}


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


class PictureBlock(blocks.StructBlock):
    """A picture with its caption; drafts may lack credit and alternative text."""

    picture = ImageChooserBlock(label=_("picture"))
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=400)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "newsroom/blocks/picture.html"

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        picture = value.get("picture")
        if picture and not self.is_deferred_validation and (words := missing_words(picture)):
            raise StructBlockValidationError({"picture": lacks(picture, words)})
        return value


class QuotationBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("quotation"), rows=3)
    speaker = blocks.CharBlock(label=_("speaker"), required=False, max_length=120)
    role = blocks.CharBlock(label=_("who the speaker is"), required=False, max_length=160)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "newsroom/blocks/quotation.html"


class GalleryBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=160)
    pictures = blocks.ListBlock(PictureBlock(), label=_("pictures"), min_num=2, max_num=40)

    class Meta:
        icon = "copy"
        label = _("Gallery")
        template = "newsroom/blocks/gallery.html"


class ListBlock(blocks.StructBlock):
    items = blocks.ListBlock(
        blocks.RichTextBlock(features=["bold", "italic", "link"]),
        label=_("items"),
        min_num=1,
    )
    ordered = blocks.BooleanBlock(label=_("numbered"), required=False)

    class Meta:
        icon = "list-ul"
        label = _("List")
        template = "newsroom/blocks/list.html"


class TableBlock(blocks.StructBlock):
    """A table; the column headings are header cells, the first column may be too."""

    caption = blocks.CharBlock(label=_("caption"), max_length=240)
    table = TypedTableBlock(
        [
            ("text", blocks.CharBlock(label=pgettext_lazy("cell", "text"), required=False)),
            ("number", blocks.CharBlock(label=pgettext_lazy("cell", "number"), required=False)),
        ],
        label=_("table"),
    )
    row_headers = blocks.BooleanBlock(
        label=_("first column names the row"), required=False, default=True
    )

    class Meta:
        icon = "table"
        label = _("Table")
        template = "newsroom/blocks/table.html"


class FactBoxBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), max_length=120)
    text = blocks.RichTextBlock(label=_("text"), features=[*TEXT_FEATURES, "ol", "ul"])

    class Meta:
        icon = "info-circle"
        label = _("Fact box")
        template = "newsroom/blocks/fact_box.html"


class BoxBlock(blocks.StaticBlock):
    """Marks where a slot's box shall stand instead of where it would place itself."""

    class Meta:
        icon = "form"
        template = "newsroom/blocks/box.html"


class TextBlock(blocks.StreamBlock):
    """What an info page may hold: everything but the boxes that ask."""

    paragraph = blocks.RichTextBlock(
        label=_("Paragraph"), features=TEXT_FEATURES, template="newsroom/blocks/paragraph.html"
    )
    intertitle = blocks.CharBlock(
        label=_("Intertitle"),
        icon="title",
        max_length=255,
        template="newsroom/blocks/intertitle.html",
    )
    quotation = QuotationBlock()
    pull_quote = blocks.TextBlock(
        label=_("Pull quote"),
        icon="openquote",
        rows=2,
        template="newsroom/blocks/pull_quote.html",
    )
    picture = PictureBlock()
    gallery = GalleryBlock()
    list = ListBlock()
    table = TableBlock()
    fact_box = FactBoxBlock()


class BodyBlock(TextBlock):
    """What an article may hold; each box once at the most."""

    newsletter_box = BoxBlock(label=_("Newsletter box"))
    membership_box = BoxBlock(label=_("Membership box"))
    contribution_box = BoxBlock(label=_("Contribution box"))

    class Meta:
        block_counts = {name: {"max_num": 1} for name in BOXES}
