"""The public accounts: what the books say of contributions, and nothing of anybody.

What fewer than `FEWEST` people gave is not told by itself: not a month, not a way of paying. Ways
that too few use are told together, so that none can be found by taking the others off the whole.
"""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from allmende.bakery import orders
from allmende.contributions import ways
from allmende.contributions.campaigns import PURPOSE, STANDS
from allmende.contributions.models import PublicAccounts
from allmende.ledger import balances
from allmende.ledger.money import Money
from allmende.lib import plots
from allmende.payments.models import PaymentAttempt, Pledge
from allmende.payments.rhythm import months_later

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FEWEST = 5
MONTHS = 12
ACCOUNT = "contributions"
LESSENS = ("returns",)  # what banks took back
TOGETHER = ""  # stands for the ways that too few use


# --- From the books ---------------------------------------------------------------------------


@transaction.atomic
def renew(*, on: dt.date) -> bool:
    """Brings the row in step with the books up to the day before; says whether it changed. A page
    that readers do not see is left alone."""
    row = PublicAccounts.objects.select_for_update().filter(is_public=True).first()
    if row is None:
        return False
    figures, until = counted(on=on), on - dt.timedelta(days=1)
    if (figures, until) == (row.figures, row.until):
        return False
    PublicAccounts.objects.filter(pk=row.pk).update(figures=figures, until=until)
    orders.place(PublicAccounts.INGREDIENT)
    return True


def counted(*, on: dt.date) -> dict[str, Any]:
    """Amounts in cents, None where too few gave: the last twelve months that are over, the one that
    has begun, and sums of all these days."""
    until, begun = on - dt.timedelta(days=1), on.replace(day=1)
    since = months_later(begun, -MONTHS)
    rows = PaymentAttempt.objects.filter(
        item__pledge__purpose=PURPOSE, state__in=STANDS, settled_on__range=(since, until)
    ).annotate(left=F("cents") - F("refunded_cents"))
    rows = rows.filter(left__gt=0)
    income, givers = income_by_month(since, until), givers_by_month(rows)
    firsts = [months_later(since, number) for number in range(MONTHS)]
    regular = Pledge.objects.filter(purpose=PURPOSE, state=Pledge.State.ACTIVE)
    in_all = set().union(*givers.values())
    return {
        "months": without_before(
            [[str(first), told(income.get(first, 0), givers.get(first))] for first in firsts]
        ),
        "begun": told(income.get(begun, 0), givers.get(begun)) if until >= begun else None,
        "givers": len(in_all),
        "regular": regular.exclude(rhythm=Pledge.Rhythm.ONCE).values("party").distinct().count(),
        "ways": by_ways(rows),
        "fees": told(balances.turnover("fees", since=since, until=until).cents, in_all),
    }


def income_by_month(since: dt.date, until: dt.date) -> dict[dt.date, int]:
    """Cents that are there, by the month's first day. Income is below zero in the books."""
    found: dict[dt.date, int] = {}
    for account in (ACCOUNT, *LESSENS):
        for first, money in balances.months(account, since=since, until=until).items():
            found[first] = found.get(first, 0) - money.cents
    return found


def givers_by_month(rows: QuerySet[PaymentAttempt]) -> dict[dt.date, set[str]]:
    found: dict[dt.date, set[str]] = {}
    pairs = rows.values_list("settled_on", "item__pledge__party")
    for day, party in pairs.iterator():
        if day:
            found.setdefault(day.replace(day=1), set()).add(party)
    return found


def told(cents: int, givers: set[str] | None) -> int | None:
    """Nothing at all is no secret."""
    if not cents and not givers:
        return 0
    return cents if len(givers or ()) >= FEWEST else None


def without_before(months: list[list[Any]]) -> list[list[Any]]:
    """A young paper's page begins with its first contribution."""
    while months and months[0][1] == 0:
        months = months[1:]
    return months


