"""Which words ask for contributions below which article, and what they bring.

Words vary by article, never by reader. What a campaign asks with comes first, then what is meant
for the article's section, then what is meant for all; several of a kind take turns by the article's
number. Counts are sums.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from django.db import transaction
from django.db.models import F

from allmende.bakery import orders
from allmende.bakery.ingredients import once, read
from allmende.contributions.models import Appeal, AppealCount

# Which appeals there are, and where each may stand.
ALL = "appeals"
# What decides where an appeal stands; its words do not.
PLACING = ("language", "section_id", "campaign_id", "every", "stands")


class Placed(Protocol):
    """What an appeal asks of an article, which is the newsroom's."""

    number: int
    section_id: int

    @property
    def language(self) -> str: ...


@dataclass(frozen=True)
class Candidate:
    pk: int
    language: str
    section: int | None
    campaign: int | None
    every: int

    @property
    def rank(self) -> int:
        return 2 if self.campaign else 1 if self.section else 0

    def fits(self, article: Placed) -> bool:
        spoken = article.language.split("-")[0] == self.language
        return spoken and self.section in (None, article.section_id)


def candidates() -> list[Candidate]:
    """All that stand; their words are not read yet, so that they stay out of the recipe."""
    read(ALL)
    return once(ALL, standing)


def standing() -> list[Candidate]:
    fields = ("pk", "language", "section_id", "campaign_id", "every")
    rows = Appeal.objects.filter(stands=True).order_by("pk").values_list(*fields)
    return [Candidate(*row) for row in rows]


def choose(article: Placed) -> Appeal | None:
    """The appeal of an article; None where none fits, or where it is not the article's turn."""
    fitting = [one for one in candidates() if one.fits(article)]
    if not fitting:
        return None
    best = max(one.rank for one in fitting)
    first = [one for one in fitting if one.rank == best]
    turn, place = divmod(article.number, len(first))
    chosen = first[place]
    if turn % chosen.every:
        return None
    return once((ALL, chosen.pk), lambda: Appeal.objects.get(pk=chosen.pk))


def may_stand(appeal: Appeal, *, on: dt.date) -> bool:
    running = appeal.campaign is None or appeal.campaign.runs_on(on)
    return running and appeal.stands_on(on)


@transaction.atomic
def settle(*, on: dt.date) -> int:
    """Lets those stand whose day it is, and only those. Returns how many that changed."""
    rows = Appeal.objects.select_related("campaign").order_by("pk")
    moved = [row for row in rows if may_stand(row, on=on) != row.stands]
    for row in moved:
        Appeal.objects.filter(pk=row.pk).update(stands=not row.stands)
    if moved:
        orders.place(ALL)
    return len(moved)


def changing(appeal: Appeal, *, on: dt.date) -> None:
    """Before it is saved: says whether it stands, and orders what shows it: the articles with its
    words, or all that might now have others."""
    appeal.stands = may_stand(appeal, on=on)
    before = Appeal.objects.filter(pk=appeal.pk).first() if appeal.pk else Appeal()
    if before is None or any(getattr(before, one) != getattr(appeal, one) for one in PLACING):
        orders.place(ALL)
    if appeal.pk:
        orders.place(appeal.ingredient)


def removed(appeal: Appeal) -> None:
    orders.place(appeal.ingredient, ALL)


@transaction.atomic
def count(pk: int | None, *, on: dt.date, begun: int = 0, given: int = 0) -> None:
    """Adds to the sums of an appeal, where there is one of that key."""
    if pk is None or not Appeal.objects.filter(pk=pk).exists():
        return
    AppealCount.objects.get_or_create(appeal_id=pk, day=on)
    rows = AppealCount.objects.filter(appeal=pk, day=on)
    rows.update(begun=F("begun") + begun, given=F("given") + given)
