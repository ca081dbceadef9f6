"""What is due, and every try to collect it.

DueItem         one period of a pledge; a date is something it has, never what it is
PaymentAttempt  one try to collect it by one provider
Refund          money given back, wholly or in part
Notice          the giver was told of a direct debit before it comes
Question        something a person has to look at; the list of open ones should be empty

The database enforces: one item a pledge and period; one attempt a provider's id and one an
idempotency key; one settled attempt an item, so that no period is collected twice; one refund an
idempotency key; one open question about the same thing; the steps of `moves`.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allmende.ledger.money import Money
from allmende.mailroom.models import Message
from allmende.payments.models.pledges import CURRENCIES, Pledge


class DueItemQuerySet(models.QuerySet["DueItem"]):
    def open(self) -> "DueItemQuerySet":
        """What may still be collected, the earliest period of a pledge first."""
        return self.filter(state__in=DueItem.OPEN).order_by("pledge_id", "period")


class DueItem(models.Model):
    """period: counted from 0. due_on, cents, method: as the pledge's terms say for that period.
    code: why it failed or came back, the provider's word. retry_on: when a failed one is tried
    once more. collected_on: the day the money was there."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        ANNOUNCED = "announced", _("announced")
        SUBMITTED = "submitted", _("handed in")
        COLLECTED = "collected", _("collected")
        RETURNED = "returned", _("returned")
        REFUNDED = "refunded", _("refunded")
        CHARGED_BACK = "charged_back", _("charged back")
        REOPENED = "reopened", _("open again")
        CLOSED = "closed", _("closed")
        FAILED = "failed", _("failed")
        WAIVED = "waived", _("waived")

    OPEN = [State.PLANNED, State.ANNOUNCED, State.SUBMITTED, State.REOPENED, State.FAILED]

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="items")
    period = models.PositiveIntegerField(_("period"))
    due_on = models.DateField(_("due on"))
    cents = models.BigIntegerField(_("amount in cents"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR", choices=CURRENCIES)
    method = models.CharField(_("way of paying"), max_length=32)
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.PLANNED, editable=False
    )
    code = models.CharField(_("code"), max_length=64, blank=True, editable=False)
    retries = models.PositiveSmallIntegerField(_("tried again"), default=0, editable=False)
    retry_on = models.DateField(_("tried again on"), null=True, editable=False)
    collected_on = models.DateField(_("collected on"), null=True, editable=False)
    changed_at = models.DateTimeField(_("changed"), editable=False)

    objects = DueItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("due item")
        verbose_name_plural = _("due items")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "period"], name="one_item_a_period"),
            models.CheckConstraint(condition=Q(cents__gt=0), name="item_is_above_zero"),
            models.CheckConstraint(
                condition=~Q(state="collected") | Q(collected_on__isnull=False),
                name="item_collected_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(code=""), name="item_failed_has_its_code"
            ),
            models.CheckConstraint(
                condition=Q(state="failed") | Q(retry_on__isnull=True),
                name="item_retried_has_failed",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "method", "due_on"], name="item_at_hand"),
            models.Index(fields=["due_on"], name="item_of_day"),
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id}/{self.period}"

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)


class PaymentAttempt(models.Model):
    """key: the idempotency key that the provider is given. external_id: None until it answered.
    account: of the ledger, where its money came to.
    Surplus: the money came, and the period had been paid already; it lies in suspense."""

    class State(models.TextChoices):
        CREATED = "created", _("begun")
        SUBMITTED = "submitted", _("handed in")
        SETTLED = "settled", _("paid")
        SURPLUS = "surplus", _("paid once more than owed")
        FAILED = "failed", _("failed")
        RETURNED = "returned", _("returned")
        REFUNDED = "refunded", _("refunded")
        CHARGED_BACK = "charged_back", _("charged back")

    item = models.ForeignKey(DueItem, on_delete=models.PROTECT, related_name="attempts")
    provider = models.CharField(_("provider"), max_length=32)
    external_id = models.CharField(_("its id there"), max_length=128, null=True, blank=True)
    key = models.CharField(_("idempotency key"), max_length=64, unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.CREATED)
    cents = models.BigIntegerField(_("amount in cents"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR", choices=CURRENCIES)
    account = models.CharField(_("ledger account"), max_length=40, blank=True)
    fee_cents = models.BigIntegerField(_("fee in cents"), default=0)
    refunded_cents = models.BigIntegerField(_("refunded in cents"), default=0)
    code = models.CharField(_("code"), max_length=64, blank=True)
    made_at = models.DateTimeField(_("begun"))
    settled_on = models.DateField(_("paid on"), null=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "external_id"], name="attempt_once"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="settled"), name="no_period_collected_twice"
            ),
            models.CheckConstraint(
                condition=Q(external_id__isnull=True) | ~Q(external_id=""),
                name="attempt_id_is_not_empty",
            ),
            models.CheckConstraint(condition=Q(cents__gt=0), name="attempt_is_above_zero"),
            models.CheckConstraint(
                condition=Q(refunded_cents__gte=0, refunded_cents__lte=F("cents")),
                name="attempt_refunds_what_came",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["created", "submitted", "failed"])
                | Q(settled_on__isnull=False),
                name="attempt_paid_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)


