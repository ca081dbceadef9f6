"""Blocks of words: conversations, courses of events, code, quotations, lists."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from allmende.newsroom.models.blocks.readiness import PictureBlock

TEXT_FEATURES = ["bold", "italic", "link", "document-link", "superscript", "subscript"]


class QuotationBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("quotation"), rows=3)
    speaker = blocks.CharBlock(label=_("speaker"), required=False, max_length=120)
    role = blocks.CharBlock(label=_("who the speaker is"), required=False, max_length=160)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "newsroom/blocks/quotation.html"


class InterviewBlock(blocks.StructBlock):
    """One question and its answer; a conversation is a row of them, with pictures between."""

    question = blocks.TextBlock(label=_("question"), rows=2, max_length=1000)
    answer = blocks.RichTextBlock(label=_("answer"), features=TEXT_FEATURES)

    class Meta:
        icon = "comment"
        label = _("Question and answer")
        template = "newsroom/blocks/interview.html"


class MomentBlock(blocks.StructBlock):
    date = blocks.CharBlock(
        label=_("when"), max_length=60, help_text=_("As readers say it: 1768, 9:40, in spring.")
    )
    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=160)
    text = blocks.RichTextBlock(label=_("text"), features=TEXT_FEATURES, required=False)


class TimelineBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=160)
    moments = blocks.ListBlock(MomentBlock(), label=_("moments"), min_num=1, max_num=60)

    class Meta:
        icon = "time"
        label = _("Timeline")
        template = "newsroom/blocks/timeline.html"


class CodeBlock(blocks.StructBlock):
    """Lines as they are: source code, or anything where spaces count."""

    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=240)
    code = blocks.TextBlock(label=_("code"), rows=8, max_length=20_000, strip=False)

    class Meta:
        icon = "code"
        label = _("Code")
        template = "newsroom/blocks/code.html"


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


class FactBoxBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"), max_length=120)
    text = blocks.RichTextBlock(label=_("text"), features=[*TEXT_FEATURES, "ol", "ul"])

    class Meta:
        icon = "info-circle"
        label = _("Fact box")
        template = "newsroom/blocks/fact_box.html"
