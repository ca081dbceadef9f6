"""Money that we owe somebody and transfer to them.

Payout       so much to one account, for whoever asked for it (purpose and reference)
PayoutBatch  payouts that go to the bank in one file; once exported always the same bytes
PayoutLine   a payout in a batch: one try to pay it

The database enforces: one payout a key; a payout is in one live batch at the most, and is paid by
one line at the most that has not come back; of batches the same as of batches of debits.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allmende.ledger.money import Money
from allmende.payments.models.debits import BankAccount
from allmende.payments.models.files import FileForBank, rules


class Payout(models.Model):
    """key: of whoever asked, so that asking twice makes one. purpose, reference: theirs, opaque
    here. account, party: of the ledger, where the debt stands. words: what the receiver's bank
    shows. pay_on: not before. iban, holder, address: sealed (`payments.sealing`), empty once their
    term has ended. code: the bank's, while it is returned. paid_on: while it is paid."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        SUBMITTED = "submitted", _("handed in")
        PAID = "paid", _("paid out")
        RETURNED = "returned", _("came back")
        CANCELLED = "cancelled", _("cancelled")

    key = models.CharField(_("key"), max_length=64, unique=True)
    purpose = models.CharField(_("purpose"), max_length=32)
    reference = models.CharField(_("reference"), max_length=64)
    account = models.CharField(_("ledger account"), max_length=40)
    party = models.CharField(_("party"), max_length=40, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="payouts"
    )
    cents = models.BigIntegerField(_("amount in cents"))
    words = models.CharField(_("purpose of the transfer"), max_length=140)
    pay_on = models.DateField(_("not before"))
    iban = models.BinaryField(editable=False)
    holder = models.BinaryField(editable=False)
    address = models.BinaryField(null=True, editable=False)
    fingerprint = models.CharField(max_length=32, db_index=True, editable=False)
    last4 = models.CharField(_("IBAN ends with"), max_length=4, editable=False)
    country = models.CharField(_("country"), max_length=2, editable=False)
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.WAITING, editable=False
    )
    code = models.CharField(_("code"), max_length=16, blank=True, editable=False)
    asked_at = models.DateTimeField(_("asked"))
    changed_at = models.DateTimeField(_("changed"), editable=False)
    paid_on = models.DateField(_("paid out on"), null=True, editable=False)

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(cents__gt=0), name="payout_is_above_zero"),
            models.CheckConstraint(
                condition=Q(state="paid", paid_on__isnull=False)
                | ~Q(state="paid") & Q(paid_on__isnull=True),
                name="payout_paid_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(state="returned") & ~Q(code="") | ~Q(state="returned") & Q(code=""),
                name="payout_returned_has_its_code",
            ),
        ]
        indexes = [models.Index(fields=["state", "pay_on"], name="payout_at_hand")]

    def __str__(self) -> str:
        return self.key

    @property
    def amount(self) -> Money:
        return Money(self.cents)


class PayoutBatch(FileForBank):
    """execute_on: when the bank is asked to pay; none before it is frozen."""

    bank_account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, related_name="payout_batches"
    )
    execute_on = models.DateField(_("paid out on"), null=True, editable=False)
    count = models.PositiveIntegerField(_("payouts"), default=0, editable=False)

    class Meta:
        verbose_name = _("batch of payouts")
        verbose_name_plural = _("batches of payouts")
        ordering = ["-pk"]
        permissions = [("release_payoutbatch", _("May release batches of payouts"))]
        constraints = [
            *rules("payouts"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(execute_on__isnull=False),
                name="payouts_frozen_have_their_day",
            ),
        ]


class PayoutLine(models.Model):
    """end_to_end_id: what statements name. live: not rejected, returned or left out. left_out: why
    this one went not along. paid_on, returned_on: as the bank's statements say."""

    batch = models.ForeignKey(PayoutBatch, on_delete=models.PROTECT, related_name="lines")
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="lines")
    end_to_end_id = models.CharField(_("end-to-end id"), max_length=35, unique=True)
    cents = models.BigIntegerField(_("amount in cents"))
    live = models.BooleanField(default=True)
    left_out = models.CharField(_("left out"), max_length=64, blank=True)
    paid_on = models.DateField(_("paid out on"), null=True)
    returned_on = models.DateField(_("came back on"), null=True)

    class Meta:
        verbose_name = _("payout in a batch")
        verbose_name_plural = _("payouts in batches")
        ordering = ["batch", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["payout"], condition=Q(live=True), name="payout_in_one_live_batch"
            ),
            models.UniqueConstraint(fields=["batch", "payout"], name="payout_once_in_a_batch"),
            models.UniqueConstraint(
                fields=["payout"],
                condition=Q(paid_on__isnull=False, returned_on__isnull=True),
                name="no_payout_paid_twice",
            ),
            models.CheckConstraint(
                condition=Q(returned_on__isnull=True) | Q(paid_on__isnull=False, live=False),
                name="payout_came_back_after_it_went",
            ),
            models.CheckConstraint(
                condition=Q(left_out="") | Q(live=False), name="payout_left_out_is_not_live"
            ),
        ]

    def __str__(self) -> str:
        return self.end_to_end_id
