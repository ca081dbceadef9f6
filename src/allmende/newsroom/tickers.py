"""Running a ticker: post, mend, pin, remove, close. Each deed orders the pages it touches.

Urgent, for people are waiting: a fresh entry concerns the article, its twin without reloading, the
numbered page that it stands on, and, where it opens a page, the one before.
"""

import datetime as dt
import uuid
from typing import Any

import nh3
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.html import linebreaks, urlize
from django.utils.translation import gettext_lazy as _

from allmende.bakery import orders
from allmende.newsroom.models import Article, Author, Counter, Picture, Ticker, TickerEntry
from allmende.newsroom.models.blocks import lacks, missing_words
from allmende.newsroom.models.tickers import PER_PAGE
from allmende.newsroom.search import index

LONGEST = 5_000  # characters of an entry


class TickerError(Exception):
    """What a ticker does not do. ── TickerClosed ── ChangedMeanwhile"""


class TickerClosed(TickerError):
    """A closed ticker takes no entry."""


class ChangedMeanwhile(TickerError):
    """Somebody else has changed the entry since it was looked at."""


@transaction.atomic
def start(article: Article, *, newest_first: bool = True) -> Ticker:
    """Makes an article a ticker; one that is one already stays as it is."""
    ticker, made = Ticker.objects.get_or_create(
        article=article, defaults={"newest_first": newest_first}
    )
    if made:
        orders.place(article.ingredient, ticker.ingredient, urgent=True)
    return ticker


@transaction.atomic
def post(
    ticker: Ticker,
    *,
    text: str,
    at: dt.datetime,
    heading: str = "",
    author: Author | None = None,
    picture: Picture | None = None,
    pinned: bool = False,
    key: uuid.UUID | None = None,
) -> TickerEntry:
    """A new entry at the next place; the one that is there when `key` was posted before.

    Raises TickerClosed; ValidationError, by field, for what readers must not miss.
    """
    key = key or uuid.uuid4()
    # Taking a place first makes two posters wait for each other, also two of the same key.
    place = Counter.take(ticker.ingredient)
    if known := TickerEntry.objects.filter(ticker=ticker, key=key).first():
        return known
    if not Ticker.objects.filter(pk=ticker.pk, closed_at=None).exists():
        raise TickerClosed
    words: dict[str, Any] = {"heading": heading, "text": text, "picture": picture}
    entry = TickerEntry(
        ticker=ticker, place=place, key=key, posted_at=at, author=author, pinned=pinned, **words
    )
    check(entry)
    names = touched(entry)
    entry.save()
    index.put_by_key([ticker.article_id])
    orders.place(ticker.newest, *names, urgent=True)
    return entry


@transaction.atomic
def mend(
    entry: TickerEntry,
    *,
    at: dt.datetime,
    seen: dt.datetime | None,
    heading: str,
    text: str,
    author: Author | None,
    picture: Picture | None,
    pinned: bool,
) -> None:
    """Changes an entry that was looked at when its `changed_at` was `seen`.

    Raises ChangedMeanwhile; ValidationError, by field.
    """
    entry.heading, entry.text, entry.picture = heading, text, picture
    entry.author, entry.pinned = author, pinned
    check(entry)
    unchanged = TickerEntry.objects.filter(pk=entry.pk, changed_at=seen)
    words = {"heading": entry.heading, "text": entry.text, "picture": picture}
    if not unchanged.update(changed_at=at, author=author, pinned=pinned, **words):
        raise ChangedMeanwhile
    entry.changed_at = at
    index.put_by_key([entry.ticker.article_id])
    orders.place(entry.ingredient, entry.ticker.newest, urgent=True)


@transaction.atomic
def pin(entry: TickerEntry, *, pinned: bool) -> None:
    TickerEntry.objects.filter(pk=entry.pk).update(pinned=pinned)
    orders.place(entry.ingredient, entry.ticker.newest, urgent=True)


