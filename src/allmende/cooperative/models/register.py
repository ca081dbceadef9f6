"""The register of members (*Mitgliederliste*, §§ 15, 30 GenG): append-only, with two times.

Membership       one membership of one person, from the application on: what its events add up to
RegisterEvent    something that happened, once, in the order in which it was recorded
RegisterPayload  what of it is personal, sealed under a key of the membership's own
RegisterHead     the row that whoever writes holds, so that the sequence has no gap
Step             what an event changed in shares and credit, and from which day on
Detail           name and address of a member from a day on

The database keeps, on both engines (migration `register`): events are numbered from one without a
gap, each names the hash of the one before, none is recorded earlier than the one before, and none
is ever changed or deleted. A payload is never changed; it may be deleted, for the chain holds only
what it hashes to with a nonce of its own. A membership is never deleted; no member number is given
to two of them, nor two to one. Nobody is in two living memberships.

`Membership` beyond its identity, `Step` and `Detail` are made of the events alone (`folding`,
`projecting`), and are laid anew by `allmende register rebuild`.
"""

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.cooperative.folding import Kind, Stage
from allmende.cooperative.models.statute import Statute
from allmende.ledger.money import Money

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

KINDS = {
    Kind.APPLIED: _("applied"),
    Kind.CONFIRMED: _("address confirmed"),
    Kind.WITHDRAWN: _("application withdrawn"),
    Kind.REFUSED: _("refused"),
    Kind.ADMITTED: _("admitted"),
    Kind.NOTIFIED: _("notified"),
    Kind.MORE_DECLARED: _("further shares declared"),
    Kind.MORE_ADMITTED: _("further shares admitted"),
    Kind.MORE_REFUSED: _("further shares refused"),
    Kind.PAID: _("payment credited"),
    Kind.UNPAID: _("payment taken back"),
    Kind.OVERPAID: _("paid more than owed"),
    Kind.DETAILS: _("name or address changed"),
    Kind.REPRESENTATIVE: _("representative changed"),
    Kind.GROUP: _("group changed"),
    Kind.NOTICE: _("notice received"),
    Kind.NOTICE_WITHDRAWN: _("notice withdrawn"),
    Kind.EXCLUDED: _("exclusion decided"),
    Kind.EXCLUSION_POSTED: _("exclusion posted"),
    Kind.EXCLUSION_REVOKED: _("exclusion revoked"),
    Kind.TRANSFERRED: _("transferred"),
    Kind.DIED: _("died"),
    Kind.HEIRS: _("heirs named"),
    Kind.REDUCED: _("shares ended"),
    Kind.ENDED: _("membership ended"),
    Kind.SETTLED: _("settlement computed"),
    Kind.PAID_OUT: _("settlement paid"),
    Kind.PAYOUT_RETURNED: _("payout came back"),
    Kind.CONVERTED: _("shares converted"),
    Kind.REPLACED: _("shares replaced by conversion"),
    Kind.ALLOCATED: _("profit or loss allocated"),
    Kind.INSPECTED: _("list inspected"),
    Kind.REPORTED: _("report frozen"),
    Kind.FORGOTTEN: _("personal data erased"),
    Kind.CORRECTION: pgettext_lazy("of the register", "correction"),
    Kind.IMPORTED: _("taken over from an older list"),
    Kind.PAPER_ADDED: _("paper added"),
}
STAGES = {
    Stage.APPLIED: _("applied"),
    Stage.WITHDRAWN: _("application withdrawn"),
    Stage.REFUSED: _("refused"),
    Stage.MEMBER: _("member"),
    Stage.ENDED: _("ended"),
}
LIVING = [Stage.APPLIED.value, Stage.MEMBER.value]
ADMITTED = [Stage.MEMBER.value, Stage.ENDED.value]


def valued(labels: "Mapping[Any, StrOrPromise]") -> "list[tuple[str, StrOrPromise]]":
    """Choices as migrations write them down: without our own types."""
    return [(key.value, label) for key, label in labels.items()]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def applications(self) -> "MembershipQuerySet":
        """What the board has to decide about."""
        return self.filter(stage=Stage.APPLIED, confirmed=True)

    def members(self) -> "MembershipQuerySet":
        return self.filter(stage=Stage.MEMBER)

    def living(self) -> "MembershipQuerySet":
        return self.filter(stage__in=LIVING)


