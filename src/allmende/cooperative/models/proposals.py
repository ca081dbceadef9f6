"""Proposal: the first of two persons has decided; the second does it, or decides otherwise.

The database keeps one for each application and for each wish of further shares. It goes with the
decision.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allmende.cooperative.models.register import Membership, RegisterEvent


class Proposal(models.Model):
    """wish: the event that declared further shares; None where somebody wants to join."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="proposals")
    wish = models.OneToOneField(
        RegisterEvent, on_delete=models.CASCADE, null=True, related_name="proposal"
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
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(wish=None),
                name="one_proposal_an_application",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
