"""Staff screens of a ticker: post, change, pin, remove, close."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_POST

from allmende.newsroom import tickers
from allmende.newsroom.forms import TickerEntryForm
from allmende.newsroom.models import Article, Author, Ticker, TickerEntry
from allmende.newsroom.models.tickers import QUIET

ON_SCREEN = 50
QUIET_CHOICES = (1, 3, 6, 12, 24, 48, 168, 0)  # hours


def article_of(request: HttpRequest, pk: int) -> Article:
    """What is posted is read at once: only who may publish the article runs its ticker."""
    article = get_object_or_404(Article, pk=pk)
    if not article.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    return article


def entry_of(request: HttpRequest, pk: int) -> TickerEntry:
    found = get_object_or_404(TickerEntry.objects.select_related("ticker__article"), pk=pk)
    article_of(request, found.ticker.article_id)
    return found


def back(entry: TickerEntry) -> HttpResponse:
    return redirect("ticker_desk", entry.ticker.article_id)


def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """The form on top, the newest entries below."""
    article = article_of(request, pk)
    ticker = Ticker.objects.filter(article=article).first()
    form = TickerEntryForm(request.POST or None, initial=fresh(request))
    if ticker and request.method == "POST" and form.is_valid():
        try:
            at = timezone.now()
            tickers.post(ticker, at=at, key=form.cleaned_data["key"], **form.words())
        except tickers.TickerClosed:
            messages.error(request, _("The ticker is closed: open it again to post."))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Posted."))
            return redirect("ticker_desk", pk)
    entries = TickerEntry.objects.filter(ticker__article=article).select_related("author")
    shown = Paginator(entries.order_by("-place"), ON_SCREEN).get_page(request.GET.get("p"))
    context = {
        "article": article,
        "ticker": ticker,
        "form": form,
        "entries": shown,
        "quiet_choices": quiet_choices(),
    }
    return render(request, "newsroom/admin/ticker.html", context)


def fresh(request: HttpRequest) -> dict[str, Any]:
    """A new entry is by who writes it, as far as the desk knows that author."""
    mine = Author.objects.filter(person_id=request.user.pk or 0).first()
    return {"key": uuid.uuid4(), "author": mine}


def change(request: HttpRequest, pk: int) -> HttpResponse:
    entry = entry_of(request, pk)
    seen = entry.changed_at.isoformat() if entry.changed_at else ""
    form = TickerEntryForm(request.POST or None, instance=entry, initial={"seen": seen})
    if request.method == "POST" and form.is_valid():
        try:
            at = timezone.now()
            tickers.mend(entry, at=at, seen=moment(form.cleaned_data["seen"]), **form.words())
        except tickers.ChangedMeanwhile:
            words = _(
                "Somebody else has changed this entry meanwhile. Look at it before you write."
            )
            form.add_error(None, words)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Changed."))
            return back(entry)
    context = {"entry": entry, "article": entry.ticker.article, "form": form}
    return render(request, "newsroom/admin/ticker_entry.html", context)


def moment(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text) if text else None
    except ValueError:
        return dt.datetime.min.replace(tzinfo=dt.UTC)  # no entry was ever changed then


def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first."""
    entry = entry_of(request, pk)
    if request.method == "POST":
        tickers.remove(entry)
        messages.success(request, _("Removed. Readers will not find it any more."))
        return back(entry)
    context = {"entry": entry, "article": entry.ticker.article}
    return render(request, "newsroom/admin/ticker_remove.html", context)


@require_POST
def pin(request: HttpRequest, pk: int) -> HttpResponse:
    entry = entry_of(request, pk)
    pinned = request.POST.get("pinned") == "yes"
    if pinned and not entry.heading:
        messages.error(request, _("A key point needs a heading."))
    else:
        tickers.pin(entry, pinned=pinned)
    return back(entry)


@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Start, close, open again, turn round: whichever button was pressed."""
    article = article_of(request, pk)
    if request.POST.get("do") == "start":
        tickers.start(article)
        return redirect("ticker_desk", pk)
    ticker = get_object_or_404(Ticker, article=article)
    deeds: dict[str, Callable[[], None]] = {
        "close": lambda: tickers.close(ticker, at=timezone.now()),
        "reopen": lambda: tickers.reopen(ticker, at=timezone.now()),
        "wait": lambda: tickers.wait(ticker, hours=hours_chosen(request)),
        "newest": lambda: tickers.turn(ticker, newest_first=True),
        "oldest": lambda: tickers.turn(ticker, newest_first=False),
    }
    if deed := deeds.get(request.POST.get("do", "")):
        deed()
    return redirect("ticker_desk", pk)


def hours_chosen(request: HttpRequest) -> int:
    typed = request.POST.get("quiet", "")
    chosen = int(typed) if typed.isascii() and typed.isdecimal() else QUIET
    return chosen if chosen in QUIET_CHOICES else QUIET


def quiet_choices() -> list[tuple[int, str]]:
    """Hours, and how they are said."""
    said = ngettext_lazy("after %(count)d hour", "after %(count)d hours", "count")
    return [
        (hours, str(said % {"count": hours}) if hours else _("never")) for hours in QUIET_CHOICES
    ]


def addresses() -> list[URLPattern]:
    return [
        path("articles/<int:pk>/ticker/", desk, name="ticker_desk"),
        path("articles/<int:pk>/ticker/run/", run, name="ticker_run"),
        path("ticker-entries/<int:pk>/", change, name="ticker_change"),
        path("ticker-entries/<int:pk>/pin/", pin, name="ticker_pin"),
        path("ticker-entries/<int:pk>/remove/", remove, name="ticker_remove"),
    ]


def desk_url(article: Article) -> str:
    return reverse("ticker_desk", args=[article.pk])
