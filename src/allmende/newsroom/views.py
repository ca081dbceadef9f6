"""Public pages. Each is rendered for nobody in particular: no cookie, no query, no "now"."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation

from allmende.bakery.ingredients import read
from allmende.newsroom import announcing, feeds, fronts, heads, reading, ticker_pages, whole
from allmende.newsroom.heads import Head
from allmende.newsroom.models import (
    Article,
    ArticleAddress,
    Author,
    DossierPage,
    FrontPage,
    InfoPage,
    MovedAddress,
    SectionPage,
    Topic,
)
from allmende.newsroom.models.page import surrounds
from allmende.newsroom.translation import NAMES, missing_languages, name_for_staff
from allmende.newsroom.translation import translate as make_translation
from allmende.newsroom.whole import Whole

SECTION_FRONT = 24
TICKER = 60
HELPING = 6
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Listing:
    """A listing with a page of its own: what it is called, where it lives, whose it is."""

    key: str
    url: str
    heading: str
    intro: str
    extra: dict[str, Any]
    head: Callable[[int | None], Head]


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    head: Callable[[], Head] | None = None,
    language: str | None = None,
    status: int = 200,
    content_type: str = "text/html; charset=utf-8",
) -> HttpResponse:
    """A rendered page in the language of its content and the paper's time zone, its head too."""
    paper = reading.paper()
    code = language or paper.language
    context |= {"paper": paper, "sections_menu": reading.sections(), "language": code}
    with (
        translation.override(code.split("-")[0]),
        timezone.override(paper.time_zone_info),
    ):
        context |= {"head": head()} if head else {}
        content = render_to_string(template, context, request)
    return HttpResponse(content, status=status, content_type=content_type)


def front(request: HttpRequest) -> HttpResponse:
    placed = FrontPage.objects.live().first()
    return page(request, "newsroom/front.html", front_context(placed))


@surrounds(FrontPage)
def front_context(front: FrontPage | None) -> dict[str, Any]:
    read(reading.TODAY)
    today = timezone.localdate(timezone=reading.zone())
    return vars(fronts.compose(front)) | {"today": today, "head": heads.of_front()}