class Refund(models.Model):
    """external_id: None until the provider answered. by: who of the office; None is the provider
    itself, or the giver there. ask_at: not before that is the provider asked again."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        SUBMITTED = "submitted", _("handed in")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="refunds")
    provider = models.CharField(_("provider"), max_length=32)
    external_id = models.CharField(_("its id there"), max_length=128, null=True, blank=True)
    key = models.CharField(_("idempotency key"), max_length=64, unique=True)
    cents = models.BigIntegerField(_("amount in cents"))
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    why = models.CharField(_("reason"), max_length=64, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    ask_at = models.DateTimeField(null=True, editable=False)
    done_on = models.DateField(_("done on"), null=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "external_id"], name="refund_once"),
            models.CheckConstraint(condition=Q(cents__gt=0), name="refund_is_above_zero"),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False)
                | ~Q(state="done") & Q(done_on__isnull=True),
                name="refund_done_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Notice(models.Model):
    """Amount and day that the giver was told. It holds for exactly these. message: of the mailroom;
    None once it is gone there, or where it went by post (way)."""

    class Way(models.TextChoices):
        MAIL = "mail", _("mail")
        POST = "post", _("letter")

    item = models.ForeignKey(DueItem, on_delete=models.PROTECT, related_name="notices")
    cents = models.BigIntegerField(_("amount in cents"))
    due_on = models.DateField(_("collected on"))
    mandate = models.ForeignKey("Mandate", on_delete=models.PROTECT, related_name="notices")
    iban_fingerprint = models.CharField(max_length=32)
    way = models.CharField(max_length=4, choices=Way.choices, default=Way.MAIL)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(_("sent"))

    class Meta:
        verbose_name = _("notice of a direct debit")
        verbose_name_plural = _("notices of direct debits")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "due_on", "cents", "iban_fingerprint"], name="one_notice_a_debit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.due_on.isoformat()}"


class Question(models.Model):
    """detail: a code, an id; never a name. reply: what was done about it."""

    class What(models.TextChoices):
        ALARM = "alarm", _("The bank says that we collected twice")
        DEATH = "death", _("A giver has died")
        NEVER = "never", _("A giver refuses direct debits")
        IBAN = "iban_needed", _("The account does not exist")
        METHOD = "method_needed", _("The account cannot be debited")
        FAILED = "failed", _("A payment failed again")
        CODE = "question", _("The bank's reason is unknown")
        SURPLUS = "surplus", _("Paid once more than owed")
        CURRENCY = "currency", _("Paid in another currency")
        UNKNOWN = "unknown", _("A payment that belongs to nothing here")
        STRANDED = "stranded", _("An event could not be understood")
        ZOMBIE = "zombie", _("Lives at the provider, not here")
        DISPUTE = "dispute", _("A payment is disputed")
        PAYOUT = "payout", _("A payout came back")
        PAID_TWICE = "paid_twice", _("A payout left the account once more than it should")
        OPENING = "opening", _("The opening balance of a bank account is not booked")

    what = models.CharField(_("question"), max_length=16, choices=What.choices)
    item = models.ForeignKey(DueItem, on_delete=models.PROTECT, null=True, related_name="questions")
    detail = models.CharField(_("detail"), max_length=160, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reply = models.CharField(_("answer"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("open question")
        verbose_name_plural = _("open questions")
        ordering = ["answered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["what", "detail"],
                condition=Q(answered_at__isnull=True),
                name="one_open_question_about_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.detail}"
