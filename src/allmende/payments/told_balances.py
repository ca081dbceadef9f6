"""What statements say of an account as a whole: balances, and what is told only row by row."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum

from allmende.payments.models import BankAccount, Transfer


class Told(NamedTuple):
    """What a statement says of its account."""

    name: str
    begins_on: dt.date
    ends_on: dt.date
    opening: int
    closing: int
    read_at: dt.datetime


COLUMNS = ["number", *Told._fields[1:]]


def with_balances(account: BankAccount) -> list[Told]:
    """By their days."""
    rows = account.statements.filter(opening__isnull=False, closing__isnull=False)
    dated = rows.filter(begins_on__isnull=False, ends_on__isnull=False)
    return [
        Told(*row) for row in dated.order_by("begins_on", "ends_on", "pk").values_list(*COLUMNS)
    ]


def first_of(rows: list[Told]) -> Told:
    """Of several that a bank tells for one day, the one to which no other leads."""
    day = [row for row in rows if row.begins_on == rows[0].begins_on]
    ends = {row.closing for row in day if row.opening != row.closing}
    return next((row for row in day if row.opening not in ends), day[0])


def last_of(rows: list[Told]) -> Told:
    """... the one that leads to no other."""
    latest = max(row.ends_on for row in rows)
    day = [row for row in rows if row.ends_on == latest]
    begins = {row.opening for row in day if row.opening != row.closing}
    return next((row for row in reversed(day) if row.closing not in begins), day[-1])


def currency_of(account: BankAccount) -> str:
    return account.transfers.order_by("pk").values_list("currency", flat=True).first() or "EUR"


def loose(account: BankAccount) -> QuerySet[Transfer]:
    """Rows that no statement with balances tells, too, as a sum."""
    sums = account.transfers.filter(statement__form="camt.053").exclude(lump="")
    rows = account.transfers.filter(statement__form="camt.054")
    return rows.exclude(lump__in=sums.values("lump"))


def after(last: Told) -> Q:
    """Rows that came when this statement had ended."""
    that_day = Q(booked_on=last.ends_on, statement__read_at__gt=last.read_at)
    return Q(booked_on__gt=last.ends_on) | that_day


def added_up(rows: QuerySet[Transfer]) -> int:
    return rows.order_by().aggregate(sum=Sum("cents"))["sum"] or 0
