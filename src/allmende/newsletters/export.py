"""Subscribers as a table for spreadsheets: streamed, a lot of rows at a time."""

import csv
import datetime as dt
from collections.abc import Collection, Iterator
from itertools import chain
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allmende.newsletters.models import Newsletter, Subscription

LOT = 2_000
# A spreadsheet takes what begins so for a formula and would run it (CWE-1236).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines(newsletter: Newsletter, *, states: Collection[str], zone: dt.tzinfo) -> Iterator[str]:
    """The table line by line, in the order in which people came; with the mark by which Excel
    knows UTF-8, and semicolons where a comma stands in numbers.

    Words are in the language of this moment, not of the one in which the last line is written.
    """
    german = (get_language() or "").startswith("de")
    writer = csv.writer(Echo(), delimiter=";" if german else ",")
    names = {state.value: str(state.label) for state in Subscription.State}
    heading = "\ufeff" + writer.writerow(headings())
    rows = subscriptions(newsletter, states=states)
    table = (writer.writerow([defused(c) for c in cells(row, names, zone)]) for row in rows)
    return chain([heading], table)


class Echo:
    """Hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def headings() -> list[str]:
    return [
        _("E-mail address"),
        _("First names"),
        _("Surname"),
        _("State"),
        _("Asked"),
        _("Confirmed"),
        _("Last change"),
        _("Source"),
        _("Wording"),
        _("Reason"),
    ]


def subscriptions(newsletter: Newsletter, *, states: Collection[str]) -> Iterator[Subscription]:
    rows = Subscription.objects.filter(newsletter=newsletter, state__in=states)
    rows = rows.select_related("person", "address", "wording").order_by("pk")
    last = 0
    while lot := list(rows.filter(pk__gt=last)[:LOT]):
        yield from lot
        last = lot[-1].pk


def cells(row: Subscription, names: dict[str, str], zone: dt.tzinfo) -> list[Any]:
    return [
        row.address.email,
        row.person.first_name,
        row.person.last_name,
        names[row.state],
        moment(row.asked_at, zone),
        moment(row.confirmed_at, zone),
        moment(row.changed_at, zone),
        row.source,
        row.wording.text if row.wording else "",
        row.reason,
    ]


def moment(at: dt.datetime | None, zone: dt.tzinfo) -> str:
    return at.astimezone(zone).isoformat(sep=" ", timespec="seconds") if at else ""


def defused(cell: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
