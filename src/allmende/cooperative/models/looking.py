"""Looking into the register: who may inspect the list now, and when it was proved.

Inspection     somebody named may read the list (§ 31 GenG) until a time; who and why is the
               register's own, sealed in the event that opened it
RegisterCheck  one proving of the whole register: what was its head, and what was wrong

The database keeps one inspection an event, and that it ends.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allmende.cooperative.models.register import RegisterEvent


class Inspection(models.Model):
    """until: when it ends by itself. ended_at: earlier, by the office."""

    event = models.OneToOneField(
        RegisterEvent, on_delete=models.PROTECT, primary_key=True, related_name="inspection"
    )
    opened_at = models.DateTimeField(_("opened"))
    until = models.DateTimeField(_("ends"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("inspection of the list of members")
        verbose_name_plural = _("inspections of the list of members")
        ordering: ClassVar[list[str]] = ["-event"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("opened_at")), name="inspection_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return str(self.event_id)


class RegisterCheck(models.Model):
    """number, hash: of the head when it began. faults: lines without names; empty while it runs,
    too."""

    asked_at = models.DateTimeField(_("asked"))
    done_at = models.DateTimeField(_("done"), null=True)
    number = models.BigIntegerField(_("last event"), default=0)
    hash = models.CharField(max_length=64, blank=True)
    faults = models.JSONField(_("what is wrong"), default=list)

    class Meta:
        verbose_name = _("check of the register")
        verbose_name_plural = _("checks of the register")
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"
