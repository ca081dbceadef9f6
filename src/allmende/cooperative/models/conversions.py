"""Conversion: the statute in force makes shares of another value of everybody's.

Asked for by one of the board; where the statute wants two persons, it begins when the second one
agrees. A worker does it in lots: what a lot wrote into the register and how far it has come is one
commit, so that whoever dies at it leaves nothing half done, and nothing is done twice.

The database keeps one that is open a statute, and that two persons are two.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allmende.cooperative.models.statute import Statute


class Conversion(models.Model):
    """on: the first day of the new shares. total: who could be converted when a worker began.
    number: the member number up to which it has come; done: how many were converted; refused: the
    numbers of those whom the register refuses by this day. moved_at: when the last lot ended."""

    statute = models.ForeignKey(Statute, on_delete=models.PROTECT, related_name="conversions")
    on = models.DateField(_("first day of the new shares"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    asked_at = models.DateTimeField(_("asked"))
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("second person"),
    )
    begun_at = models.DateTimeField(_("begun"), null=True)
    total = models.PositiveIntegerField(_("members to convert"), null=True)
    number = models.PositiveIntegerField(_("up to member number"), default=0)
    done = models.PositiveIntegerField(_("members converted"), default=0)
    refused = models.JSONField(_("refused by the register"), default=list)
    moved_at = models.DateTimeField(_("last lot"), null=True)
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("conversion of shares")
        verbose_name_plural = _("conversions of shares")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["statute"], condition=Q(done_at=None), name="one_open_conversion_a_statute"
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=F("by")),
                name="conversion_has_two_persons_that_differ",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(begun_at__isnull=False),
                name="conversion_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statute_id} ({self.on})"
