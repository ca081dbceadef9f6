"""Questions to the register: as of a day (E), as it was known on a day (K).

    listing(on=E, known=number)      the list of members (§ 30 GenG), in the order of numbers
    roll(on=E, known=number)         the same without names, of which `complete` makes a page
    moved(start=day, end=day)        who came and who went in a business year
    forecast(on=today)               notices by the day on which they end, and what they will cost
    tasks(on=today)                  lists that should be empty

All figures are sums over `Step` rows in the database; nothing is folded for a hundred thousand.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce

from allmende.cooperative import projecting
from allmende.cooperative.folding import DAY, ENDING, PENDING, TAKES, Kind, Stage, fold
from allmende.cooperative.folding import known as as_known
from allmende.cooperative.models import Detail, Membership, RegisterEvent, Step
from allmende.payments.models import DueItem

PURPOSE = "share"  # of payments for shares
NAMED = projecting.NAMED
SEARCHED = ["organisation", "last_name", "first_names", "postcode", "town"]
POSTCODE = 5  # digits: so many are no member's number
FEW = projecting.LOT  # keys that a statement may name


def total(column: str) -> Cast:
    """PostgreSQL adds whole numbers up to decimal ones."""
    return Cast(Sum(column), BigIntegerField())


SUMS = {
    "held": total("shares"),
    "nominal": total("nominal_cents"),
    "credit": total("credit_cents"),
}
JOINED = {
    "number": Max("member_number"),
    "joined_on": Min("from_on", filter=Q(member_number__isnull=False)),
}


@dataclass(slots=True)
class Line:
    """A member in the list. leaves_on: the last day, where one was known. further: shares beyond
    the first (§ 30 (2) no. 2 GenG)."""

    membership: int
    number: int
    joined_on: dt.date
    shares: int
    nominal: int
    credit: int
    leaves_on: dt.date | None = None
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


def within(number: int, known: int | None) -> bool:
    return known is None or number <= known


def valid(known: int | None) -> Q:
    """Of steps and details: what stood when the event of this number was the last."""
    if known is None:
        return Q(void_from=None)
    return Q(event__lte=known) & (Q(void_from=None) | Q(void_from__gt=known))


def holdings(*, on: dt.date, known: int | None = None) -> dict[int, tuple[int, int, int]]:
    """Shares, their nominal value and credit of each membership that had any, at the day's end."""
    return added_up(Step.objects.filter(valid(known), from_on__lte=on))


def added_up(rows: "QuerySet[Step]") -> dict[int, tuple[int, int, int]]:
    told = rows.values_list("membership").order_by().annotate(**SUMS)
    return {pk: (held, nominal, credit) for pk, held, nominal, credit in as_they_come(told)}


