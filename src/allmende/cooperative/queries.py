"""Questions to the register: as of a day (E), as it was known on a day (K).

    listing(on=E, known=number)      the list of members (§ 30 GenG), in the order of numbers
    moved(start=day, end=day)        who came and who went in a business year
    forecast(on=today)               notices by the day on which they end, and what they will cost
    tasks(on=today)                  lists that should be empty

All figures are sums over `Step` rows in the database; nothing is folded for a hundred thousand.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from allmende.cooperative import projecting
from allmende.cooperative.folding import DAY, TAKES, Kind, Stage, fold
from allmende.cooperative.folding import known as as_known
from allmende.cooperative.models import Detail, Membership, RegisterEvent, Step
from allmende.payments.models import DueItem

PURPOSE = "share"  # of payments for shares
NAMED = projecting.NAMED


@dataclass(frozen=True, slots=True)
class Line:
    """A member in the list. leaves_on: the last day, where one was known. further: shares beyond
    the first (§ 30 (2) no. 2 GenG)."""

    membership: int
    number: int
    joined_on: dt.date
    leaves_on: dt.date | None
    shares: int
    nominal: int
    credit: int
    details: dict[str, str] = field(default_factory=dict)

    @property
    def further(self) -> int:
        return max(0, self.shares - 1)

    @property
    def name(self) -> str:
        return name_of(self.details)


def name_of(details: Mapping[str, str]) -> str:
    """As the list names somebody."""
    people = f"{details.get('first_names', '')} {details.get('last_name', '')}".strip()
    return details.get("organisation") or people


def last_known(known_on: dt.date | None) -> int | None:
    """The number of the last event that was known at the end of a day; None is all."""
    return None if known_on is None else projecting.known_on(known_on)


def valid(known: int | None) -> Q:
    """Of steps and details: what stood when the event of this number was the last."""
    if known is None:
        return Q(void_from=None)
    return Q(event__lte=known) & (Q(void_from=None) | Q(void_from__gt=known))


def holdings(*, on: dt.date, known: int | None = None) -> dict[int, tuple[int, int, int]]:
    """Shares, their nominal value and credit of each membership that had any, at the day's end."""
    return added_up(Step.objects.filter(valid(known), from_on__lte=on))


def added_up(rows: "QuerySet[Step]") -> dict[int, tuple[int, int, int]]:
    sums = rows.values_list("membership").order_by()
    sums = sums.annotate(a=Sum("shares"), b=Sum("nominal_cents"), c=Sum("credit_cents"))
    told: Any = sums.iterator()
    return {pk: (int(a), int(b), int(c)) for pk, a, b, c in told}


def listing(*, on: dt.date, known: int | None = None) -> list[Line]:
    """Members at the end of a day. known: the last event's number; None is all."""
    held = {pk: sums for pk, sums in holdings(on=on, known=known).items() if sums[0] > 0}
    names, first, last = details(on=on, known=known), joins(known), leaves(on=on, known=known)
    lines = []
    for pk, (shares, nominal, credit) in held.items():
        number, joined_on = first[pk]
        told = names.get(pk, {})
        lines.append(
            Line(pk, number, joined_on, last.get(pk), shares, nominal, credit, told)
        )  # fmt: skip
    return sorted(lines, key=lambda line: line.number)


def details(
    *, on: dt.date, known: int | None = None, of: Iterable[int] | None = None
) -> dict[int, dict[str, str]]:
    """Name and address of each membership, as they were on a day. of: only of these."""
    newest = Window(
        RowNumber(), partition_by=F("membership"), order_by=[F("from_on").desc(), F("event").desc()]
    )
    rows = Detail.objects.filter(valid(known), from_on__lte=on)
    rows = rows if of is None else rows.filter(membership__in=list(of))
    rows = rows.annotate(place=newest)
    told = rows.filter(place=1).values_list("membership", *NAMED)
    return {pk: dict(zip(NAMED, values, strict=True)) for pk, *values in told}


def joins(known: int | None = None) -> dict[int, tuple[int, dt.date]]:
    """Number and first day of whoever ever joined."""
    rows = Step.objects.filter(valid(known), shares__gt=0, event__member_number__isnull=False)
    told = rows.order_by("event").values_list("membership", "event__member_number", "from_on")
    found: dict[int, tuple[int, dt.date]] = {}
    for pk, number, from_on in told:
        if number is not None:
            found.setdefault(pk, (number, from_on))
    return found


