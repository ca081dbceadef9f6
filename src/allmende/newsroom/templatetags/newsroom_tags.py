"""What newsroom templates ask for."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError

from allmende.bakery.ingredients import once
from allmende.newsroom import (
    body,
    downloads,
    live_blog,
    pictures,
    plots,
    reading,
    slots,
    ticker_pages,
)
from allmende.newsroom.models import Article, Download, Picture, SectionPage, TickerEntry

register = template.Library()


class Kept(template.Node):
    """A block that is the same on all pages of a lot for which the given values are the same."""

    def __init__(self, name: str, values: list[FilterExpression], nodes: NodeList) -> None:
        self.name, self.values, self.nodelist = name, values, nodes

    def render(self, context: template.Context) -> SafeString:
        values = (value.resolve(context) for value in self.values)
        key = ("kept", self.name, get_language(), *values)
        return once(key, partial(self.nodelist.render, context))


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """{% kept "menu" language section.pk %}…{% endkept %}: written once for a lot that is baked
    together. Inside stands nothing but what the paper gives and what is named."""
    _tag, name, *words = token.split_contents()
    nodes = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(name, [parser.compile_filter(word) for word in words], nodes)


@register.inclusion_tag("newsroom/responsive.html")
def responsive(picture: Picture | None, use: str, eager: bool = False) -> dict[str, Any]:
    """<picture> in AVIF, WebP and JPEG; nothing where the file is missing or its time is over."""
    if picture is None or not picture.shown:
        return {}
    try:
        return {"image": pictures.responsive(picture, use), "eager": eager}
    except (SourceImageIOError, InvalidFilterSpecError):
        return {}


@register.inclusion_tag("newsroom/body.html", takes_context=True)
def article_body(context: dict[str, Any], article: Article) -> dict[str, Any]:
    return {
        "parts": body.compose(article, live=context.get("live")),
        "quiet": context.get("quiet"),
        "footnotes": body.Footnotes(),
        "article": article,
        "request": context.get("request"),
    }


@register.inclusion_tag("newsroom/body.html")
def text_body(stream: Any) -> dict[str, Any]:
    """The body of an info page: blocks and footnotes, no boxes."""
    return {"parts": [body.Part(block=block) for block in stream], "footnotes": body.Footnotes()}


@register.simple_tag(takes_context=True)
def rich_text(context: dict[str, Any], value: Any) -> SafeString:
    """Rich text of a block, its footnotes collected for the end of the article."""
    notes = context.get("footnotes") or body.Footnotes()
    return notes.expand(value.source)


@register.simple_tag
def menu_of_sections() -> list[SectionPage]:
    """For pages of apps that do not know the newsroom. With it they have read who the paper is."""
    reading.paper()
    return reading.sections()


@register.simple_tag
def slot(name: str, article: Article | None = None) -> SafeString:
    return slots.render(name, article)


@register.filter
def shown(entries: Iterable[Any]) -> list[Any]:
    """Those entries of a gallery whose picture readers may see."""
    return [entry for entry in entries if entry["picture"] and entry["picture"].shown]


@register.filter
def absolute(address: str) -> str:
    return settings.PAPER_URL + address


@register.simple_tag
def public_file(document: Download | None) -> downloads.PublicFile | None:
    """The file where readers get it; None where it is missing."""
    return downloads.publish(document) if document else None


@register.simple_tag
def poster(picture: Picture | None) -> pictures.Poster | None:
    return pictures.poster(picture) if picture and picture.shown else None


@register.simple_tag
def plot(value: Any) -> plots.Plot | None:
    """A table as shapes of an SVG; None where there is nothing to draw."""
    return plots.draw(value["table"], value["kind"])


@register.simple_tag
def entry_url(article: Article, entry: TickerEntry) -> str:
    """An entry's own address, which it keeps."""
    return ticker_pages.address(article, entry)


@register.simple_tag
def ticker_feed(article: Article) -> str:
    return ticker_pages.feed_path(article.number)


@register.simple_tag
def live_json_ld(live: ticker_pages.Shown) -> SafeString:
    return live_blog.live_blog(live, reading.paper())
