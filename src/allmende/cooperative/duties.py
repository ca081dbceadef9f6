"""What waits for somebody of the office or the board: lists that should be empty.

every(on=today)     all of them, those without rows too
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from allmende.cooperative import board, capital, converting, declaration, queries, settling
from allmende.cooperative.models import Membership, Printout
from allmende.ledger.money import Money, show
from allmende.payments.models import DueItem

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHOWN = 20
PATIENCE = dt.timedelta(days=14)  # a declaration that waits longer waits long


@dataclass(frozen=True)
class Line:
    """member: whose page; None where the duty's own screen shows it."""

    member: int | None
    words: str


@dataclass(frozen=True)
class Duty:
    """rows: the first `SHOWN`. screen: name of the address where it is done; empty at the rows."""

    code: str
    label: "StrOrPromise"
    count: int
    rows: list[Line]
    screen: str = ""


def every(*, on: dt.date) -> list[Duty]:
    return [
        waiting_long(on=on), not_told(), refused_by_letter(), overdue(on=on), unguarded(),
        in_debt(), payable(on=on), to_settle(on=on), half_decided(), printouts(),
    ]  # fmt: skip


def open_ones(*, on: dt.date) -> list[Duty]:
    return [duty for duty in every(on=on) if duty.count]


def cents(value: int) -> str:
    return show(Money(value), language=get_language() or "de")


def day(value: dt.date) -> str:
    return date_format(value, "SHORT_DATE_FORMAT")


def names_of(memberships: Iterable[Membership]) -> dict[int, str]:
    """Name and number, by key."""
    rows = list(memberships)
    known = queries.details(on=timezone.localdate(), of=[row.pk for row in rows])
    return {row.pk: f"{queries.name_of(known.get(row.pk, {}))} ({row.number})" for row in rows}


def waiting_long(*, on: dt.date) -> Duty:
    """Declarations, and wishes of further shares."""
    last = on - PATIENCE
    count = board.waiting().filter(declared_on__lt=last).count()
    count += board.wishes().filter(declared_on__lt=last).count()
    label = _("Waiting for the board for more than two weeks")
    return Duty("waiting", label, count, [], "coop_board")


def not_told() -> Duty:
    rows = queries.not_told()
    names = names_of(rows[:SHOWN])
    lines = [Line(pk, name) for pk, name in names.items()]
    return Duty("told", _("Admitted, and not told of it"), rows.count(), lines)


def refused_by_letter() -> Duty:
    """Their data stay until they are told."""
    count = len(declaration.without_letter())
    label = _("Refused, and to be told by letter")
    return Duty("refused", label, count, [], "join_refusals")


def overdue(*, on: dt.date) -> Duty:
    """One line for each part that is behind."""
    rows = queries.overdue(on=on)
    items = list(rows[:SHOWN])
    of = {item.pk: capital.of_party(item.pledge.party) for item in items}
    names = names_of({row.pk: row for row in of.values() if row}.values())
    lines = [line_of(item, of[item.pk], names) for item in items]
    return Duty("overdue", _("Overdue instalments"), rows.count(), lines)


def line_of(item: DueItem, member: Membership | None, names: dict[int, str]) -> Line:
    said = {
        "name": names[member.pk] if member else item.pledge.party,
        "amount": cents(item.cents),
        "day": day(item.due_on),
    }
    words = gettext("%(name)s: %(amount)s, due on %(day)s") % said
    return Line(member.pk if member else None, words)


def unguarded() -> Duty:
    rows = list(queries.unguarded())
    names = names_of(rows[:SHOWN])
    lines = [Line(pk, name) for pk, name in names.items()]
    label = _("Further shares stand, though a payment went back (§ 15b GenG)")
    return Duty("unguarded", label, len(rows), lines)


def in_debt() -> Duty:
    rows = queries.in_debt()
    found = list(rows[:SHOWN])
    names = names_of(found)
    lines = [Line(row.pk, f"{names[row.pk]}: {cents(row.credit_cents)}") for row in found]
    return Duty("debt", _("Left, and owing what their bank took back"), rows.count(), lines)


def payable(*, on: dt.date) -> Duty:
    """What may be paid out and is not asked for yet."""
    rows = [one for one in settling.due(on=on) if not one.held_back and not one.payout]
    names = names_of(one.membership for one in rows[:SHOWN])
    lines = [
        Line(
            one.membership.pk,
            gettext("%(name)s: %(amount)s, due on %(day)s") % {
                "name": names[one.membership.pk],
                "amount": cents(one.now.cents),
                "day": day(one.due_on),
            },
        )
        for one in rows[:SHOWN]
    ]  # fmt: skip
    return Duty("payable", _("To be paid out"), len(rows), lines, "coop_settlement")


def to_settle(*, on: dt.date) -> Duty:
    """What was set free in a business year that is over."""
    rows = queries.to_settle(on=on)
    label = _("Set free, and to be settled by the balance sheet")
    return Duty("settle", label, rows.count(), [], "coop_settlement")


def half_decided() -> Duty:
    """A conversion that one of the board has asked for."""
    found = converting.under_way()
    count = int(found is not None and found.begun_at is None)
    label = _("Conversion of shares, waiting for a second person")
    return Duty("conversion", label, count, [], "coop_conversion")


def printouts() -> Duty:
    rows = Printout.objects.filter(sent_at=None)
    return Duty("printouts", _("The statute on paper"), rows.count(), [], "join_printouts")
