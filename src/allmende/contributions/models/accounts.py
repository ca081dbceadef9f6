"""What the paper tells everybody of its contributions, on a page that is made from the books."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseGenericSetting


class PublicAccounts(BaseGenericSetting):
    """One row. `figures` is what the page shows: copied from the books once a day (`accounts`), so
    that no payment renews the page; `until` is the last day that counts in them."""

    INGREDIENT = "public-accounts"

    is_public = models.BooleanField(
        _("readers see it"), default=False, help_text=_("Off: the page is not there.")
    )
    intro_de = models.TextField(_("introduction in German"), blank=True)
    intro_en = models.TextField(_("introduction in English"), blank=True)
    goal_euros = models.PositiveIntegerField(
        _("goal a month in euros"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: the page names no goal."),
    )
    shows_months = models.BooleanField(_("contributions month by month"), default=True)
    shows_givers = models.BooleanField(_("how many people give"), default=True)
    shows_ways = models.BooleanField(_("by which ways it comes"), default=False)
    shows_fees = models.BooleanField(_("what banks and providers take"), default=True)
    figures = models.JSONField(default=dict, editable=False)
    until = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("public accounts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(goal_euros=None) | models.Q(goal_euros__gte=1),
                name="public_accounts_goal_is_above_zero",
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
