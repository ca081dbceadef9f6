"""What comes from outside: kept raw once, understood later.

InboundEvent  a webhook as it came, sealed; a worker makes sense of it afterwards
Statement     a file of the bank
Transfer      one row of a statement
Match         money of a transfer given to a due item, and why

The database enforces: one event a source and external id; a file once; a row once; a transfer gives
one item at most one match.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allmende.payments.models.debits import BankAccount
from allmende.payments.models.dues import DueItem, PaymentAttempt
from allmende.payments.models.pledges import CURRENCIES


class InboundEvent(models.Model):
    """subject: what the provider is asked about. raw: sealed; None once its term has ended.
    outcome: one word for what became of it. due_at: when a worker looks at it next, lease_until
    while one does."""

    source = models.CharField(_("provider"), max_length=32)
    external_id = models.CharField(_("its id there"), max_length=128)
    kind = models.CharField(_("kind"), max_length=80, blank=True)
    subject = models.CharField(_("what it is about"), max_length=160, blank=True)
    raw = models.BinaryField(null=True, editable=False)
    received_at = models.DateTimeField(_("received"))
    due_at = models.DateTimeField(_("due"), null=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    processed_at = models.DateTimeField(_("processed"), null=True)
    outcome = models.CharField(_("outcome"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("event of a provider")
        verbose_name_plural = _("events of providers")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="event_once"),
            models.CheckConstraint(
                condition=Q(processed_at__isnull=True, due_at__isnull=False)
                | Q(processed_at__isnull=False, due_at__isnull=True) & ~Q(outcome=""),
                name="event_waits_or_has_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="event_at_hand")
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.external_id}"


class Statement(models.Model):
    """digest: SHA-256 of the file. opening, closing: in cents, as the bank says; None where the
    form (camt.054) tells none."""

    bank_account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, related_name="statements"
    )
    digest = models.CharField(_("SHA-256"), max_length=64)
    number = models.CharField(_("number"), max_length=64, blank=True)
    form = models.CharField(_("form"), max_length=32)
    begins_on = models.DateField(_("from"), null=True)
    ends_on = models.DateField(_("to"), null=True)
    opening = models.BigIntegerField(_("opening balance in cents"), null=True)
    closing = models.BigIntegerField(_("closing balance in cents"), null=True)
    entries = models.PositiveIntegerField(_("rows"), default=0)
    read_at = models.DateTimeField(_("read"))

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["digest", "number"], name="statement_once"),
        ]

    def __str__(self) -> str:
        return self.number or self.digest[:12]


class Transfer(models.Model):
    """A row of a statement. key: what makes it the same row in another file (the bank's own
    reference, else a hash and how often it had come). lump: the same for all rows of an entry, in
    whichever form they are told; empty where nothing names it. cents: what came is above zero, what
    went below. sealed: counterpart's name, IBAN and words as JSON; None once its term has ended."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        MATCHED = "matched", _("matched")
        SET_ASIDE = "set_aside", _("not ours to match")

    bank_account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, related_name="transfers"
    )
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="transfers")
    key = models.CharField(_("key"), max_length=64)
    lump = models.CharField(max_length=64, blank=True, editable=False)
    booked_on = models.DateField(_("booked on"))
    valued_on = models.DateField(_("valued on"), null=True)
    cents = models.BigIntegerField(_("amount in cents"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR", choices=CURRENCIES)
    bank_code = models.CharField(_("kind, as the bank says"), max_length=35, blank=True)
    return_code = models.CharField(_("return code"), max_length=8, blank=True)
    fee_cents = models.BigIntegerField(_("fee in cents"), default=0)
    end_to_end_id = models.CharField(_("end-to-end id"), max_length=35, blank=True)
    mandate_reference = models.CharField(_("mandate reference"), max_length=35, blank=True)
    reference = models.CharField(_("reference found"), max_length=25, blank=True)
    fingerprint = models.CharField(max_length=32, blank=True)
    sealed = models.BinaryField(null=True, editable=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    why = models.CharField(_("why"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("row of a statement")
        verbose_name_plural = _("rows of statements")
        ordering = ["-booked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["bank_account", "key"], name="transfer_once"),
            models.CheckConstraint(condition=~Q(cents=0), name="transfer_is_not_zero"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | ~Q(state="open") & Q(decided_at__isnull=False),
                name="transfer_decided_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "booked_on"], name="transfer_at_hand"),
            models.Index(fields=["fingerprint"], name="transfer_of_iban"),
            models.Index(fields=["lump"], condition=~Q(lump=""), name="transfer_of_lump"),
            models.Index(
                fields=["end_to_end_id", "bank_account"],
                condition=~Q(end_to_end_id=""),
                name="transfer_of_debit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_account_id}:{self.key}"


class Match(models.Model):
    """reason: how it was found (reference, end-to-end id, known IBAN, a person). attempt: what
    became of it in `settle`."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="matches")
    item = models.ForeignKey(DueItem, on_delete=models.PROTECT, related_name="matches")
    attempt = models.OneToOneField(
        PaymentAttempt, on_delete=models.PROTECT, null=True, related_name="match"
    )
    cents = models.BigIntegerField(_("amount in cents"))
    reason = models.CharField(_("found by"), max_length=32)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["transfer", "item"], name="match_once"),
            models.CheckConstraint(condition=~Q(cents=0), name="match_is_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id} → {self.item_id}"
