"""The page where people give: what it offers, and what somebody has typed so far.

Offer  one row: words and suggested amounts of the page, as the office sets them
Draft  what somebody typed on the way to paying, so that back works and nothing is typed twice;
       sealed, and gone after two days. Its key is that of the checkout: one draft, one pledge
"""

import json
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseGenericSetting

from allmende.contributions.models.campaigns import Campaign
from allmende.ledger import money
from allmende.ledger.money import Money
from allmende.payments.models import Pledge
from allmende.payments.sealing import vault

MOST = 6  # suggestions that a reader can take in at a glance
Rhythm = Pledge.Rhythm


def amounts_of(text: str) -> list[Money]:
    """Amounts of a line such as "5 12 25,50". Raises NotMoney."""
    return [money.read(one, language="de") for one in text.split()]


def amounts_line(text: str) -> None:
    """Raises ValidationError."""
    try:
        amounts = amounts_of(text)
    except money.NotMoney as error:
        raise ValidationError(_("Write amounts like 5 12 25, with spaces between.")) from error
    if not amounts or len(amounts) > MOST or not all(amounts):
        raise ValidationError(_("Write one to six amounts."))


class Offer(BaseGenericSetting):
    """`least_cents`: what a payment costs us should not eat what is given."""

    heading = models.CharField(_("heading"), max_length=120, default="Ihr Beitrag")
    intro = models.TextField(
        _("words above the form"),
        blank=True,
        help_text=_("What giving is for, in two or three sentences."),
    )
    once = models.CharField(
        _("amounts, once"), max_length=60, default="10 25 50 100", validators=[amounts_line]
    )
    monthly = models.CharField(
        _("amounts, monthly"), max_length=60, default="5 12 20 40", validators=[amounts_line]
    )
    quarterly = models.CharField(
        _("amounts, quarterly"), max_length=60, default="15 36 60 120", validators=[amounts_line]
    )
    yearly = models.CharField(
        _("amounts, yearly"), max_length=60, default="60 120 240 480", validators=[amounts_line]
    )
    first_rhythm = models.CharField(
        _("rhythm shown first"), max_length=9, choices=Rhythm.choices, default=Rhythm.MONTHLY
    )
    least_euros = models.PositiveSmallIntegerField(_("least amount in euros"), default=1)

    class Meta:
        verbose_name = _("contribution page")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def least(self) -> Money:
        return Money(max(self.least_euros * 100, 1))

    def suggestions(self, rhythm: str) -> list[Money]:
        return amounts_of(getattr(self, rhythm))


class Draft(models.Model):
    """appeal: counted when it becomes a pledge; never kept with the pledge. replaces: the pledge
    whose place it takes."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cents = models.BigIntegerField()
    rhythm = models.CharField(max_length=9, choices=Rhythm.choices)
    method = models.CharField(max_length=32)
    campaign = models.ForeignKey(Campaign, on_delete=models.SET_NULL, null=True, related_name="+")
    appeal = models.PositiveBigIntegerField(null=True)
    replaces = models.ForeignKey(Pledge, on_delete=models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=12, default="de")
    sealed = models.BinaryField(null=True, editable=False)
    begun_at = models.DateTimeField()

    class Meta:
        verbose_name = _("contribution begun")
        verbose_name_plural = _("contributions begun")
        constraints = [
            models.CheckConstraint(condition=models.Q(cents__gt=0), name="draft_is_above_zero"),
        ]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def amount(self) -> Money:
        return Money(self.cents)

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed about the person and the way of paying."""
        if self.sealed is None:
            return {}
        found: dict[str, Any] = json.loads(vault().open(bytes(self.sealed), context=self.context))
        return found

    def keep(self, typed: dict[str, Any]) -> None:
        """Saved by whoever calls."""
        self.sealed = vault().seal(json.dumps(typed).encode(), context=self.context)

    @property
    def context(self) -> str:
        return f"contributions.Draft.sealed:{self.key}"
