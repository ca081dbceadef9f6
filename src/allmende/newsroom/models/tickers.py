"""Tickers: an article that grows while something happens (*Liveticker*).

An entry takes the next place of its ticker when it is posted and keeps it; one that is removed
leaves a gap. Page n shows the places of its own range, so an entry keeps its address and a fresh
one changes no old page, however many there are.
"""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.fields import RichTextField
from wagtail.rich_text import expand_db_html, get_text_for_indexing

from allmende.bakery.ingredients import Traced
from allmende.newsroom.models.article import Article

PER_PAGE = 25
QUIET = 12  # hours
ENTRY_FEATURES = ["bold", "italic", "link", "document-link"]


class Ticker(Traced, models.Model):
    """What makes an article a ticker. It runs until it is closed, and may be opened again.

    opened_at: the last time it was. quiet_hours: so long without an entry, and it closes by itself
    (`closed_by_itself`); 0: never.
    """

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="ticker")
    newest_first = models.BooleanField(_("newest entry first"), default=True)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    closed_at = models.DateTimeField(pgettext_lazy("ticker", "closed"), null=True, blank=True)
    quiet_hours = models.PositiveSmallIntegerField(
        _("closes by itself after so many hours without an entry"),
        default=QUIET,
        validators=[MaxValueValidator(24 * 14)],
    )
    closed_by_itself = models.BooleanField(default=False)

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
    text = RichTextField(_("text"), features=ENTRY_FEATURES, max_length=5000)
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
        return self.heading or Truncator(self.words).words(8)

    @property
    def words(self) -> str:
        """The text alone."""
        return get_text_for_indexing(self.text)

    @property
    def html(self) -> SafeString:
        """For readers. `tickers` lets nothing into the text that is not safe."""
        return SafeString(expand_db_html(self.text))

    @property
    def page(self) -> int:
        return (self.place - 1) // PER_PAGE + 1

    @property
    def anchor(self) -> str:
        return f"e{self.place}"
