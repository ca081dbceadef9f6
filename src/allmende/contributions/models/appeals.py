"""What asks readers to give.

Appeal       the words of the box in articles: for a section, a campaign, or everywhere
AppealCount  how often an appeal led to the page and to a contribution, in sums of a day; nobody's
             row says by which appeal they came
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.models import PreviewableMixin

from allmende.bakery.ingredients import Traced
from allmende.contributions.models.campaigns import LANGUAGES, Campaign


class Appeal(PreviewableMixin, Traced):
    """`stands`: whether articles may show it today; only the house sets it."""

    trace = "appeal"

    class Every(models.IntegerChoices):
        FIRST = 1, _("in every article")
        SECOND = 2, _("in every second article")
        THIRD = 3, _("in every third article")
        FIFTH = 5, _("in every fifth article")

    name = models.CharField(_("name"), max_length=80, help_text=_("For the office."))
    heading = models.CharField(_("heading"), max_length=120)
    sentence = models.CharField(
        _("sentence"),
        max_length=300,
        help_text=_("Plainly what giving is for. No guilt, no urgency."),
    )
    button = models.CharField(_("button"), max_length=60)
    next_words = models.CharField(
        _("what happens next"),
        max_length=200,
        help_text=_("For example: you choose the amount, and can stop at any time."),
    )
    language = models.CharField(_("language"), max_length=12, default="de", choices=LANGUAGES)
    section = models.ForeignKey(
        settings.WAGTAIL_PAGE_MODEL,
        verbose_name=_("section"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: in all sections."),
    )
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="appeals",
        help_text=_("What is given by this appeal counts for it."),
    )
    every = models.PositiveSmallIntegerField(
        _("how often"), choices=Every.choices, default=Every.FIRST
    )
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    is_on = models.BooleanField(_("switched on"), default=True)
    stands = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="appeal_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day is before the first.")})

    def stands_on(self, day: dt.date) -> bool:
        begun = self.starts_on is None or self.starts_on <= day
        return self.is_on and begun and (self.ends_on is None or day <= self.ends_on)

    @property
    def url(self) -> str:
        return f"/beitrag/?aufruf={self.pk}"

    preview_modes = [("box", _("Box in articles"))]

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "contributions/previewed.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        return {"appeal": self, "language": self.language, "key": "contribution"}

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Staff see it in the appeal's language, not in their own."""
        with translation.override(self.language):
            answer: TemplateResponse = super().serve_preview(request, mode_name)
            return answer.render()


class AppealCount(models.Model):
    """What an appeal brought on one day of the paper's zone."""

    appeal = models.ForeignKey(
        Appeal, on_delete=models.CASCADE, related_name="counts", verbose_name=_("appeal")
    )
    day = models.DateField(_("day"))
    begun = models.PositiveIntegerField(_("went on from the page"), default=0)
    given = models.PositiveIntegerField(_("promised a contribution"), default=0)

    class Meta:
        verbose_name = _("count of an appeal")
        verbose_name_plural = _("counts of appeals")
        constraints = [
            models.UniqueConstraint(fields=["appeal", "day"], name="appeal_counted_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.appeal_id} {self.day}"
