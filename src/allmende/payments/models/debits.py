"""SEPA: accounts of the paper, mandates of givers, batches of debits.

BankAccount  the paper's own: where debits are collected and statements come from
Mandate      a giver lets us collect; with the evidence of it
SepaBatch    debits that go to the bank in one file; once exported always the same bytes
BatchItem    a due item in a batch

The database enforces: one mandate a reference, one live mandate a pledge; one batch a message id; a
frozen batch has hash and totals, an exported one a second person and its bytes; an item is in one
live batch at the most.
"""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allmende.payments.models.dues import DueItem, PaymentAttempt
from allmende.payments.models.files import FileForBank, rules
from allmende.payments.models.pledges import Pledge


class BankAccount(models.Model):
    """account: of the ledger. notice_days: between notice and collection, as the mandate's text
    says. What this bank wants: lead_days, bank days between handing in and collecting (1 in SEPA
    Core); cut_off, its hour of that day in the paper's time zone; most, debits in a file (10,000
    take some 40 MB of memory to write); one_file_each, one PmtInf a file; first_apart, FRST."""

    name = models.CharField(_("name"), max_length=80)
    holder = models.CharField(_("holder"), max_length=70)
    iban = models.CharField(_("IBAN"), max_length=34, unique=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    bank = models.CharField(_("bank"), max_length=70, blank=True)
    creditor_id = models.CharField(_("creditor identifier"), max_length=35, blank=True)
    account = models.CharField(_("ledger account"), max_length=32, default="bank")
    notice_days = models.PositiveSmallIntegerField(_("days of notice"), default=14)
    lead_days = models.PositiveSmallIntegerField(_("bank days to hand in before"), default=1)
    cut_off = models.TimeField(_("handed in until"), default=dt.time(10, 0))
    most = models.PositiveIntegerField(_("debits in a file at most"), default=10_000)
    one_file_each = models.BooleanField(_("one payment group a file"), default=False)
    first_apart = models.BooleanField(_("mark first debits as FRST"), default=False)
    is_main = models.BooleanField(_("collects and receives"), default=False)

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        ordering = ["-is_main", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_main"],
                condition=Q(is_main=True),
                name="one_main_bank_account",
                violation_error_message=_("Another account collects and receives already."),
            ),
            models.CheckConstraint(
                condition=Q(notice_days__gte=1), name="notice_is_a_day_before_at_least"
            ),
            models.CheckConstraint(
                condition=Q(most__gte=1, lead_days__lte=10), name="bank_takes_something_in_time"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Mandate(models.Model):
    """iban, holder, address, iban_before: sealed (`payments.sealing`), empty once their term has
    ended. fingerprint: equal for equal IBANs. iban_before: of an amended mandate until its next
    collection. evidence: version and hash of the wording, time, the way it came, hash of the
    sender's address. blocked_code: the bank's. last_collected_on: what 36 months count from."""

    class State(models.TextChoices):
        SIGNED = "signed", _("signed")
        ACTIVE = "active", _("in use")
        AMENDED = "amended", _("changed, the bank is told with the next debit")
        DORMANT = "dormant", _("lapsed: not used for 36 months")
        REVOKED = "revoked", _("revoked")
        BLOCKED = "blocked", _("blocked")

    USABLE = [State.SIGNED, State.ACTIVE, State.AMENDED]

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="mandates")
    reference = models.CharField(_("mandate reference"), max_length=35, unique=True)
    iban = models.BinaryField(editable=False)
    fingerprint = models.CharField(max_length=32, db_index=True, editable=False)
    last4 = models.CharField(_("IBAN ends with"), max_length=4, editable=False)
    country = models.CharField(_("country"), max_length=2, editable=False)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    holder = models.BinaryField(editable=False)
    address = models.BinaryField(null=True, editable=False)
    iban_before = models.BinaryField(null=True, editable=False)
    state = models.CharField(
        _("state"), max_length=7, choices=State.choices, default=State.SIGNED, editable=False
    )
    blocked_code = models.CharField(_("code"), max_length=16, blank=True, editable=False)
    signed_at = models.DateTimeField(_("signed"))
    wording = models.TextField(_("wording"), editable=False)
    wording_version = models.CharField(_("version of the wording"), max_length=32)
    evidence = models.JSONField(_("evidence"), default=dict, editable=False)
    last_collected_on = models.DateField(_("last collected on"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pledge"],
                condition=Q(state__in=["signed", "active", "amended", "blocked"]),
                name="one_live_mandate_a_pledge",
            ),
            models.CheckConstraint(
                condition=Q(state="blocked") & ~Q(blocked_code="")
                | ~Q(state="blocked") & Q(blocked_code=""),
                name="mandate_blocked_has_its_code",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["dormant", "revoked"], ended_at__isnull=False)
                | ~Q(state__in=["dormant", "revoked"]) & Q(ended_at__isnull=True),
                name="mandate_ended_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class SepaBatch(FileForBank):
    """Debits of one day."""

    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="batches")
    collect_on = models.DateField(_("collected on"))
    count = models.PositiveIntegerField(_("debits"), default=0, editable=False)

    class Meta:
        verbose_name = _("batch of direct debits")
        verbose_name_plural = _("batches of direct debits")
        ordering = ["-pk"]
        permissions = [("release_sepabatch", _("May release batches of direct debits"))]
        constraints = rules("batch")


class BatchItem(models.Model):
    """end_to_end_id: what statements name. live: not rejected, returned or left out. left_out: why
    this one went not along, as the check of its row says."""

    batch = models.ForeignKey(SepaBatch, on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey(DueItem, on_delete=models.PROTECT, related_name="lines")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="lines")
    attempt = models.OneToOneField(
        PaymentAttempt, on_delete=models.PROTECT, null=True, related_name="line"
    )
    end_to_end_id = models.CharField(_("end-to-end id"), max_length=35, unique=True)
    cents = models.BigIntegerField(_("amount in cents"))
    live = models.BooleanField(default=True)
    left_out = models.CharField(_("left out"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("direct debit")
        verbose_name_plural = _("direct debits")
        ordering = ["batch", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(live=True), name="item_in_one_live_batch"
            ),
            models.UniqueConstraint(fields=["batch", "item"], name="item_once_in_a_batch"),
            models.CheckConstraint(
                condition=Q(left_out="") | Q(live=False), name="debit_left_out_is_not_live"
            ),
        ]

    def __str__(self) -> str:
        return self.end_to_end_id
