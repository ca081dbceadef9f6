"""The search: the only public page that Django renders for each reader who asks."""

import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allmende.bakery.ingredients import keeping
from allmende.lib.limits import Limit, client_address
from allmende.newsroom import feed_formats, feeds, reading
from allmende.newsroom.search import finding
from allmende.newsroom.search.asking import LONGEST
from allmende.newsroom.search.finding import Answer, Hit
from allmende.newsroom.search_form import Order, SearchForm, address, names_to_offer
from allmende.newsroom.views import page

PATH = "/suche/"
FEED_PATH = "/suche/feed.atom"
IN_FEED = 30
KEPT = 60  # seconds that a browser or a proxy may keep an answer
RETRY = 30  # seconds, where the database is away


@lru_cache(maxsize=1)
def limit() -> Limit:
    """More than anybody reads in a minute, and less than a copy of the archive needs."""
    return Limit("search", times=60, span=60, secret=settings.SECRET_KEY)


# Reading needs no transaction, and on SQLite one would wait for whoever is writing.
@transaction.non_atomic_requests
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    try:
        return result_page(request)
    except (OperationalError, InterfaceError):
        return unavailable()


@transaction.non_atomic_requests
@require_safe
def search_feed(request: HttpRequest) -> HttpResponse:
    """The newest articles that a search finds (RFC 4287), for readers that ask again and again."""
    try:
        return feed_of(request)
    except (OperationalError, InterfaceError):
        return unavailable()


@keeping()  # the form and the frame of the page ask for the same rows
def result_page(request: HttpRequest) -> HttpResponse:
    form = form_of(request)
    context: dict[str, Any] = {"form": form, "names": names_to_offer(), "longest": LONGEST}
    status = 200
    if not allowed(request):
        context["too_often"], status = True, 429
    elif form.is_valid():
        filters = form.filters()
        by_relevance = form.cleaned_data["folge"] == Order.RELEVANCE
        answer = finding.find(form.cleaned_data["q"], filters, by_relevance=by_relevance)
        if answer.question or filters:
            context |= shown(answer, form, number_of(request))
    response = page(request, "newsroom/search.html", context, status=status)
    return with_headers(response, status)


def shown(answer: Answer, form: SearchForm, number: int) -> dict[str, Any]:
    """One page of the answer, and the ways on from it."""
    number = max(1, min(number, answer.pages))
    hits = answer.page(number)
    last = number >= answer.pages
    first_page = form.address(PATH)
    return {
        "answer": answer,
        "hits": hits,
        "number": number,
        "most": finding.MOST,
        "newer_url": form.address(PATH, seite=number - 1) if number > 2 else first_page,
        "older_url": "" if last else form.address(PATH, seite=number + 1),
        "before_url": earlier(answer, form, hits) if last else "",
        "feed_url": form.address(FEED_PATH, folge=""),
        "wider_url": address(PATH, {"q": form.given["q"], "folge": form.given["folge"]}),
        "single_words": single_words(answer, form),
    }


def earlier(answer: Answer, form: SearchForm, hits: list[Hit]) -> str:
    """The search for what is older than all that can be leafed through. The last day is asked for
    again, for it may hold more."""
    if not answer.more or not hits or form.cleaned_data["folge"] == Order.RELEVANCE:
        return ""
    moment = hits[-1].article.first_published_at
    day = moment.astimezone(form.zone).date() if moment else None
    return form.address(PATH, bis=day) if day and day != form.cleaned_data["bis"] else ""


def single_words(answer: Answer, form: SearchForm) -> list[tuple[str, str]]:
    """Where nothing was found: each word with the search for it alone, without filters."""
    words = dict.fromkeys(term.typed for term in answer.question.terms)
    if answer.count or (len(words) < 2 and not form.narrowed()):
        return []
    return [(word, address(PATH, {"q": word})) for word in words]


def feed_of(request: HttpRequest) -> HttpResponse:
    form = form_of(request)
    if not allowed(request):
        return with_headers(HttpResponse(status=429), 429)
    if not form.is_valid():
        raise Http404
    answer = finding.find(form.cleaned_data["q"], form.filters())
    articles = reading.by_ids(answer.keys[:IN_FEED])
    prefetch_related_objects(articles, "corrections", "topics")
    paper = reading.paper()
    with translation.override(paper.language), timezone.override(paper.time_zone_info):
        searched = _("search for “%(searched)s”") % {"searched": form.given["q"]}
        found = feeds.Feed(
            "",
            form.address(PATH, folge=""),
            f"{paper.name}: {searched}",
            paper.claim,
            paper.language,
            at=form.address(FEED_PATH, folge=""),
        )
        # Teasers: this is rendered for each who asks, and nothing keeps it.
        entries = [feeds.entry(article, paper, whole=False) for article in articles]
        text = feed_formats.written(found, entries, "atom")
    return with_headers(HttpResponse(text, content_type=feed_formats.CONTENT_TYPES["atom"]), 200)


def form_of(request: HttpRequest) -> SearchForm:
    return SearchForm(request.GET, sections=reading.sections(), zone=reading.zone())


def allowed(request: HttpRequest) -> bool:
    """An empty form costs nothing and is not counted."""
    if not request.GET:
        return True
    peer = request.META.get("REMOTE_ADDR", "")
    forwarded = request.headers.get("X-Forwarded-For", "")
    who = client_address(peer, forwarded, proxies=settings.PROXIES)
    return limit().allows(who, cache=cache, now=time.time())


def number_of(request: HttpRequest) -> int:
    typed = request.GET.get("seite", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


def with_headers(response: HttpResponse, status: int) -> HttpResponse:
    """Kept for a minute at the most: a withdrawn article is soon gone from here too."""
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = f"public, max-age={KEPT}" if status == 200 else "no-store"
    if status == 429:
        response["Retry-After"] = str(limit().span)
    return response


def unavailable() -> HttpResponse:
    """The page that was baked for this, for the database cannot be asked."""
    try:
        body = (Path(settings.BAKED_ROOT) / "503.html").read_text()
    except OSError:
        body = render_to_string("500.html")
    response = HttpResponse(body, status=503)
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = str(RETRY)
    return response
