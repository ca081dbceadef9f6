"""The ledger's facts. No other app reads or writes these tables; they call `post` and `balances`.

Account   where money is or what it is for: bank, contributions, fees …
Entry     something that happened to money, once (`key`); it seals its postings
Posting   an amount on an account, debit positive, for a party or for nobody in particular
DayTotal  what the postings of an account and day add up to
Addition  postings that the totals do not hold yet (PostgreSQL only, see below)
DaySum    both of these together: a view

The database keeps the rules, on both engines (migration 0002):

- An entry has at least two postings, numbered from one, and they add up to zero in each currency.
  Postings are written first; the entry comes last and is refused when they do not fit. No posting
  joins an entry that stands, and none is committed without its entry.
- Entries and postings are never changed or deleted. A mistake is reversed by an entry that names
  what it reverses and is its mirror image; nothing is reversed twice.
- A key stands once.
- Totals are kept by triggers. One row a day and account would make all who post wait for each
  other, so on PostgreSQL each statement leaves an `Addition` of its own, and every few hundred of
  them somebody folds what is committed into the totals, if nobody else is at it. A sum is the
  totals and the additions in one statement, hence right at any moment. SQLite has one writer anyway
  and keeps the totals at once.

Text and party hold ids, never names, addresses or IBANs.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Account(models.Model):
    """`code` is what our own code says, `number` what the tax adviser's chart says (SKR)."""

    class Kind(models.TextChoices):
        ASSET = "asset", _("asset")
        LIABILITY = "liability", _("liability")
        EQUITY = "equity", _("equity")
        INCOME = "income", _("income")
        EXPENSE = "expense", _("expense")

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    number = models.PositiveIntegerField(_("number in the chart of accounts"), unique=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering: ClassVar[list[str]] = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.code}"


class Entry(models.Model):
    """lines: how many postings it has. recorded_at: when we wrote it; booked_on: the day that
    counts for the books."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(_("key"), max_length=200, unique=True)
    booked_on = models.DateField(_("day"))
    recorded_at = models.DateTimeField(_("recorded"))
    text = models.CharField(_("text"), max_length=200)
    lines = models.PositiveIntegerField(_("postings"))
    reverses = models.OneToOneField(
        "self",
        verbose_name=_("reverses"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reversed_by",
    )

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["booked_on", "id"], name="ledger_entries_by_day")
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.booked_on} {self.text}"


class Posting(models.Model):
    pk = models.CompositePrimaryKey("entry_id", "number")
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="postings", db_index=False
    )
    number = models.PositiveIntegerField(_("number"))
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    party = models.CharField(_("party"), max_length=60, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    booked_on = models.DateField(_("day"))
    cents = models.BigIntegerField(_("cents"))

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        indexes: ClassVar[list[models.Index]] = [
            # Holds all that a party's balance needs, so that the rows themselves are not fetched.
            models.Index(
                fields=["account", "party", "currency", "booked_on", "cents"],
                name="ledger_postings_of_party",
            )
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~models.Q(cents=0), name="posting_of_something"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="posting_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.number} {self.account_id} {self.cents} {self.currency}"


class DayTotal(models.Model):
    pk = models.CompositePrimaryKey("account_id", "currency", "day")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(_("currency"), max_length=3)
    day = models.DateField(_("day"))
    cents = models.BigIntegerField(_("cents"))
    postings = models.BigIntegerField(_("postings"))

    class Meta:
        verbose_name = _("total of a day")
        verbose_name_plural = _("totals of days")

    def __str__(self) -> str:
        return f"{self.account_id} {self.day} {self.cents} {self.currency}"


class Addition(models.Model):
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(_("currency"), max_length=3)
    day = models.DateField(_("day"))
    cents = models.BigIntegerField(_("cents"))
    postings = models.BigIntegerField(_("postings"))

    class Meta:
        verbose_name = _("postings to be added up")
        verbose_name_plural = _("postings to be added up")

    def __str__(self) -> str:
        return f"{self.account_id} {self.day} {self.cents} {self.currency}"


class DaySum(models.Model):
    """A day may have several rows, so they are only ever added up."""

    pk = models.CompositePrimaryKey("account_id", "currency", "day")
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="+")
    currency = models.CharField(max_length=3)
    day = models.DateField()
    cents = models.BigIntegerField()
    postings = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "ledger_daysum"
        default_permissions: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return f"{self.account_id} {self.day} {self.cents} {self.currency}"
