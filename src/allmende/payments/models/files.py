"""What batches of debits and of payouts have in common: a file for the bank, and two persons."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class FileForBank(models.Model):
    """msg_id: never used twice. cents: the sum of its live lines. digest: SHA-256 of the file.
    file: sealed; always the same bytes; empty once its term has ended. frozen_by, released_by: two
    persons."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        FROZEN = "frozen", _("frozen, waits for a second person")
        EXPORTED = "exported", _("handed to the bank")
        ACCEPTED = "accepted", _("accepted by the bank")
        REJECTED = "rejected", _("rejected")
        BOOKED = "booked", _("booked")

    msg_id = models.CharField(_("message id"), max_length=35, unique=True)
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.OPEN, editable=False
    )
    cents = models.BigIntegerField(_("total in cents"), default=0, editable=False)
    digest = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    file = models.BinaryField(null=True, editable=False)
    code = models.CharField(_("code of the rejection"), max_length=16, blank=True, editable=False)
    opened_at = models.DateTimeField(_("opened"))
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("frozen by"),
    )
    frozen_at = models.DateTimeField(_("frozen"), null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("released by"),
    )
    released_at = models.DateTimeField(_("released"), null=True)
    exported_at = models.DateTimeField(_("handed in"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.msg_id


def rules(prefix: str) -> list[models.BaseConstraint]:
    """What the database enforces of each kind of batch."""
    return [
        models.CheckConstraint(
            condition=Q(state="open")
            | Q(frozen_at__isnull=False, frozen_by__isnull=False, file__isnull=False)
            & ~Q(digest=""),
            name=f"{prefix}_frozen_has_its_hash",
        ),
        models.CheckConstraint(
            condition=~Q(state__in=["exported", "accepted", "booked"])
            | Q(released_by__isnull=False, exported_at__isnull=False),
            name=f"{prefix}_exported_was_released",
        ),
        models.CheckConstraint(
            condition=Q(released_by__isnull=True) | ~Q(released_by=F("frozen_by")),
            name=f"{prefix}_released_by_a_second_person",
        ),
    ]
