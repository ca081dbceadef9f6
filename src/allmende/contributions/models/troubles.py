"""A payment that failed or came back, of which the giver was told. The row is there so that nobody
is told twice, whatever a bank repeats."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allmende.payments.models import DueItem, PaymentAttempt


class Trouble(models.Model):
    """attempt: None where a provider names none. code: the bank's."""

    item = models.ForeignKey(DueItem, on_delete=models.PROTECT, related_name="+")
    attempt = models.OneToOneField(
        PaymentAttempt, on_delete=models.PROTECT, null=True, related_name="+"
    )
    code = models.CharField(_("code"), max_length=64)
    told_at = models.DateTimeField(_("told"))

    class Meta:
        verbose_name = _("letter about a failed payment")
        verbose_name_plural = _("letters about failed payments")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(attempt__isnull=True), name="told_once_an_item"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.code}"