def by_ways(rows: QuerySet[PaymentAttempt]) -> list[list[Any]]:
    """Of each way its share in per cent, the largest first. Empty where too few gave in all."""
    sums = dict(rows.values_list("provider").annotate(sum=Sum("left")).order_by("provider"))
    people: dict[str, set[str]] = {}
    for provider, party in rows.values_list("provider", "item__pledge__party").distinct():
        people.setdefault(provider, set()).add(party)
    apart = sorted(people, key=lambda name: (-len(people[name]), name))
    together: set[str] = set()
    rest = 0
    while apart and (len(people[apart[-1]]) < FEWEST or 0 < len(together) < FEWEST):
        name = apart.pop()
        together |= people[name]
        rest += sums[name]
    if 0 < len(together) < FEWEST:
        return []
    found = [(name, sums[name]) for name in apart] + ([(TOGETHER, rest)] if together else [])
    found.sort(key=lambda row: (row[0] == TOGETHER, -row[1]))
    return shares(found)


def shares(rows: list[tuple[str, int]]) -> list[list[Any]]:
    """In whole per cent that add up to a hundred: the largest rests are rounded up."""
    whole = sum(cents for _name, cents in rows)
    parts = {name: divmod(cents * 100, whole) for name, cents in rows}
    left = 100 - sum(part for part, _rest in parts.values())
    upward = sorted(parts, key=lambda name: -parts[name][1])[:left]
    return [[name, parts[name][0] + (name in upward)] for name, _cents in rows]


# --- To the page ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """How far the month that has begun is. percent: None without a goal."""

    first: dt.date
    given: Money
    percent: int | None


def page_of(row: PublicAccounts, *, language: str) -> dict[str, Any]:
    """What the page shows, in the language that is switched on: only what the office lets be
    seen."""
    figures = row.figures
    goal = Money(row.goal_euros * 100) if row.goal_euros else None
    months = [(dt.date.fromisoformat(first), cents) for first, cents in figures.get("months", [])]
    has_months = row.shows_months and bool(months)
    found: dict[str, Any] = {
        "accounts": row,
        "intro": row.intro_en if language == "en" else row.intro_de,
        "goal": goal,
        "standing": standing(row, goal) if row.shows_months else None,
        "months": [written(*month) for month in months] if has_months else [],
        "drawn": draw_months(months, goal) if has_months else None,
        "has_gaps": has_months and any(cents is None for _first, cents in months),
        "givers": figures.get("givers", 0) if row.shows_givers else None,
        "regular": figures.get("regular", 0) if row.shows_givers else None,
        "ways": [], "fewest": FEWEST,
    }  # fmt: skip
    if row.shows_ways and figures.get("ways"):
        found["ways"] = [(title(name), percent) for name, percent in figures["ways"]]
        found["drawn_ways"] = draw_ways(found["ways"])
    if row.shows_fees and figures.get("fees"):
        found["fees"] = in_euros(figures["fees"])
    return found


def standing(row: PublicAccounts, goal: Money | None) -> Standing | None:
    cents = row.figures.get("begun")
    if cents is None or row.until is None:
        return None
    percent = min(100, max(0, cents * 100 // goal.cents)) if goal else None
    return Standing(row.until.replace(day=1), in_euros(cents), percent)


def in_euros(cents: int) -> Money:
    """Without the cents."""
    return Money(int(cents / 100) * 100)


def written(first: dt.date, cents: int | None) -> tuple[dt.date, Money | None]:
    return first, None if cents is None else in_euros(cents)


def title(name: str) -> "StrOrPromise":
    return _("Other ways together") if name == TOGETHER else ways.title(name)


def draw_months(months: list[tuple[dt.date, int | None]], goal: Money | None) -> plots.Plot | None:
    """Contributions, and the goal as a second line."""
    aim = [goal.cents / 100] if goal else []
    rows = []
    for first, cents in months:
        euros = None if cents is None else cents / 100
        rows.append(plots.Row(date_format(first, "M Y"), [], [euros, *aim]))
    if all(row.numbers[0] is None for row in rows):
        return None
    names = [_("Contributions"), _("Goal")][: 1 + len(aim)]
    return plots.draw_rows(rows, names=names, kind="lines", spell=spell)


def draw_ways(found: list[tuple["StrOrPromise", int]]) -> plots.Plot | None:
    rows = [plots.Row(str(name), [f"{percent} %"], [percent]) for name, percent in found]
    return plots.draw_rows(rows, names=[""], kind="bars", spell=spell, whole=100)


def spell(value: float, decimals: int) -> str:
    return number_format(value, decimal_pos=decimals, force_grouping=True)
