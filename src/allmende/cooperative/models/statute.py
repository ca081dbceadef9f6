"""The statute (*Satzung*) as dated data, and the paper that members agreed to.

StatuteDocument  a file, named by the hash of its bytes
Statute          a version: what it says in numbers, with its document
MemberGroup      who may be a member by a version, with which rights; `code` is the same in all

The database keeps (migration 0001, on both engines): a published version, its groups and its
document are never changed or deleted. A mistake is mended by a version with a greater number, which
takes the place of the one before from its own day on. What was in force on a day, as known at a
time, is therefore always the same: see `statute.in_force`.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from allmende.bakery.ingredients import Traced
from allmende.ledger.money import SIGNS, Money


class StatuteDocument(models.Model):
    """sha256: of the content, in hex."""

    sha256 = models.CharField(_("SHA-256"), max_length=64, primary_key=True)
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("document of the statute")
        verbose_name_plural = _("documents of the statute")
        constraints = [
            models.CheckConstraint(
                condition=Exact(Length("sha256"), 64), name="statute_document_has_a_hash"
            ),
        ]

    def __str__(self) -> str:
        return self.sha256


class Statute(Traced):
    """Money is cents of `currency`. None means that the statute knows no such limit.

    compulsory_shares   each member takes at least so many at once (*Pflichtanteile*)
    most_shares         ... holds at most so many
    most_shares_a_year  ... takes at most so many in a calendar year
    instalments         how many parts a share may be paid in; 1: it is paid at once
    instalment_cents    the least amount of one part
    instalment_months   from one part to the next
    payment_days        days from admission until the first part, or all, is due
    paid_within_months  months from admission until everything is paid
    notice_months       to the end of a business year (§ 65 GenG)
    early_exit_months   notice in case of hardship, after a full business year (§ 65 (3) GenG)
    nachschuss_cents    for each share, if limited
    payout_months       from the end of membership until its credit is paid (§ 73 GenG)
    further_payments    other duties to pay, in the statute's words; to be acknowledged by itself
    """

    trace = "statute"

    class Form(models.TextChoices):
        TEXT = "text", _("text form: online or by mail")
        WRITTEN = "written", _("in writing: signed on paper")

    class Nachschuss(models.TextChoices):
        NONE = "none", _("none")
        LIMITED = "limited", _("limited to a sum for each share")
        UNLIMITED = "unlimited", _("unlimited")

    class OnDeath(models.TextChoices):
        ENDS = "ends", _("heirs are members until the end of the business year")
        CONTINUES = "continues", _("heirs go on as members")

    number = models.PositiveIntegerField(_("version"), unique=True, editable=False)
    in_force_from = models.DateField(
        _("in force from"), help_text=_("As a rule the day of its entry in the court's register.")
    )
    document = models.ForeignKey(
        StatuteDocument, on_delete=models.PROTECT, related_name="+", verbose_name=_("document")
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    share_cents = models.PositiveBigIntegerField(_("a share"))
    compulsory_shares = models.PositiveIntegerField(_("compulsory shares"), default=1)
    most_shares = models.PositiveIntegerField(_("most shares of a member"), null=True, blank=True)
    most_shares_a_year = models.PositiveIntegerField(
        _("most shares taken in a year"), null=True, blank=True
    )
    instalments = models.PositiveSmallIntegerField(
        _("instalments of a share"), default=1, help_text=_("1: a share is paid at once.")
    )
    instalment_cents = models.PositiveBigIntegerField(_("least instalment"), null=True, blank=True)
    instalment_months = models.PositiveSmallIntegerField(
        _("months between instalments"), default=1, validators=[MinValueValidator(1)]
    )
    payment_days = models.PositiveSmallIntegerField(_("days until the first payment"), default=14)
    paid_within_months = models.PositiveSmallIntegerField(
        _("months until all is paid"), null=True, blank=True
    )
    notice_months = models.PositiveSmallIntegerField(_("months of notice"), default=3)
    early_exit_months = models.PositiveSmallIntegerField(
        _("months of notice in case of hardship"), null=True, blank=True
    )
    declaration_form = models.CharField(
        _("form of the declaration"), max_length=7, choices=Form.choices, default=Form.TEXT
    )
    notice_form = models.CharField(
        _("form of notice"), max_length=7, choices=Form.choices, default=Form.TEXT
    )
    nachschuss = models.CharField(
        _("duty to pay more (Nachschuss)"),
        max_length=9,
        choices=Nachschuss.choices,
        default=Nachschuss.NONE,
    )
    nachschuss_cents = models.PositiveBigIntegerField(
        _("Nachschuss for each share"), null=True, blank=True
    )
    further_payments = models.TextField(_("further duties to pay"), blank=True)
    minimum_capital_cents = models.PositiveBigIntegerField(
        _("minimum capital"), null=True, blank=True
    )
    payout_months = models.PositiveSmallIntegerField(_("months until a payout"), default=6)
    year_month = models.PositiveSmallIntegerField(
        _("month in which the business year begins"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    year_day = models.PositiveSmallIntegerField(
        _("day on which it begins"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(28)],
    )
    on_death = models.CharField(
        _("on death"), max_length=9, choices=OnDeath.choices, default=OnDeath.ENDS
    )
    transfers = models.BooleanField(_("credit may be transferred"), default=True)
    second_person = models.BooleanField(
        _("admission and conversion take a second person"), default=False
    )
    takes_minors = models.BooleanField(_("minors may join"), default=True)
    takes_organisations = models.BooleanField(_("organisations may join"), default=True)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("published by"),
    )

    class Meta:
        verbose_name = _("statute")
        verbose_name_plural = _("statutes")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(currency__in=sorted(SIGNS)), name="statute_currency_is_known"
            ),
            models.CheckConstraint(
                condition=Q(share_cents__gt=0)
                & Q(compulsory_shares__gte=1)
                & (Q(most_shares=None) | Q(most_shares__gte=F("compulsory_shares")))
                & (Q(most_shares_a_year=None) | Q(most_shares_a_year__gte=F("compulsory_shares"))),
                name="statute_shares_fit",
            ),
            models.CheckConstraint(
                condition=Q(instalments=1, instalment_cents=None)
                | Q(
                    instalments__gt=1,
                    instalment_cents__isnull=False,  # NULL would pass any comparison
                    instalment_cents__gt=0,
                    share_cents__gte=F("instalments") * F("instalment_cents"),
                ),
                name="statute_instalments_fit",
            ),
            models.CheckConstraint(
                condition=Q(instalment_months__gte=1)
                & (Q(paid_within_months=None) | Q(paid_within_months__gte=1)),
                name="statute_terms_fit",
            ),
            models.CheckConstraint(
                condition=Q(
                    nachschuss="limited", nachschuss_cents__isnull=False, nachschuss_cents__gt=0
                )
                | Q(nachschuss__in=["none", "unlimited"], nachschuss_cents=None),
                name="statute_nachschuss_fits",
            ),
            models.CheckConstraint(
                condition=Q(declaration_form__in=["text", "written"])
                & Q(notice_form__in=["text", "written"])
                & Q(on_death__in=["ends", "continues"]),
                name="statute_choices_exist",
            ),
            models.CheckConstraint(
                condition=Q(year_month__range=(1, 12), year_day__range=(1, 28)),
                name="statute_year_begins_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(early_exit_months=None) | Q(early_exit_months__lt=F("notice_months")),
                name="statute_early_exit_is_earlier",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({date_format(self.in_force_from, 'SHORT_DATE_FORMAT')})"

    def clean(self) -> None:
        """What the database refuses, said in words beside the field."""
        super().clean()
        faults: dict[str, Any] = {}
        if (self.instalments > 1) != bool(self.instalment_cents):
            faults["instalment_cents"] = _("Say how much an instalment is at least, if there are.")
        elif (self.instalment_cents or 0) * self.instalments > self.share_cents:
            faults["instalments"] = _("Together they are more than a share.")
        if (self.nachschuss == self.Nachschuss.LIMITED) != bool(self.nachschuss_cents):
            faults["nachschuss_cents"] = _("Say how much it is, if it is limited.")
        if faults:
            raise ValidationError(faults)

    @property
    def url(self) -> str:
        """Of its document, for readers."""
        return f"/genossenschaft/satzung-{self.number}.pdf"

    @property
    def share(self) -> Money:
        return Money(self.share_cents, self.currency)

    @property
    def instalment(self) -> Money | None:
        cents = self.instalment_cents
        return None if cents is None else Money(cents, self.currency)

    @property
    def nachschuss_each(self) -> Money | None:
        cents = self.nachschuss_cents
        return None if cents is None else Money(cents, self.currency)

    @property
    def minimum_capital(self) -> Money | None:
        cents = self.minimum_capital_cents
        return None if cents is None else Money(cents, self.currency)


class MemberGroup(models.Model):
    """votes: has a vote in the assembly. investing: § 8 (2) GenG. online: may be chosen by whoever
    joins; others are given by the board."""

    statute = models.ForeignKey(
        Statute, on_delete=models.CASCADE, related_name="groups", verbose_name=_("statute")
    )
    code = models.SlugField(_("code"), max_length=30)
    name_de = models.CharField(_("name in German"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    votes = models.BooleanField(_("votes"), default=True)
    investing = models.BooleanField(_("investing members"), default=False)
    online = models.BooleanField(_("may be chosen online"), default=True)
    least_shares = models.PositiveIntegerField(_("least shares"), null=True, blank=True)
    most_shares = models.PositiveIntegerField(_("most shares"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("group of members")
        verbose_name_plural = _("groups of members")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["statute", "code"], name="group_once_a_statute"),
            models.CheckConstraint(
                condition=Q(least_shares=None) | Q(least_shares__gte=1), name="group_takes_shares"
            ),
            models.CheckConstraint(
                condition=Q(most_shares=None)
                | Q(most_shares__gte=1, least_shares=None)
                | Q(most_shares__gte=F("least_shares")),
                name="group_shares_fit",
            ),
        ]

    def __str__(self) -> str:
        return self.name_de

    def name(self, language: str) -> str:
        return self.name_en if language.startswith("en") else self.name_de
