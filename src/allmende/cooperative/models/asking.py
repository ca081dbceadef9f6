"""What members ask of the cooperative from their own page, and what it reminds them of.

MemberPaper      the PDF of what a member declared, beside its event in the register; sealed
MemberRequest    what takes an answer: another name, an earlier end, a notice taken back
PaymentReminder  a stage of reminding of an instalment that is overdue
PayoutAccount    where a member wants their credit paid to; as long as there is something to pay

What is sealed lies under the membership's key and goes with it (`forgetting`). The database keeps a
paper as it was made, on both engines (migration `member_papers_are_kept`), one open request of a
kind and member, and one reminder a stage.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allmende.cooperative.models.register import Membership, RegisterEvent
from allmende.payments.models import DueItem


class MemberPaper(models.Model):
    event = models.OneToOneField(
        RegisterEvent, on_delete=models.PROTECT, primary_key=True, related_name="paper"
    )
    sealed = models.BinaryField()

    class Meta:
        verbose_name = _("paper of a member's declaration")
        verbose_name_plural = _("papers of members' declarations")

    def __str__(self) -> str:
        return str(self.event_id)


class MemberRequest(models.Model):
    """sealed: the member's words, and the name that is wanted. notice: which is to end earlier, or
    is taken back. granted: None until it is answered."""

    class Kind(models.TextChoices):
        NAME = "name", _("another name")
        EARLY = "early", _("an earlier end, in case of hardship")
        WITHDRAW = "withdraw", _("to take back a notice")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    notice = models.ForeignKey(
        RegisterEvent, on_delete=models.PROTECT, null=True, related_name="requests"
    )
    sealed = models.BinaryField()
    asked_at = models.DateTimeField(_("asked"))
    granted = models.BooleanField(_("granted"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("answered by"),
    )

    class Meta:
        verbose_name = _("request of a member")
        verbose_name_plural = _("requests of members")
        ordering: ClassVar[list[str]] = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "kind"],
                condition=Q(answered_at=None),
                name="one_open_request_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="name", notice=None)
                | Q(kind__in=["early", "withdraw"], notice__isnull=False),
                name="request_is_about_a_notice",
            ),
            models.CheckConstraint(
                condition=Q(granted=None, answered_at=None)
                | Q(granted__isnull=False, answered_at__isnull=False),
                name="request_answered_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"

    @property
    def context(self) -> str:
        return f"cooperative.MemberRequest.sealed:{self.key}"


class PaymentReminder(models.Model):
    """stage: from 1, the first being the friendliest."""

    item = models.ForeignKey(DueItem, on_delete=models.CASCADE, related_name="share_reminders")
    stage = models.PositiveSmallIntegerField(_("stage"))
    sent_at = models.DateTimeField(_("sent"))

    class Meta:
        verbose_name = _("reminder of an instalment")
        verbose_name_plural = _("reminders of instalments")
        constraints = [
            models.UniqueConstraint(fields=["item", "stage"], name="one_reminder_a_stage"),
            models.CheckConstraint(condition=Q(stage__gte=1), name="reminder_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}/{self.stage}"


class PayoutAccount(models.Model):
    """sealed: holder and IBAN. ending: the last four characters, which may be shown."""

    membership = models.OneToOneField(
        Membership, on_delete=models.PROTECT, primary_key=True, related_name="payout_account"
    )
    sealed = models.BinaryField()
    ending = models.CharField(_("IBAN ends with"), max_length=4)
    told_at = models.DateTimeField(_("told"))

    class Meta:
        verbose_name = _("account for a payout")
        verbose_name_plural = _("accounts for payouts")

    def __str__(self) -> str:
        return f"… {self.ending}"
