"""Campaigns: something to give for, with a goal, on a page of its own."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField
from wagtail.models import PreviewableMixin

from allmende.bakery.ingredients import Traced
from allmende.ledger.money import Money

LANGUAGES = [("de", _("German")), ("en", _("English"))]
FEWEST = 3  # givers of whom the page tells the number
FEATURES = ["bold", "italic", "link", "ul", "ol", "h2"]


class Campaign(PreviewableMixin, Traced):
    """`given_cents` and `givers` are what its page shows: copied from the books by the schedule, so
    that the page is renewed once a minute at the most."""

    trace = "campaign"

    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    lead = models.CharField(_("lead"), max_length=300, help_text=_("In one or two sentences."))
    text = RichTextField(_("text"), blank=True, features=FEATURES)
    language = models.CharField(_("language"), max_length=12, default="de", choices=LANGUAGES)
    goal_euros = models.PositiveIntegerField(_("goal in euros"), validators=[MinValueValidator(1)])
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    is_public = models.BooleanField(_("readers see it"), default=True)
    given_cents = models.BigIntegerField(default=0, editable=False)
    givers = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(goal_euros__gte=1), name="campaign_has_a_goal"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="campaign_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day is before the first.")})

    @property
    def url(self) -> str:
        return f"/kampagne/{self.slug}/"

    @property
    def purpose(self) -> str:
        """What pledges for it refer to."""
        return f"campaign:{self.pk}"

    @property
    def goal(self) -> Money:
        return Money(self.goal_euros * 100)

    @property
    def given(self) -> Money:
        return Money(self.given_cents)

    @property
    def percent(self) -> int:
        """How full the bar is: never full before the goal is reached, never more than full."""
        return min(100, max(0, self.given_cents // self.goal_euros))

    @property
    def told_givers(self) -> int:
        """0 while they are so few that their neighbours might know who."""
        return self.givers if self.givers >= FEWEST else 0

    def runs_on(self, day: dt.date) -> bool:
        begun = self.starts_on <= day
        return self.is_public and begun and (self.ends_on is None or day <= self.ends_on)

    preview_modes = [("page", _("Its own page"))]

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "contributions/campaign.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        return {"campaign": self, "language": self.language, "request": request}

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Staff see it in the campaign's language, not in their own."""
        with translation.override(self.language):
            answer: TemplateResponse = super().serve_preview(request, mode_name)
            return answer.render()
