"""What readers are told of the cooperative.

CooperativePage  one row: the office's words, and what the public pages show of statute and register
Question         what readers ask, and the answer
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseGenericSetting

from allmende.cooperative.models.statute import Statute

LANGUAGES = [("de", _("German")), ("en", _("English"))]


class CooperativePage(BaseGenericSetting):
    """`law` is the statute in force, `members` and `shares` are copied from the register once a day
    (`figures`), so that no admission renews the pages; `counted_on`: at the end of which day."""

    INGREDIENT = "cooperative"

    is_public = models.BooleanField(
        _("readers see it"),
        default=True,
        help_text=_("Off: neither the pages nor the box in articles are there."),
    )
    heading_de = models.CharField(
        _("heading in German"),
        max_length=120,
        default="Diese Zeitung gehört denen, die sie lesen",  # the paper's words, not ours
    )
    heading_en = models.CharField(
        _("heading in English"), max_length=120, default="This paper belongs to its readers"
    )
    intro_de = models.TextField(_("introduction in German"), blank=True)
    intro_en = models.TextField(_("introduction in English"), blank=True)
    rights_de = models.TextField(_("rights of members in German"), blank=True)
    rights_en = models.TextField(_("rights of members in English"), blank=True)
    shows_figures = models.BooleanField(_("how many members and shares"), default=True)
    law = models.ForeignKey(
        Statute, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    members = models.PositiveIntegerField(default=0, editable=False)
    shares = models.PositiveIntegerField(default=0, editable=False)
    counted_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("public pages of the cooperative")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def words(self, name: str, language: str) -> Any:
        """heading, intro or rights, in a language."""
        return getattr(self, f"{name}_{'en' if language.startswith('en') else 'de'}")


class Question(models.Model):
    language = models.CharField(_("language"), max_length=12, default="de", choices=LANGUAGES)
    question = models.CharField(_("question"), max_length=200)
    answer = models.TextField(_("answer"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("question about membership")
        verbose_name_plural = _("questions about membership")
        ordering = ["language", "position", "pk"]

    def __str__(self) -> str:
        return self.question
