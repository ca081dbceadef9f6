"""Blocks of an article's body. Each has a template in newsroom/blocks/ named like the block.

telling      words: quotation, interview, timeline, code, list, fact box, gallery
recordings   files: download, audio, video, and a video on another site
figures      table, plot             numbers   what a cell of a table says
readiness    what must be there before publication
"""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from allmende.newsroom.models.blocks.figures import PlotBlock, TableBlock
from allmende.newsroom.models.blocks.readiness import PictureBlock, lacks, missing_words
from allmende.newsroom.models.blocks.recordings import (
    AudioBlock,
    DownloadBlock,
    ExternalVideoBlock,
    VideoBlock,
)
from allmende.newsroom.models.blocks.telling import (
    TEXT_FEATURES,
    CodeBlock,
    FactBoxBlock,
    GalleryBlock,
    InterviewBlock,
    ListBlock,
    QuotationBlock,
    TimelineBlock,
)

__all__ = ["BOXES", "BodyBlock", "BoxBlock", "TextBlock", "lacks", "missing_words"]

BOXES = {
    "newsletter_box": "newsletter",
    "membership_box": "membership",
    "contribution_box": "contribution",
}
MEDIA, FIGURES = _("Pictures, sound and film"), _("Numbers and facts")


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
    interview = InterviewBlock()
    list = ListBlock()
    separator = blocks.StaticBlock(
        label=_("Separator"),
        icon="minus",
        admin_text=_("A pause between two parts that need no intertitle."),
        template="newsroom/blocks/separator.html",
    )
    picture = PictureBlock(group=MEDIA)
    gallery = GalleryBlock(group=MEDIA)
    audio = AudioBlock(group=MEDIA)
    video = VideoBlock(group=MEDIA)
    external_video = ExternalVideoBlock(group=MEDIA)
    table = TableBlock(group=FIGURES)
    plot = PlotBlock(group=FIGURES)
    timeline = TimelineBlock(group=FIGURES)
    fact_box = FactBoxBlock(group=FIGURES)
    download = DownloadBlock(group=FIGURES)
    code = CodeBlock(group=FIGURES)


class BodyBlock(TextBlock):
    """What an article may hold; each box once at the most."""

    newsletter_box = BoxBlock(label=_("Newsletter box"))
    membership_box = BoxBlock(label=_("Membership box"))
    contribution_box = BoxBlock(label=_("Contribution box"))

    class Meta:
        block_counts = {name: {"max_num": 1} for name in BOXES}
