"""The editions' nouns.

Edition   an edition of the paper (*Ausgabe*): a day, a name, and what stands in it
Line      one line of its table of contents: a heading, or an article

The database enforces: one edition a day and name; an article stands in an edition once; a line is
either a heading or an article.
"""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from allmende.bakery.ingredients import Traced
from allmende.newsroom.models import Article

# Ingredient: which editions readers see, and what the newest hold.
EDITIONS = "editions"


class Edition(Traced):
    """`slug` is part of the address and stays what the name was at first. `public`: readers see
    it; its day can be changed only while they do not."""

    date = models.DateField(_("day"))
    name = models.CharField(
        _("name"), max_length=60, help_text=_("As: Saturday, Christmas, Special on the flood.")
    )
    slug = models.SlugField(max_length=60, editable=False)
    intro = models.TextField(_("introduction"), blank=True, max_length=600)
    public = models.BooleanField(_("shown to readers"), default=False, editable=False)

    trace = "edition"

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-date", "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["date", "slug"],
                name="edition_once_a_day",
                violation_error_message=_("This day has an edition of that name already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.date.isoformat()}"

    @property
    def url(self) -> str:
        return f"/ausgabe/{self.date.isoformat()}.{self.slug}.html"

    def clean(self) -> None:
        super().clean()
        if not self.slug and not slugify(self.name):
            raise ValidationError({"name": _("A name needs letters or digits.")})
        self.slug = self.slug or slugify(self.name)[:60].strip("-")
        if self.public and self.date != type(self).objects.get(pk=self.pk).date:
            words = _("Readers know this edition by its day. Hide it first to change the day.")
            raise ValidationError({"date": words})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or slugify(self.name)[:60].strip("-") or "ausgabe"
        super().save(*args, **kwargs)


class Line(models.Model):
    """A line of an edition. `announced`: an article that is not live is named nevertheless, with
    the time at which it appears."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="lines")
    place = models.PositiveIntegerField(default=0)
    heading = models.CharField(_("heading"), max_length=80, blank=True)
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, null=True, related_name="edition_lines"
    )
    announced = models.BooleanField(_("announced"), default=False)

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "article"], name="edition_article_once"),
            models.CheckConstraint(
                condition=Q(article__isnull=True) & ~Q(heading="")
                | Q(article__isnull=False, heading=""),
                name="edition_line_is_heading_or_article",
            ),
            models.CheckConstraint(
                condition=Q(announced=False) | Q(article__isnull=False),
                name="edition_announces_articles",
            ),
        ]

    def __str__(self) -> str:
        if self.article is None:
            return self.heading
        return str(self.article.draft_title or self.article.title)


def year_of(day: dt.date) -> str:
    """Ingredient: which editions of a year readers see, and how they are called."""
    return f"editions:{day.year}"
