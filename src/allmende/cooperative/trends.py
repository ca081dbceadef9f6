"""How the cooperative grows, by all that is known now: members and shares at each month's end, who
came and went, groups, and what is still to be paid in.

A month's last day counts as over: whoever leaves with it has left.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, F, Sum
from django.db.models.functions import TruncMonth

from allmende.cooperative.capital import PURPOSE
from allmende.cooperative.folding import DAY, TAKES
from allmende.cooperative.models import Membership, Step
from allmende.payments.models import DueItem
from allmende.payments.rhythm import months_later


@dataclass(frozen=True)
class Month:
    """members, shares: at its end, or now where it is not over."""

    begins: dt.date
    joined: int
    left: int
    members: int
    shares: int


def months(*, on: dt.date, number: int) -> list[Month]:
    """The last ones, that of the day `on` last; none before the first member."""
    joined, left, shares = by_month("joined_on", on), by_month("ended_on", on), shares_by_month(on)
    if not joined:
        return []
    found, members, held = [], 0, 0
    begins = min(joined)
    while begins <= on:
        members += joined[begins] - left[begins]
        held += shares[begins]
        found.append(Month(begins, joined[begins], left[begins], members, held))
        begins = months_later(begins, 1)
    return found[-number:]


def by_month(column: str, on: dt.date) -> Counter[dt.date]:
    """How many memberships have their day in each month, by its first day."""
    rows = Membership.objects.filter(**{f"{column}__lte": on}, number__isnull=False).order_by()
    counted = rows.annotate(month=TruncMonth(column)).values_list("month").annotate(Count("pk"))
    return Counter(dict(counted))


def shares_by_month(on: dt.date) -> Counter[dt.date]:
    """By how many they changed in each month."""
    rows = Step.objects.filter(void_from=None, from_on__lte=on + DAY).exclude(shares=0).order_by()
    found: Counter[dt.date] = Counter()
    ending = rows.filter(event__kind__in=TAKES)
    for some, back in ((rows.exclude(event__kind__in=TAKES), 0 * DAY), (ending, DAY)):
        for from_on, shares in some.values_list("from_on").annotate(Sum("shares")):
            if from_on - back <= on:
                found[(from_on - back).replace(day=1)] += shares
    return found


@dataclass(frozen=True)
class Group:
    code: str
    members: int
    shares: int
    credit: int
    open: int


def groups() -> list[Group]:
    """Those with most members first."""
    rows = Membership.objects.members().values_list("group").order_by()
    counted = rows.annotate(
        Count("pk"), Sum("shares"), Sum("credit_cents"),
        open=Sum(F("nominal_cents") - F("credit_cents")),
    )  # fmt: skip
    found = [Group(*values) for values in counted]
    return sorted(found, key=lambda group: (-group.members, group.code))


@dataclass(frozen=True)
class Instalments:
    """What is asked for and not paid. begins: of the month; None is before this one."""

    begins: dt.date | None
    items: int
    cents: int


def instalments(*, on: dt.date) -> list[Instalments]:
    this = on.replace(day=1)
    rows = DueItem.objects.filter(pledge__purpose=PURPOSE, state__in=DueItem.OPEN).order_by()
    told = rows.annotate(month=TruncMonth("due_on")).values_list("month")
    items: Counter[dt.date | None] = Counter()
    cents: Counter[dt.date | None] = Counter()
    for month, number, total in told.annotate(Count("pk"), Sum("cents")):
        place = month if month >= this else None
        items[place] += number
        cents[place] += total
    order = sorted(items, key=lambda begins: begins or dt.date.min)
    return [Instalments(begins, items[begins], cents[begins]) for begins in order]
