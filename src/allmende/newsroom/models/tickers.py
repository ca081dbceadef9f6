"""Tickers: an article that grows while something happens (*Liveticker*).

An entry takes the next place of its ticker when it is posted and keeps it; one that is removed
leaves a gap. Page n shows the places of its own range, so an entry keeps its address and a fresh
one changes no old page, however many there are.
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from allmende.bakery.ingredients import Traced
from allmende.newsroom.models.article import Article

PER_PAGE = 25


class Ticker(Traced, models.Model):
    """What makes an article a ticker. It runs until it is closed, and may be opened again."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="ticker")
    newest_first = models.BooleanField(_("newest entry first"), default=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    trace = "ticker"

    class Meta:
        verbose_name = _("ticker")
        verbose_name_plural = _("tickers")

    def __str__(self) -> str:
        return self.ingredient

    @property
    def newest(self) -> str:
        """Ingredient: which entries are the last, and which are key points."""
        return f"{self.ingredient}:newest"

    def page(self, number: int) -> str:
        """Ingredient: which entries page `number` holds."""
        return f"{self.ingredient}:page:{number}"

    def opens(self, number: int) -> str:
        """Ingredient: whether there is a page `number`, or a later one."""
        return f"{self.ingredient}:opens:{number}"

    @property
    def running(self) -> bool:
        return self.closed_at is None


class TickerEntry(Traced, models.Model):
    """One entry. (ticker, place) is unique, and so is `key`: what is sent twice is posted once."""

    ticker = models.ForeignKey(Ticker, on_delete=models.CASCADE, related_name="entries")
    place = models.PositiveIntegerField(editable=False)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    posted_at = models.DateTimeField(_("posted"))
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True)
    heading = models.CharField(_("heading"), max_length=160, blank=True)
    text = models.TextField(
        _("text"),
        max_length=5000,
        help_text=_("An empty line begins a new paragraph; addresses become links."),
    )
    picture = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        verbose_name=_("picture"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    author = models.ForeignKey(
        "newsroom.Author",
        verbose_name=_("author"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    pinned = models.BooleanField(_("key point"), default=False)

    trace = "ticker-entry"

    class Meta:
        verbose_name = _("ticker entry")
        verbose_name_plural = _("ticker entries")
        constraints = [
            models.UniqueConstraint(fields=["ticker", "place"], name="ticker_place_once")
        ]

    def __str__(self) -> str:
        return self.heading or Truncator(self.text).words(8)

    @property
    def page(self) -> int:
        return (self.place - 1) // PER_PAGE + 1

    @property
    def anchor(self) -> str:
        return f"e{self.place}"