def leaves(*, on: dt.date, known: int | None = None) -> dict[int, dt.date]:
    """The last day of memberships that were to end, where that was known on the day."""
    kinds = [Kind.NOTICE, Kind.EXCLUDED, Kind.DIED, Kind.ENDED]
    rows = RegisterEvent.objects.filter(kind__in=kinds).values_list("membership", flat=True)
    rows = rows.filter(number__lte=known) if known is not None else rows
    keys = sorted({pk for pk in rows if pk})
    found = {}
    for at in range(0, len(keys), projecting.LOT):
        facts = projecting.facts_by_member(keys[at : at + projecting.LOT])
        for pk, of_member in facts.items():
            seen = of_member if known is None else as_known(of_member, until=known)
            state = fold(seen, on=on).get(pk)
            if state and state.leaving_on:
                found[pk] = state.leaving_on
    return found


# --- Who came, who went -----------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """Two lists compared: who is in one of them only, and who holds another number of shares."""

    came: list[Line]
    went: list[Line]
    changed: list[tuple[Line, Line]]


def difference(before: list[Line], after: list[Line]) -> Change:
    old = {line.membership: line for line in before}
    new = {line.membership: line for line in after}
    both = [(old[pk], new[pk]) for pk in old.keys() & new.keys()]
    other = [pair for pair in both if told(pair[0]) != told(pair[1])]
    return Change(
        came=[line for pk, line in new.items() if pk not in old],
        went=[line for pk, line in old.items() if pk not in new],
        changed=sorted(other, key=lambda pair: pair[1].number),
    )


def told(line: Line) -> tuple[Any, ...]:
    return (line.shares, line.details, line.leaves_on)


def closing(end: dt.date, *, known: int | None = None) -> dict[int, tuple[int, int, int]]:
    """As `holdings`, of members at the close of a business year: what ends with it, has ended."""
    with_it = Q(from_on=end + DAY, event__kind__in=TAKES)
    rows = Step.objects.filter(valid(known), Q(from_on__lte=end) | with_it)
    return {pk: sums for pk, sums in added_up(rows).items() if sums[0] > 0}


def moved(*, start: dt.date, end: dt.date, known: int | None = None) -> tuple[list[int], list[int]]:
    """Memberships that began, and that ended, in a business year; who did both stands in both."""
    before, after = closing(start - DAY, known=known), closing(end, known=known)
    came = Step.objects.filter(valid(known), from_on__range=(start, end), shares__gt=0)
    joined = {pk for pk in came.values_list("membership", flat=True) if pk not in before}
    return sorted(joined), sorted((before.keys() | joined) - after.keys())


# --- What is to come --------------------------------------------------------------------------


@dataclass(frozen=True)
class Leaving:
    """What ends on a day: how many memberships and shares, and what credit it will set free."""

    last_on: dt.date
    memberships: int
    shares: int
    credit: int


def forecast() -> list[Leaving]:
    """By the credit of today."""
    sums: defaultdict[dt.date, list[int]] = defaultdict(lambda: [0, 0, 0])
    rows = Membership.objects.filter(next_end_on__isnull=False).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    for pk, facts in projecting.facts_by_member(keys).items():
        state = fold(facts)[pk]
        left, credit, nominal = state.shares, state.credit, state.nominal
        for one in sorted(state.pending.values(), key=lambda one: one.last_on):
            count = left if one.shares is None else min(one.shares, left)
            if not count:
                continue
            nominal -= nominal * count // left
            freed = max(0, credit - nominal)
            left, credit = left - count, credit - freed
            for place, value in enumerate((left == 0, count, freed)):
                sums[one.last_on][place] += value
    return [Leaving(day, *values) for day, values in sorted(sums.items())]


# --- Lists that should be empty ---------------------------------------------------------------


def not_told() -> "QuerySet[Membership]":
    """Admitted, and nobody has told them (§ 15 (2) GenG)."""
    return Membership.objects.members().filter(told=False)


def overdue(*, on: dt.date) -> "QuerySet[DueItem]":
    """Parts of shares that should have been paid."""
    rows = DueItem.objects.filter(pledge__purpose=PURPOSE, due_on__lt=on)
    rows = rows.filter(state__in=[*DueItem.OPEN, DueItem.State.RETURNED])
    return rows.select_related("pledge__person").order_by("due_on", "pk")


def unguarded() -> Iterator[Membership]:
    """Members whose further shares stand though others are not paid in, as after a return (§ 15b
    GenG)."""
    more = RegisterEvent.objects.filter(kind=Kind.MORE_ADMITTED, corrected=None)
    rows = Membership.objects.members().filter(pk__in=more.values("membership"))
    for row in rows.filter(credit_cents__lt=F("nominal_cents")).order_by("number"):
        state = projecting.state_of(row)
        if state.credit < state.nominal - max(state.holdings):
            yield row


def in_debt() -> "QuerySet[Membership]":
    """Former members whose payment was taken back after they had left."""
    return Membership.objects.filter(stage=Stage.ENDED, credit_cents__lt=0)


def to_settle(*, on: dt.date) -> "QuerySet[Membership]":
    """What was set free waits for the balance sheet."""
    return Membership.objects.filter(claim_cents__gt=0).order_by("ended_on", "number")
