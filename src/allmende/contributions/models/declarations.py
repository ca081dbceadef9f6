"""Givers who end, withdraw or change: what they declared, word for word, and when it came.

§ 312k BGB (ending) and § 356a BGB (withdrawing) ask for a button, a confirmation at once, and its
date and time. The row is the proof of both sides.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from allmende.payments.models import Pledge
from allmende.people.models import Person


class Replacement(models.Model):
    """A pledge takes another's place: when it is confirmed, the one before ends."""

    before = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="+")
    after = models.OneToOneField(Pledge, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("pledge in another's place")
        verbose_name_plural = _("pledges in another's place")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(before=models.F("after")), name="pledge_replaces_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before_id} → {self.after_id}"


class Declaration(models.Model):
    """pledge: None where the form without link named nobody whom we know. handled_at: when there
    was nothing left to do; the office sees what is open."""

    class Kind(models.TextChoices):
        END = "end", _("terminates")
        WITHDRAW = "withdraw", _("withdraws")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    received_at = models.DateTimeField(_("received"))
    pledge = models.ForeignKey(
        Pledge,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("pledge"),
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    name = models.CharField(_("name"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    words = models.TextField(_("words"), blank=True, max_length=2000)
    wanted_on = models.DateField(_("to end on"), null=True, blank=True)
    handled_at = models.DateTimeField(_("done"), null=True, blank=True)
    handled_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("done by")
    )

    class Meta:
        verbose_name = _("declaration of a giver")
        verbose_name_plural = _("declarations of givers")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["end", "withdraw"]), name="declaration_kind_exists"
            ),
            models.UniqueConstraint(fields=["pledge", "kind"], name="declared_once_a_pledge"),
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=models.Q(handled_at__isnull=True),
                name="declaration_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.received_at:%Y-%m-%d %H:%M}"
