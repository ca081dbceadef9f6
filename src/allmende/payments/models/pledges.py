"""What somebody said they would give, and the form in which they said it.

Pledge         who, how much, how often, how; for what is an opaque word of whoever asked
PledgeVersion  amount and way of paying from a period on; the first holds from period 0
Arrangement    what a provider was told to do again and again (a subscription there)
Checkout       a form that was sent; the same one, sent twice, makes one pledge, for the key of
               a new pledge is that of its checkout; other terms may take a further checkout
Method         a way of paying as the office offers it: its place, its switch

The database enforces: one version a pledge and period; one arrangement an
external id; who ends names a reason, and an ended pledge its time; the steps of `moves.PLEDGE`.
Amounts are integer cents above zero.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.ledger.money import Money
from allmende.people.models import Person

CURRENCIES = [("EUR", "EUR"), ("CHF", "CHF"), ("USD", "USD"), ("GBP", "GBP")]


class PledgeQuerySet(models.QuerySet["Pledge"]):
    def alive(self) -> "PledgeQuerySet":
        """What is to be collected now or later."""
        return self.filter(state__in=[Pledge.State.ACTIVE, Pledge.State.PAUSED])

    def of_person(self, person: Person) -> "PledgeQuerySet":
        return self.filter(person=person)


class Pledge(models.Model):
    """key: names it in links, and tells nothing. anchor: the day on which period 0 is due.
    periods: how many there are; None is no end. account: of the ledger, what its money is credited
    to; party: of the ledger, whose money it is. cents, method: what the newest version says."""

    class Rhythm(models.TextChoices):
        ONCE = "once", _("once")
        MONTHLY = "monthly", _("monthly")
        QUARTERLY = "quarterly", _("quarterly")
        YEARLY = "yearly", _("yearly")

    class State(models.TextChoices):
        DRAFT = "draft", _("begun")
        AWAITING = "awaiting", _("waits for confirmation")
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        ENDING = "ending", _("is being ended")
        ENDED = "ended", _("ended")

    class Reason(models.TextChoices):
        READER = "reader", _("by the giver")
        FAILED = "failed", _("payments failed")
        DEATH = "death", _("the giver has died")
        OFFICE = "office", _("by the office")
        DONE = "done", _("everything has been paid")

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="pledges",
        verbose_name=_("person"),
    )
    party = models.CharField(_("party"), max_length=64)
    purpose = models.CharField(_("purpose"), max_length=32)
    reference = models.CharField(_("reference"), max_length=64, blank=True)
    account = models.CharField(_("account"), max_length=32)
    rhythm = models.CharField(_("rhythm"), max_length=9, choices=Rhythm.choices)
    anchor = models.DateField(_("first due on"))
    periods = models.PositiveIntegerField(_("number of payments"), null=True, blank=True)
    cents = models.BigIntegerField(_("amount in cents"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR", choices=CURRENCIES)
    method = models.CharField(_("way of paying"), max_length=32)
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.DRAFT, editable=False
    )
    paused_until = models.DateField(_("paused until"), null=True, editable=False)
    paused_why = models.CharField(_("why it pauses"), max_length=16, blank=True, editable=False)
    reason = models.CharField(
        _("ended"), max_length=6, choices=Reason.choices, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("begun"), editable=False)
    activated_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    transfer_reference = models.CharField(
        _("reference for transfers"), max_length=25, null=True, unique=True, editable=False
    )

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        ordering = ["-pk"]
        permissions = [("see_iban", _("May see IBANs in full"))]
        constraints = [
            models.CheckConstraint(condition=Q(cents__gt=0), name="pledge_is_above_zero"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "awaiting", "active", "paused", "ending", "ended"]),
                name="pledge_state_exists",
            ),
            models.CheckConstraint(
                condition=Q(rhythm="once", periods=1)
                | Q(rhythm__in=["monthly", "quarterly", "yearly"]),
                name="pledge_rhythm_exists",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["ending", "ended"]) & ~Q(reason="")
                | ~Q(state__in=["ending", "ended"]) & Q(reason=""),
                name="pledge_ended_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False)
                | ~Q(state="ended") & Q(ended_at__isnull=True),
                name="pledge_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["active", "paused"]) | Q(activated_at__isnull=False),
                name="pledge_active_was_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(state="paused") | Q(paused_until__isnull=True, paused_why=""),
                name="pledge_pause_is_a_state",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "rhythm"], name="pledge_at_hand"),
            models.Index(fields=["purpose", "reference"], name="pledge_of_purpose"),
            models.Index(fields=["party"], name="pledge_of_party"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {Money(self.cents, self.currency)} {self.rhythm}"

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)


class PledgeVersion(models.Model):
    """confirmed_at: until then the provider has not approved, and the version before it holds."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="versions")
    from_period = models.PositiveIntegerField(_("from period"))
    cents = models.BigIntegerField(_("amount in cents"))
    method = models.CharField(_("way of paying"), max_length=32)
    agreed_at = models.DateTimeField(_("agreed"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)

    class Meta:
        verbose_name = _("terms of a pledge")
        verbose_name_plural = _("terms of pledges")
        ordering = ["pledge", "from_period"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "from_period"], name="one_version_a_period"),
            models.CheckConstraint(condition=Q(cents__gt=0), name="version_is_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id}/{self.from_period}"


class Arrangement(models.Model):
    """state: what the provider said last. wanted: what it shall become; while the two differ, the
    provider is asked again and again: for what it was `asked` for already, not before `ask_at`. No
    zombie may live there that is not live here."""

    class State(models.TextChoices):
        AWAITING = "awaiting", _("waits for approval")
        LIVE = "live", pgettext_lazy("at the provider", "live")
        RESTING = "resting", _("rests")
        ENDED = "ended", _("ended")

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="arrangements")
    provider = models.CharField(_("provider"), max_length=32)
    external_id = models.CharField(_("its id there"), max_length=128)
    state = models.CharField(max_length=8, choices=State.choices, default=State.AWAITING)
    wanted = models.CharField(max_length=8, choices=State.choices, default=State.LIVE)
    asked = models.CharField(max_length=8, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    ask_at = models.DateTimeField(null=True, editable=False)
    code = models.CharField(_("code"), max_length=64, blank=True)
    cents = models.BigIntegerField(_("amount in cents"))
    from_period = models.PositiveIntegerField(_("from period"))
    made_at = models.DateTimeField(_("made"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("arrangement with a provider")
        verbose_name_plural = _("arrangements with providers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "external_id"], name="arrangement_once"),
            models.UniqueConstraint(
                fields=["pledge"],
                condition=Q(state="live", wanted="live"),
                name="one_live_arrangement_a_pledge",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["awaiting", "live", "resting"], ended_at__isnull=True)
                | Q(state="ended", ended_at__isnull=False),
                name="arrangement_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(wanted__in=["live", "resting", "ended"]),
                name="arrangement_is_wanted_for_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}:{self.external_id}"


class Checkout(models.Model):
    """A form that was sent. key: made when the form was shown and carried in it. step: what the
    giver does next, as the provider said; the same answer is given again. back: a path of ours."""

    class State(models.TextChoices):
        BEGUN = "begun", _("begun")
        SENT = "sent", _("with the provider")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    key = models.UUIDField(_("key"), primary_key=True, default=uuid.uuid4)
    pledge = models.ForeignKey(
        Pledge, on_delete=models.PROTECT, null=True, related_name="checkouts"
    )
    state = models.CharField(max_length=6, choices=State.choices, default=State.BEGUN)
    provider = models.CharField(_("provider"), max_length=32)
    external_id = models.CharField(_("its id there"), max_length=128, blank=True)
    step = models.JSONField(_("next step"), default=dict)
    back = models.CharField(_("way back"), max_length=300, blank=True)
    code = models.CharField(_("why it failed"), max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("checkout")
        verbose_name_plural = _("checkouts")
        ordering = ["-begun_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "external_id"],
                condition=~Q(external_id=""),
                name="one_checkout_an_order",
            ),
            models.CheckConstraint(
                condition=Q(state="begun") | Q(pledge__isnull=False),
                name="checkout_sent_has_a_pledge",
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)


class Method(models.Model):
    """A way of paying that the office offers. name: the provider's folder."""

    name = models.CharField(_("provider"), max_length=32, unique=True)
    is_on = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("way of paying")
        verbose_name_plural = _("ways of paying")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name
