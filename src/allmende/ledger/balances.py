"""What the ledger says: balances and movements.

Debit is positive, so income and what is owed are below zero; whoever shows them turns the sign.
A balance reads one row a day at the most, a party's its own postings: neither grows with the rest.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from allmende.ledger.models import Account, DaySum, Posting
from allmende.ledger.money import Money


@dataclass(frozen=True, slots=True)
class Movement:
    """A posting as a timeline shows it. reversed: taken back by a later entry."""

    entry: int
    on: dt.date
    at: dt.datetime
    account: str
    party: str
    money: Money
    text: str
    reverses: int | None
    reversed: bool


def balance(
    account: str, *, party: str | None = None, on: dt.date | None = None, currency: str = "EUR"
) -> Money:
    """What the account holds at the end of the day `on`; without it, all that is booked.

    party: of this party's postings only.
    """
    if party is not None:
        rows = of_party(account, on=on, currency=currency).filter(party=party)
        return Money(int(rows.aggregate(sum=Sum("cents"))["sum"] or 0), currency)
    return turnover(account, until=on, currency=currency)


def balances(
    account: str, *, parties: Iterable[str], on: dt.date | None = None, currency: str = "EUR"
) -> dict[str, Money]:
    """The balances of some parties, as of a page of a list: those without postings are zero."""
    found = {party: Money(0, currency) for party in parties}
    rows = of_party(account, on=on, currency=currency).filter(party__in=list(found))
    return found | added_up(rows, currency)


def all_balances(
    account: str, *, on: dt.date | None = None, currency: str = "EUR"
) -> dict[str, Money]:
    """The balance of every party that has postings on the account; reads all of these."""
    return added_up(of_party(account, on=on, currency=currency), currency)


def of_party(account: str, *, on: dt.date | None, currency: str) -> QuerySet[Posting]:
    rows = Posting.objects.filter(account=account, currency=currency)
    return rows.filter(booked_on__lte=on) if on else rows


def added_up(rows: QuerySet[Posting], currency: str) -> dict[str, Money]:
    sums = rows.values_list("party").annotate(sum=Sum("cents")).order_by("party")
    return {party: Money(int(cents), currency) for party, cents in sums}


def turnover(
    account: str,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    currency: str = "EUR",
) -> Money:
    """The sum of the postings of these days, both included."""
    rows = DaySum.objects.filter(account=account, currency=currency)
    rows = rows.filter(day__gte=since) if since else rows
    rows = rows.filter(day__lte=until) if until else rows
    return Money(int(rows.aggregate(sum=Sum("cents"))["sum"] or 0), currency)


def days(
    account: str, *, since: dt.date, until: dt.date, currency: str = "EUR"
) -> dict[dt.date, Money]:
    """The sum of each day that has postings, in order."""
    rows = DaySum.objects.filter(account=account, currency=currency, day__range=(since, until))
    sums = rows.values_list("day").annotate(sum=Sum("cents")).order_by("day")
    return {day: Money(int(cents), currency) for day, cents in sums}


def months(
    account: str, *, since: dt.date, until: dt.date, currency: str = "EUR"
) -> dict[dt.date, Money]:
    """The sum of each month that has postings, by its first day."""
    sums: dict[dt.date, Money] = {}
    for day, money in days(account, since=since, until=until, currency=currency).items():
        first = day.replace(day=1)
        sums[first] = sums.get(first, Money(0, currency)) + money
    return sums


def trial(*, on: dt.date | None = None) -> dict[str, dict[str, Money]]:
    """The balance of every account that has postings, by currency; in each they add up to zero."""
    rows = DaySum.objects.filter(day__lte=on) if on else DaySum.objects.all()
    sums = rows.values_list("account", "currency").annotate(sum=Sum("cents"))
    found: dict[str, dict[str, Money]] = {}
    for account, currency, cents in sums.order_by("account", "currency"):
        found.setdefault(account, {})[currency] = Money(int(cents), currency)
    return found


def movements(party: str, *, most: int | None = None) -> list[Movement]:
    """A party's postings, the newest first."""
    # The index begins with the account; naming all of them lets it be used.
    accounts = list(Account.objects.values_list("code", flat=True))
    return told(Posting.objects.filter(account__in=accounts, party=party), most)


def movements_of(account: str, *, since: dt.date, until: dt.date) -> list[Movement]:
    """An account's postings of these days, the newest first."""
    days_only = Posting.objects.filter(entry__booked_on__range=(since, until))
    return told(days_only.filter(account=account), None)


def told(rows: QuerySet[Posting], most: int | None) -> list[Movement]:
    rows = rows.select_related("entry", "entry__reversed_by")
    rows = rows.order_by("-booked_on", "-entry_id", "number")[:most]
    return [
        Movement(
            entry=row.entry_id, on=row.booked_on, at=row.entry.recorded_at,
            account=row.account_id, party=row.party, money=Money(row.cents, row.currency),
            text=row.entry.text, reverses=row.entry.reverses_id,
            reversed=hasattr(row.entry, "reversed_by"),
        )
        for row in rows
    ]  # fmt: skip
