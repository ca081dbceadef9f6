"""Somebody will give later, and asked to be reminded: one mail, in the month they named."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from allmende.people.models import ContactAddress, Person, Wording


class Reminder(models.Model):
    """month: its first day. The database lets none be due that was not confirmed by mail."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked, not yet confirmed")
        CONFIRMED = "confirmed", _("confirmed")
        SENT = "sent", _("sent")
        ENDED = "ended", _("no longer wanted")

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    address = models.ForeignKey(
        ContactAddress, on_delete=models.CASCADE, related_name="+", verbose_name=_("address")
    )
    month = models.DateField(_("month"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices)
    wording = models.ForeignKey(
        Wording, on_delete=models.PROTECT, related_name="+", verbose_name=_("wording agreed to")
    )
    asked_at = models.DateTimeField(_("asked"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(state__in=["asked", "confirmed"]),
                name="one_reminder_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "ended"])
                | models.Q(confirmed_at__isnull=False),
                name="no_reminder_without_consent",
            ),
            # Compared as text: what asks Django's own functions, SQLite's tools cannot read.
            models.CheckConstraint(
                condition=models.Q(month__endswith="-01"), name="reminder_month_begins_it"
            ),
        ]
        indexes = [models.Index(fields=["state", "month"], name="reminder_due")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