@transaction.atomic
def remove(entry: TickerEntry) -> None:
    """Takes an entry from readers; its place stays empty."""
    TickerEntry.objects.filter(pk=entry.pk).delete()
    index.put_by_key([entry.ticker.article_id])
    orders.place(entry.ingredient, entry.ticker.newest, *touched(entry), urgent=True)


@transaction.atomic
def close(ticker: Ticker, *, at: dt.datetime) -> None:
    """Nothing is added any more, and no page reloads. A closed ticker stays closed as it is."""
    end(ticker, at=at, by_itself=False)


def end(ticker: Ticker, *, at: dt.datetime, by_itself: bool) -> bool:
    running = Ticker.objects.filter(pk=ticker.pk, closed_at=None)
    ended = bool(running.update(closed_at=at, closed_by_itself=by_itself))
    if ended:
        orders.place(ticker.ingredient, urgent=True)
    return ended


def close_forgotten(*, at: dt.datetime) -> None:
    """Closes what has had no entry for as long as its desk wished to wait."""
    running = Ticker.objects.filter(closed_at=None, quiet_hours__gt=0, article__live=True)
    for ticker in running:
        with transaction.atomic():
            # Whoever posts takes a place first: so no entry comes between the look and the end.
            Counter.objects.select_for_update().filter(name=ticker.ingredient).first()
            fresh = ticker.entries.aggregate(last=Max("posted_at"))["last"]
            since = max(filter(None, (ticker.opened_at, fresh)))
            if since + dt.timedelta(hours=ticker.quiet_hours) <= at:
                end(ticker, at=at, by_itself=True)


@transaction.atomic
def reopen(ticker: Ticker, *, at: dt.datetime) -> None:
    closed = Ticker.objects.filter(pk=ticker.pk, closed_at__isnull=False)
    if closed.update(closed_at=None, opened_at=at, closed_by_itself=False):
        orders.place(ticker.ingredient, urgent=True)


@transaction.atomic
def wait(ticker: Ticker, *, hours: int) -> None:
    """After so many hours without an entry it closes by itself; 0: never."""
    Ticker.objects.filter(pk=ticker.pk).update(quiet_hours=hours)


@transaction.atomic
def turn(ticker: Ticker, *, newest_first: bool) -> None:
    """Which end readers see first."""
    Ticker.objects.filter(pk=ticker.pk).update(newest_first=newest_first)
    orders.place(ticker.ingredient, urgent=True)


def touched(entry: TickerEntry) -> list[str]:
    """Its page; and where it opens or empties pages, those back to the last that others fill."""
    others = TickerEntry.objects.filter(ticker=entry.ticker).exclude(pk=entry.pk)
    place = others.aggregate(last=Max("place"))["last"] or 0
    last = (place - 1) // PER_PAGE + 1
    ticker = entry.ticker
    opened = [
        name for n in range(last + 1, entry.page + 1) for name in (ticker.page(n), ticker.opens(n))
    ]
    return [ticker.page(entry.page), *opened]


def rich(text: str) -> str:
    """Rich text as paragraphs have it, of what an editor or a program hands over. What does not
    begin with a paragraph is plain: an empty line begins a new one, addresses become links."""
    if not text.lstrip().startswith("<p"):
        return linebreaks(urlize(text, autoescape=True)) if text.strip() else ""
    return nh3.clean(
        text,
        tags={"p", "br", "b", "strong", "i", "em", "a"},
        attributes={"a": {"href", "id", "linktype"}, "p": {"data-block-key"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )


def check(entry: TickerEntry) -> None:
    entry.heading, entry.text = entry.heading.strip(), rich(entry.text)
    if not entry.words.strip():
        entry.text = ""
    entry.full_clean(validate_unique=False, validate_constraints=False)
    if len(entry.words) > LONGEST:
        raise ValidationError({"text": _("At most %(most)d characters.") % {"most": LONGEST}})
    if entry.picture and (words := missing_words(entry.picture)):
        raise ValidationError({"picture": lacks(entry.picture, words)})
    if entry.pinned and not entry.heading:
        raise ValidationError({"heading": _("A key point needs a heading.")})
