"""An article's body as readers get it: blocks in order, boxes in their places, footnotes below."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from wagtail.rich_text import expand_db_html

from allmende.newsroom import slots
from allmende.newsroom.models import Article
from allmende.newsroom.models.blocks import BOXES
from allmende.newsroom.ticker_pages import Shown

# An editor writes a footnote where it belongs: "… said so ((Minutes of 3 May, page 4)) …".
FOOTNOTE = re.compile(r"\s*\(\(((?:(?!\(\(|\)\)).)+)\)\)", re.DOTALL)
# Blocks after which a box may stand: never between an intertitle and its text, and not where a
# separator has already made a pause.
PAUSES = {
    "paragraph", "list", "quotation", "table", "interview", "timeline", "plot", "code", "audio",
    "video", "external_video", "download",
}  # fmt: skip


@dataclass
class Part:
    """A block of the body, or the boxes that stand between two, or the article's ticker."""

    block: Any = None
    live: Shown | None = None
    boxes: SafeString = field(default_factory=SafeString)


@dataclass
class Footnotes:
    """The footnotes met so far while the body is rendered, in order."""

    notes: list[SafeString] = field(default_factory=list)

    def expand(self, source: str) -> SafeString:
        """Rich text as HTML, each footnote replaced by a numbered link."""
        html = expand_db_html(source)
        # The pattern stops at every space of a text.
        return SafeString(FOOTNOTE.sub(self._take, html) if "((" in html else html)

    def _take(self, match: re.Match[str]) -> str:
        # The text was sanitised as rich text; it may hold emphasis and links.
        self.notes.append(SafeString(match[1].strip()))
        return format_html(
            '<sup class="footnote-mark"><a href="#fn-{n}" id="fnref-{n}" role="doc-noteref">'
            "{n}</a></sup>",
            n=len(self.notes),
        )


def words(block: Any) -> int:
    """About how much text a block holds, to find the third of an article."""
    return len(strip_tags(str(block.block.get_prep_value(block.value))).split())


def compose(article: Article, *, live: Shown | None = None) -> list[Part]:
    """The body in order with its boxes: those placed by the editor where they were placed, the
    others by themselves at a third and at the end; each key once at the most. A ticker follows
    what was written."""
    blocks = list(article.body)
    placed = {BOXES[block.block_type] for block in blocks if block.block_type in BOXES}
    on = article.boxes_on()
    parts = [place(block, article, on) for block in blocks]
    by_itself = on - placed
    third = slots.render("article.third", article, only=by_itself)
    if third:
        parts.insert(after_a_third(blocks), Part(boxes=third))
    if live:
        parts.append(Part(live=live))
    at_third = {box.key for box in slots.boxes("article.third")}
    end = slots.render("article.end", article, only=by_itself - at_third)
    if end:
        parts.append(Part(boxes=end))
    return parts


def place(block: Any, article: Article, on: set[str]) -> Part:
    key = BOXES.get(block.block_type)
    if key is None:
        return Part(block=block)
    if key not in on:
        return Part()
    here = slots.render("article.third", article, only={key})
    return Part(boxes=here or slots.render("article.end", article, only={key}))


def after_a_third(blocks: list[Any]) -> int:
    """Index to insert at: after the pause nearest to a third of the words, never at the end."""
    counts = [words(block) for block in blocks]
    third, seen, best = sum(counts) / 3, 0, (float("inf"), len(blocks))
    for index, block in enumerate(blocks[:-1], 1):
        seen += counts[index - 1]
        follows = blocks[index].block_type
        if block.block_type in PAUSES and follows not in BOXES:
            best = min(best, (abs(seen - third), index))
    return best[1]
