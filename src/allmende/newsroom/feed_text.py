"""An article as it stands in other people's readers: plain HTML that needs nothing of ours."""

import re
from functools import partial
from urllib.parse import urljoin

import nh3
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from allmende.newsroom import body, ticker_pages
from allmende.newsroom.models import Article
from allmende.newsroom.models.blocks import BOXES

# What asks stays on our pages; what repeats the text around it would interrupt.
LEFT_OUT = {*BOXES, "pull_quote"}
TAGS = {
    *("a", "abbr", "b", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s", "samp"),
    *("small", "span", "strong", "sub", "sup", "time", "u", "var"),
    *("blockquote", "br", "dd", "details", "dl", "dt", "figcaption", "figure", "h2", "h3", "h4"),
    *("hr", "li", "ol", "p", "pre", "summary", "ul"),
    *("audio", "img", "source", "video"),
    *("caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
}
ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "hreflang"},
    "audio": {"controls", "preload", "src"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"reversed", "start"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "video": {"controls", "height", "poster", "preload", "src", "width"},
}
# Their content goes with them: words on a button are no part of the story.
WITHOUT_CONTENT = {"button", "form", "iframe", "script", "select", "style", "svg", "textarea"}
ADDRESSES = {"href", "poster", "src"}
# The sizes of a <picture>; its <img> alone is understood everywhere.
SIZES = re.compile(r"<source\b[^>]*\bsrcset=[^>]*>")
# XML 1.0 (2.2) has no way to write them.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def full_text(article: Article) -> str:
    """Lead picture, lead, body with footnotes, ticker, corrections; every address absolute.

    A ticker that runs is a link alone: an entry must be with its readers in seconds, and each
    would renew all feeds that the article stands in.
    """
    ticker = ticker_pages.of(article)
    blocks = [block for block in article.body if block.block_type not in LEFT_OUT]
    context = {
        "article": article,
        "parts": [body.Part(block=block) for block in blocks],
        "footnotes": body.Footnotes(),
        "ticker": ticker,
        "live": ticker_pages.on_article(article) if ticker and not ticker.running else None,
    }
    with translation.override(article.language.split("-")[0]):
        html = render_to_string("newsroom/feed_entry.html", context)
    return safe(html, page=settings.PAPER_URL + article.url)


def safe(html: str, *, page: str) -> str:
    """HTML for a stranger's page; `page` is the absolute address that it comes from."""
    cleaned = nh3.clean(
        SIZES.sub("", html),
        tags=TAGS,
        attributes=ATTRIBUTES,
        clean_content_tags=WITHOUT_CONTENT,
        attribute_filter=partial(absolute, page),
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel"},
    )
    return writable(re.sub(r"\n\s*", "\n", cleaned).strip())


def absolute(page: str, tag: str, name: str, value: str) -> str | None:
    """An attribute's value as it holds away from our pages; None leaves the attribute out."""
    if name not in ADDRESSES:
        return value
    try:  # also "#fn-1": footnotes of several articles stand on one page there
        return urljoin(page, value)
    except ValueError:  # no address at all, as in "http://["
        return None


def writable(text: str) -> str:
    return UNWRITABLE.sub("", text)