def article(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    found = whole.at_path(request.path)
    if found is None:
        address = get_object_or_404(ArticleAddress, number=int(number), slug=slug)
        return announced_or_gone(request, address)
    if found.article.slug != slug:
        return HttpResponsePermanentRedirect(found.article.url)
    context = around(found)
    return page(request, "newsroom/article.html", context, language=found.article.language)


def announced_or_gone(request: HttpRequest, address: ArticleAddress) -> HttpResponse:
    """What stands at the address of an article that is not live: when it comes, or that it went."""
    coming = announcing.of(address.article_id)
    if coming is None:
        return helping_page(request, 410)
    context = {"coming": coming, "articles": reading.newest("all", HELPING)}
    language = coming.article.language
    return page(request, "newsroom/announced.html", context, language=language)


@surrounds(Article)
def article_context(article: Article) -> dict[str, Any]:
    return around(whole.of(article))


def around(found: Whole) -> dict[str, Any]:
    article, others = found.article, found.siblings
    return {
        "page": article,
        "article": article,
        "translations": [other for other in others if not other.easy],
        "easy_language": next((other for other in others if other.easy), None),
        "related": found.related,
        "live": ticker_pages.on_article(article),
        "head": heads.of_article(article, others),
    }


def or_moved(view: View) -> View:
    """An address of old may look like one of ours; what is ours comes first."""

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            return moved(request, request.path)

    return answer


def moved(request: HttpRequest, path: str) -> HttpResponse:
    """Leads on to where it now stands: 301; 410 where that is gone, 404 where it never was."""
    found = get_object_or_404(MovedAddress, path=request.path)
    if found.link:
        return HttpResponsePermanentRedirect(found.link)
    if named := found.topic or found.author:
        return HttpResponsePermanentRedirect(named.url)
    target = found.page.specific if found.page else None
    if target is None or (isinstance(target, Article) and is_gone(target)):
        return helping_page(request, 410)
    if not target.live:
        raise Http404
    return HttpResponsePermanentRedirect(target.url)


def is_gone(article: Article) -> bool:
    return not article.live and article.addresses.exists()


@or_moved
def section(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(SectionPage.objects.live(), slug=slug)
    return page(request, "newsroom/section.html", section_context(found))


@surrounds(SectionPage)
def section_context(section: SectionPage) -> dict[str, Any]:
    return {
        "section": section,
        "articles": reading.newest(section.listing, SECTION_FRONT),
        "archive_page": reading.last_page(section.listing),
        "head": heads.of_listing(section),
    }


@or_moved
def section_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = get_object_or_404(SectionPage.objects.live(), slug=slug)
    return numbered(request, listed(found, {"section": found}), number)


def listed(row: SectionPage | DossierPage | Topic | Author, extra: dict[str, Any]) -> Listing:
    intro = "" if isinstance(row, DossierPage) else feeds.described(row)
    head = partial(heads.of_listing, row)
    return Listing(row.listing, row.url, feeds.name_of(row), intro, extra, head)


def topic(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    found = get_object_or_404(Topic, slug=slug)
    return numbered(request, listed(found, {"topic": found}), number)


def author(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    found = get_object_or_404(Author.objects.select_related("picture"), slug=slug)
    return numbered(request, listed(found, {"author": found}), number)


def dossier(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    found = get_object_or_404(DossierPage.objects.live(), slug=slug)
    return numbered(request, listed(found, {"dossier": found}), number)


@surrounds(DossierPage)
def dossier_context(dossier: DossierPage) -> dict[str, Any]:
    return {
        "heading": dossier.title,
        "dossier": dossier,
        "articles": reading.newest(dossier.listing, SECTION_FRONT),
        "head": heads.of_listing(dossier),
    }


def language(request: HttpRequest, code: str, number: int | None = None) -> HttpResponse:
    if code not in reading.other_languages():
        raise Http404
    head = partial(heads.of_language, code)
    listing = Listing(f"language:{code}", f"/sprache/{code}/", NAMES[code], "", {}, head)
    return numbered(request, listing, number, language=code)


def numbered(
    request: HttpRequest,
    listing: Listing,
    number: int | None,
    *,
    language: str | None = None,
) -> HttpResponse:
    """A listing's first page with its newest, or page `number` of its archive."""
    context: dict[str, Any] = {"heading": listing.heading, "intro": listing.intro}
    context |= listing.extra
    if number is None:
        articles = reading.newest(listing.key, SECTION_FRONT)
        last = reading.last_page(listing.key)
        older = last if last and len(articles) == SECTION_FRONT else None
        context |= {"articles": articles, "older_url": address(listing, older)}
    else:
        shown = reading.page_of(listing.key, number)
        if shown is None:
            raise Http404
        context |= {
            "articles": shown.articles,
            "page_number": number,
            "older_url": address(listing, shown.older),
            "newer_url": address(listing, shown.newer) or listing.url,
        }
    head = partial(listing.head, number)
    return page(request, "newsroom/listing.html", context, head=head, language=language)


def address(listing: Listing, number: int | None) -> str:
    return f"{listing.url}seite-{number}.html" if number else ""


def archive(request: HttpRequest) -> HttpResponse:
    context = {"months": reading.months()}
    return page(request, "newsroom/archive.html", context, head=heads.of_archive)


def archive_month(request: HttpRequest, year: str, month: str) -> HttpResponse:
    first = valid_date(year, month, "1")
    days = reading.days_of(first)
    if not days:
        raise Http404
    context = {"month": first, "days": days}
    head = partial(heads.of_archive, month=first)
    return page(request, "newsroom/archive.html", context, head=head)


def archive_day(request: HttpRequest, year: str, month: str, day: str) -> HttpResponse:
    date = valid_date(year, month, day)
    articles = reading.on_day(date)
    if not articles:
        raise Http404
    context = {
        "day": date,
        "articles": articles,
        "previous_day": reading.day_beside(date, later=False),
        "next_day": reading.day_beside(date, later=True),
    }
    head = partial(heads.of_archive, day=date)
    return page(request, "newsroom/listing.html", context, head=head)


def valid_date(year: str, month: str, day: str) -> dt.date:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError as error:
        raise Http404 from error


def ticker(request: HttpRequest) -> HttpResponse:
    context = {"articles": reading.newest("all", TICKER)}
    return page(request, "newsroom/ticker.html", context, head=heads.of_ticker)


@or_moved
def info(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(InfoPage.objects.live(), slug=slug)
    return page(request, "newsroom/info.html", info_context(found))


@surrounds(InfoPage)
def info_context(info: InfoPage) -> dict[str, Any]:
    return {"page": info, "head": heads.of_info(info)}


def look(request: HttpRequest) -> HttpResponse:
    """The paper's colours and text font; a file of its own because inline style is forbidden."""
    return page(request, "newsroom/look.css", {}, content_type="text/css; charset=utf-8")


def icon(request: HttpRequest) -> HttpResponse:
    """The paper's initial, for the browser's tab."""
    return page(request, "newsroom/icon.svg", {}, content_type="image/svg+xml; charset=utf-8")


def error_page(request: HttpRequest, status: str) -> HttpResponse:
    """The body that the server sends with 404 or 503; baked like any page, hence 200 here."""
    response = helping_page(request, int(status))
    response.status_code = 200
    return response


def helping_page(request: HttpRequest, status: int) -> HttpResponse:
    context = {"articles": reading.newest("all", HELPING)}
    return page(request, f"newsroom/{status}.html", context, status=status)


def translate(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Staff: a draft of an article in another language."""
    found = get_object_or_404(Article, pk=pk)
    if not found.get_parent().permissions_for_user(request.user).can_add_subpage():
        raise PermissionDenied
    if code not in missing_languages(found):
        raise Http404
    if request.method == "POST":
        by = request.user if request.user.is_authenticated else None
        draft = make_translation(found, language=code, by=by)
        return redirect("wagtailadmin_pages:edit", draft.pk)
    context = {"article": found, "language_name": name_for_staff(code)}
    return render(request, "newsroom/admin/translate.html", context)
