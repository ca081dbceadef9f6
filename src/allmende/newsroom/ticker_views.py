"""Public pages of a ticker besides its article: numbered pages, and the twin that never reloads."""

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone, translation

from allmende.bakery.ingredients import read
from allmende.newsroom import feed_formats, heads, reading, ticker_feeds, ticker_pages
from allmende.newsroom.models import Article
from allmende.newsroom.views import article_context, helping_page, page


def numbered(request: HttpRequest, number: int, place: int) -> HttpResponse:
    """Page `place` of the ticker of article `number`."""
    article = public(number)
    if article is None:
        return helping_page(request, 410)
    shown = ticker_pages.numbered(article, place)
    if shown is None:
        raise Http404
    context = {"article": article, "live": shown}
    head = partial(heads.of_ticker_page, article, place)
    return page(request, "newsroom/live/page.html", context, head=head, language=article.language)


def quiet(request: HttpRequest, number: int) -> HttpResponse:
    """The article as long as its ticker runs, for readers whose page shall stay as it is."""
    article = public(number)
    if article is None:
        return helping_page(request, 410)
    ticker = ticker_pages.of(article)
    if ticker is None:
        raise Http404
    if not ticker.running:
        return HttpResponsePermanentRedirect(article.url)
    context = article_context(article) | {"quiet": True}
    return page(request, "newsroom/article.html", context, language=article.language)


def feed(request: HttpRequest, number: int) -> HttpResponse:
    """The newest entries of the ticker of article `number` (RFC 4287)."""
    article = public(number)
    if article is None:
        return helping_page(request, 410)
    shown = ticker_pages.newest(article)
    if shown is None:
        raise Http404
    zone = reading.paper().time_zone_info
    with translation.override(article.language.split("-")[0]), timezone.override(zone):
        text = feed_formats.written(*ticker_feeds.of(shown), "atom")
    return HttpResponse(text, content_type=feed_formats.CONTENT_TYPES["atom"])


def public(number: int) -> Article | None:
    """The article; None when it is withdrawn. Raises Http404 when readers never saw it, and when it
    is deleted for good: then its own address answers 410, and nobody knows that it had a ticker."""
    found = reading.articles().filter(number=number).first()
    if found is None:
        keys = list(Article.objects.filter(number=number).values_list("pk", flat=True))
        if not keys or not ticker_pages.was_public(number):
            raise Http404
        read(*(f"page:{pk}" for pk in keys))
    return found