class Membership(models.Model):
    """key: names the key of its payloads, and stands in links.

    What follows `person` is what the events add up to: `nominal_cents` of all shares; `claim_cents`
    set free and not settled, `payable_cents` settled and not paid out; `ended_on` the last day,
    `leaving_on` the last day that is known to come, `next_end_on` the next one on which anything
    ends.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="memberships",
        verbose_name=_("person"),
    )
    number = models.PositiveIntegerField(_("member number"), null=True, unique=True)
    stage = models.CharField(
        _("state"), max_length=9, choices=valued(STAGES), default=Stage.APPLIED.value
    )
    confirmed = models.BooleanField(_("address confirmed"), default=False)
    told = models.BooleanField(_("notified"), default=False)
    group = models.CharField(_("group"), max_length=30, blank=True)
    shares = models.PositiveIntegerField(_("shares"), default=0)
    nominal_cents = models.BigIntegerField(_("value of the shares in cents"), default=0)
    credit_cents = models.BigIntegerField(_("credit in cents"), default=0)
    claim_cents = models.BigIntegerField(_("to be settled, in cents"), default=0)
    payable_cents = models.BigIntegerField(_("to be paid out, in cents"), default=0)
    wanted = models.PositiveIntegerField(_("further shares wanted"), default=0)
    joined_on = models.DateField(_("member since"), null=True)
    ended_on = models.DateField(_("last day"), null=True)
    leaving_on = models.DateField(_("leaves on"), null=True)
    next_end_on = models.DateField(_("something ends on"), null=True)
    rights_end_on = models.DateField(_("rights ended on"), null=True)
    died_on = models.DateField(_("died on"), null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering: ClassVar[list[str]] = ["number", "pk"]
        permissions = [
            ("decide_membership", _("May admit and refuse")),
            ("inspect_register", _("May see the register")),
            ("keep_register", _("May write into the register")),
            ("pay_out_membership", _("May settle and pay out")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(stage__in=LIVING),
                name="one_living_membership_a_person",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=ADMITTED, number__isnull=False)
                | Q(stage__in=["applied", "withdrawn", "refused"], number__isnull=True),
                name="membership_is_numbered_when_admitted",
            ),
            models.CheckConstraint(
                condition=Q(stage="member", shares__gt=0) | ~Q(stage="member") & Q(shares=0),
                name="member_holds_shares",
            ),
            models.CheckConstraint(
                condition=Q(credit_cents__lte=F("nominal_cents")), name="credit_fits_the_shares"
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "number"], name="memberships_at_hand"),
            models.Index(fields=["next_end_on"], name="memberships_that_end"),
        ]

    def __str__(self) -> str:
        return f"{self.number or '–'}"

    @property
    def party(self) -> str:
        """Whom the ledger books its credit for."""
        return f"member:{self.pk}"


class RegisterEvent(models.Model):
    """number: in the order of recording. other: who takes what the member transfers. member_number:
    given to whoever joins; the other, if it is a transfer. entry: key of
    the ledger's entry. document: SHA-256 of what proves it. word: a code, as the group or why it
    ended. commitment: what nonce and payload hash to; empty where nothing is personal."""

    number = models.BigIntegerField(_("number"), primary_key=True)
    kind = models.CharField(_("kind"), max_length=20, choices=valued(KINDS))
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, related_name="events"
    )
    other = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, related_name="received"
    )
    member_number = models.PositiveIntegerField(_("member number"), null=True)
    shares = models.PositiveIntegerField(_("shares"), default=0)
    nominal_cents = models.BigIntegerField(_("value of a share in cents"), default=0)
    cents = models.BigIntegerField(_("cents"), default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    word = models.CharField(_("code"), max_length=40, blank=True)
    declared_on = models.DateField(_("declared on"), null=True)
    decided_on = models.DateField(_("decided on"), null=True)
    effective_on = models.DateField(_("takes effect on"))
    recorded_at = models.DateTimeField(_("recorded"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    statute = models.ForeignKey(Statute, on_delete=models.PROTECT, null=True, related_name="+")
    document = models.CharField(_("document"), max_length=64, blank=True)
    entry = models.CharField(_("entry of the ledger"), max_length=200, blank=True)
    about = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed")
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected"
    )
    commitment = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("event of the register")
        verbose_name_plural = _("events of the register")
        ordering: ClassVar[list[str]] = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="event_from_one"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in KINDS]), name="event_kind_exists"
            ),
            models.CheckConstraint(
                condition=Q(kind="correction", corrects__isnull=False)
                | ~Q(kind="correction") & Q(corrects__isnull=True),
                name="event_corrects_as_a_correction",
            ),
            models.CheckConstraint(
                condition=Q(kind="transferred", other__isnull=False)
                | Q(kind="correction")
                | ~Q(kind__in=["transferred", "correction"]) & Q(other__isnull=True),
                name="event_has_two_sides_as_a_transfer",
            ),
            models.CheckConstraint(
                condition=Q(other__isnull=True) | ~Q(other=F("membership")),
                name="event_has_two_sides_that_differ",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["admitted", "more-admitted"])
                | Q(
                    declared_on__isnull=False,
                    decided_on__gte=F("declared_on"),
                    effective_on__gte=F("decided_on"),
                    shares__gt=0,
                ),
                name="event_admits_after_declaration",
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=F("actor")),
                name="event_has_two_persons_that_differ",
            ),
            # One entry of the ledger is credited once.
            models.UniqueConstraint(
                fields=["entry"],
                condition=~Q(entry="") & ~Q(kind="correction"),
                name="entry_recorded_once",
            ),
        ]
        indexes = [
            models.Index(fields=["recorded_at"], name="events_by_time"),
            models.Index(fields=["kind", "effective_on"], name="events_by_kind"),
            models.Index(fields=["member_number"], name="events_by_member_number"),
            # Few events have another side: SQLite passes by an index of nearly nothing but NULL.
            models.Index(
                fields=["other"], condition=Q(other__isnull=False), name="events_of_takers"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"

    @property
    def money(self) -> Money:
        return Money(self.cents, self.currency)


class RegisterPayload(models.Model):
    """schema: of what lies inside. owner: whose key it is under, as "membership:<key>"."""

    event = models.OneToOneField(
        RegisterEvent, on_delete=models.PROTECT, primary_key=True, related_name="payload"
    )
    schema = models.PositiveSmallIntegerField(_("schema"))
    owner = models.CharField(_("key"), max_length=60)
    sealed = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("what is personal of an event")
        verbose_name_plural = _("what is personal of events")
        indexes = [models.Index(fields=["owner"], name="payloads_of_owner")]

    def __str__(self) -> str:
        return str(self.event_id)


class RegisterHead(models.Model):
    """One row. Whoever writes the register locks it first."""

    class Meta:
        verbose_name = _("head of the register")
        verbose_name_plural = _("head of the register")

    def __str__(self) -> str:
        return "register"


class Step(models.Model):
    """void_from: the number of the correction since which it is known not to be so. nominal_cents:
    of all these shares. credit_cents: of credit. member_number: given to whoever joins by it."""

    event = models.ForeignKey(RegisterEvent, on_delete=models.PROTECT, related_name="steps")
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    from_on = models.DateField(_("from"))
    shares = models.IntegerField(_("shares"))
    nominal_cents = models.BigIntegerField(_("value in cents"))
    credit_cents = models.BigIntegerField(_("credit in cents"))
    member_number = models.PositiveIntegerField(null=True)
    void_from = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("change of shares or credit")
        verbose_name_plural = _("changes of shares and credit")
        constraints = [
            models.UniqueConstraint(fields=["event", "membership"], name="one_step_a_side")
        ]
        indexes = [
            models.Index(
                fields=["membership", "from_on"],
                condition=~Q(shares=0),
                name="steps_of_shares",
            ),
            # All that the list adds up, in the order of members: the rows are not looked at.
            models.Index(
                fields=[
                    "membership", "from_on", "void_from", "event", "member_number", "shares",
                    "nominal_cents", "credit_cents",
                ],
                name="steps_of_members",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.event_id}: {self.shares:+d}"


class Detail(models.Model):
    """Who a member is, as the list of § 30 GenG says it. sought: all of it in small letters, for
    the office to look through at once."""

    event = models.OneToOneField(
        RegisterEvent, on_delete=models.PROTECT, primary_key=True, related_name="detail"
    )
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="details")
    from_on = models.DateField(_("from"))
    void_from = models.BigIntegerField(null=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    last_name = models.CharField(_("surname"), max_length=150, blank=True)
    first_names = models.CharField(_("first names"), max_length=150, blank=True)
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, default="DE")
    sought = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = _("name and address of a member")
        verbose_name_plural = _("names and addresses of members")
        indexes = [
            models.Index(fields=["membership", "-from_on"], name="details_of_member"),
            models.Index(fields=["last_name"], name="details_by_name"),
        ]

    def __str__(self) -> str:
        return self.organisation or f"{self.first_names} {self.last_name}".strip()
