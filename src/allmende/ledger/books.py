"""Reading the books out: what was booked in a period, in the forms of other programs."""

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.conf import settings

from allmende.ledger import balances, chart
from allmende.ledger.exports import beancount, datev
from allmende.ledger.exports.booked import Booked, Share
from allmende.ledger.models import Entry
from allmende.ledger.post import lines_of

LOT = 2_000  # entries read at once


def entries(*, since: dt.date, until: dt.date) -> Iterator[Booked]:
    """All that was booked on these days, by day; read bit by bit."""
    rows = Entry.objects.filter(booked_on__range=(since, until)).order_by("booked_on", "pk")
    rest = rows.iterator(LOT)
    while lot := list(islice(rest, LOT)):
        lines = lines_of(lot)
        for row in lot:
            shares = tuple(Share(line.account, line.money, line.party) for line in lines[row.pk])
            yield Booked(row.pk, row.booked_on, row.text, shares, row.reverses_id)


def as_datev(*, since: dt.date, until: dt.date, at: dt.datetime) -> Iterator[datev.File]:
    """The files for the tax adviser: one a business year."""
    return datev.files(
        entries(since=since, until=until),
        since=since, until=until, numbers=chart.numbers(), client=client(), at=at,
    )  # fmt: skip


def as_beancount(*, since: dt.date, until: dt.date) -> Iterator[str]:
    """The file, line by line."""
    return beancount.lines(
        entries(since=since, until=until),
        since=since,
        until=until,
        kinds=chart.kinds(),
        before=balances.trial(on=since - dt.timedelta(days=1)),
        after=balances.trial(on=until),
        title=settings.PAPER_URL,
    )


def client() -> datev.Client:
    facts: dict[str, Any] = settings.LEDGER
    adviser, number = facts["datev"]
    return datev.Client(adviser, number, facts["year_begins"])
