"""Proposal: the first of two persons has decided; the second does it, or decides otherwise.

The database keeps one a membership. It goes with the decision.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from allmende.cooperative.models.register import Membership


class Proposal(models.Model):
    membership = models.OneToOneField(
        Membership, on_delete=models.CASCADE, primary_key=True, related_name="proposal"
    )
    admits = models.BooleanField(_("admit"))
    decided_on = models.DateField(_("decided on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("decision that waits for a second person")
        verbose_name_plural = _("decisions that wait for a second person")

    def __str__(self) -> str:
        return str(self.membership_id)