def as_they_come(rows: "QuerySet[Any, Any]") -> list[tuple[Any, ...]]:
    """Without a look of Django's at each value, which takes longer than to find it. Of SQLite days
    come as text (`day`)."""
    with connection.cursor() as cursor:
        cursor.execute(*rows.query.sql_with_params())
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def day(value: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def roll(*, on: dt.date, known: int | None = None) -> list[Line]:
    """Members at the end of a day by number, yet without names and last days (`complete`)."""
    rows = Step.objects.filter(valid(known), from_on__lte=on).values_list("membership")
    told = rows.annotate(**JOINED, **SUMS).filter(Q(held__gt=0)).order_by(F("number"))
    return [Line(pk, number, day(first), *sums) for pk, number, first, *sums in as_they_come(told)]


def complete(lines: list[Line], *, on: dt.date, known: int | None = None) -> list[Line]:
    """The same lines, with names and last days: of a page of the list, or all of it."""
    keys = [line.membership for line in lines]
    found, last = details(on=on, known=known, of=keys), leaves(keys, on=on, known=known)
    for line in lines:
        line.details = found.get(line.membership, {})
        line.leaves_on = last.get(line.membership)
    return lines


def listing(*, on: dt.date, known: int | None = None) -> list[Line]:
    """Members at the end of a day. known: the last event's number; None is all."""
    return complete(roll(on=on, known=known), on=on, known=known)


def details(
    *, on: dt.date, known: int | None = None, of: Iterable[int] | None = None
) -> dict[int, dict[str, str]]:
    """Name and address of each membership, as they were on a day. of: at least of these."""
    keys = None if of is None else list(of)
    if keys == []:
        return {}
    rows = Detail.objects.filter(valid(known), from_on__lte=on)
    rows = rows if keys is None or len(keys) > FEW else rows.filter(membership__in=keys)
    # In no order: it would take longer than to look which one is the newest.
    told = rows.order_by().values_list("membership", "from_on", "event", *NAMED)
    newest: dict[int, tuple[Any, ...]] = {}
    for row in as_they_come(told):
        before = newest.get(row[0])
        if before is None or before[1:3] < row[1:3]:
            newest[row[0]] = row
    return {pk: dict(zip(NAMED, row[3:], strict=True)) for pk, row in newest.items()}


def details_of(membership: int, *, on: dt.date) -> dict[str, str]:
    """Of one; empty where nothing is known, or it is forgotten."""
    return details(on=on, of=[membership]).get(membership, {})


def names(keys: list[int]) -> dict[int, str]:
    """What members are called now, or were called last."""
    found = details(on=dt.date.max, of=keys)
    return {pk: name_of(of_member) for pk, of_member in found.items()}


def joins(known: int | None = None) -> dict[int, tuple[int, dt.date]]:
    """Number and first day of whoever ever joined."""
    rows = Step.objects.filter(valid(known), member_number__isnull=False).order_by()
    told = rows.values_list("membership").annotate(**JOINED)
    return {pk: (number, day(joined_on)) for pk, number, joined_on in as_they_come(told)}


def leaves(keys: list[int], *, on: dt.date, known: int | None = None) -> dict[int, dt.date]:
    """The last day of memberships that were to end, where that was known on the day."""
    began = Coalesce("declared_on", "decided_on", "effective_on")  # as `folding.begins`
    rows = RegisterEvent.objects.filter(kind__in=PENDING).alias(began=began).filter(began__lte=on)
    rows = rows.filter(membership__in=keys) if len(keys) <= FEW else rows
    # In no order, and by no number: SQLite would walk along all events.
    told = rows.order_by().values_list("number", "membership")
    leaving = sorted(set(keys).intersection(pk for number, pk in told if within(number, known)))
    ending, found = RegisterEvent.objects.filter(kind__in=ENDING), dict[int, dt.date]()
    for at in range(0, len(leaving), projecting.LOT):
        lot = leaving[at : at + projecting.LOT]
        facts = projecting.named(ending, lot)
        states = fold(facts if known is None else as_known(facts, until=known), on=on)
        found |= {pk: day for pk in lot if pk in states and (day := states[pk].leaving_on)}
    return found


def search(lines: list[Line], words: str) -> list[Line]:
    """Of a roll: a number, or whose name or place holds all the words, whatever it was when."""
    if words.strip().isdecimal() and len(words.strip()) < POSTCODE:
        return [line for line in lines if str(line.number) == words.strip()]
    rows = Detail.objects.all()
    for word in words.split():
        matches = Q()
        for name in SEARCHED:
            matches |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(matches)
    found = set(rows.values_list("membership", flat=True))
    return [line for line in lines if line.membership in found]


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
    return moved_between(before.keys(), after.keys(), start=start, end=end, known=known)


def moved_between(
    before: Set[int], after: Set[int], *, start: dt.date, end: dt.date, known: int | None
) -> tuple[list[int], list[int]]:
    """before, after: members at the close of the year before, and of this one."""
    came = Step.objects.filter(valid(known), from_on__range=(start, end), shares__gt=0)
    joined = {pk for pk in came.values_list("membership", flat=True) if pk not in before}
    return sorted(joined), sorted((before | joined) - after)


def last_days(
    keys: list[int], *, start: dt.date, end: dt.date, known: int | None = None
) -> dict[int, dt.date]:
    """Of those who left in a business year: the day on which their last share ended."""
    rows = Step.objects.filter(
        valid(known), membership__in=keys, shares__lt=0, from_on__range=(start, end + DAY)
    )
    found = rows.values_list("membership").order_by().annotate(Max("from_on"))
    return {pk: from_on - DAY for pk, from_on in found}


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
    rows = rows.filter(credit_cents__lt=F("nominal_cents")).order_by("number")
    for row, state in projecting.states_of(rows):
        if state.credit < state.nominal - state.newest:
            yield row


def in_debt() -> "QuerySet[Membership]":
    """Former members whose payment was taken back after they had left."""
    return Membership.objects.filter(stage=Stage.ENDED, credit_cents__lt=0)


def to_settle(*, on: dt.date) -> "QuerySet[Membership]":
    """What was set free waits for the balance sheet."""
    return Membership.objects.filter(claim_cents__gt=0).order_by("ended_on", "number")
