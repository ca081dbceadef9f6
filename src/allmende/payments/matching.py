"""Whose money a transfer is: suggestions with their reasons, and what a person decides.

By reference; then by mandate or end-to-end id (`crediting`); then by an account that is known and
an amount that is due. Never by an amount alone. Only what fits exactly is matched without a person:
the rest is looked at, may be split (a couple pays for two in one transfer), and is remembered.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from allmende.ledger.money import Money
from allmende.payments import crediting, due, references, settle
from allmende.payments.models import DueItem, Mandate, Match, Pledge, Transfer
from allmende.payments.models.moves import DUE_ITEM, sources
from allmende.payments.reading_statements import SUSPENSE, kind_of, told_by
from allmende.payments.statements.shape import Kind
from allmende.people.models import Person

MOST = 12  # periods that one transfer pays for without anybody being asked
LOT = 500
LIVING = [Pledge.State.DRAFT, Pledge.State.AWAITING, Pledge.State.ACTIVE, Pledge.State.PAUSED]


class Refused(Exception):
    """A transfer cannot be given so.

    Refused
      x Decided    somebody has decided already
      x Uneven     the parts are not the whole
      x NotOpen    an item is paid, or owed in another currency
    """


class Decided(Refused):
    """Somebody has decided already."""


class Uneven(Refused):
    """The parts are not the whole."""


class NotOpen(Refused):
    """An item is paid, or owed in another currency."""


@dataclass(frozen=True)
class Part:
    """So much of a transfer is for this item."""

    item: DueItem
    cents: int


@dataclass(frozen=True)
class Suggestion:
    """reason: "reference", "decided before", "known account". fits: the parts are the whole, and
    each is what is owed."""

    reason: str
    parts: tuple[Part, ...]
    fits: bool


def work(*, at: dt.datetime) -> int:
    """Looks at every open row, in the order of their days. Returns how many are settled now."""
    settled, after = 0, (dt.date.min, 0)
    while lot := _next(after):
        settled += sum(look(transfer, at=at) for transfer in lot)
        after = (lot[-1].booked_on, lot[-1].pk)
    return settled


def _next(after: tuple[dt.date, int]) -> list[Transfer]:
    day, key = after
    rows = Transfer.objects.filter(state=Transfer.State.OPEN).order_by("booked_on", "pk")
    later = rows.filter(booked_on__gt=day) | rows.filter(booked_on=day, pk__gt=key)
    return list(later[:LOT])


def look(transfer: Transfer, *, at: dt.datetime) -> bool:
    """Settles a row that is certain. True where it is settled now."""
    if transfer.state != Transfer.State.OPEN:
        return False
    if crediting.credit(transfer, at=at):
        return True
    if kind_of(transfer) == Kind.FEES:
        crediting.done(transfer, why="fee", at=at)
        return True
    best = next((one for one in suggestions(transfer) if one.fits), None)
    if best is None:
        return False
    give(transfer, best.parts, reason=best.reason, by=None, at=at)
    return True


# --- Suggestions --------------------------------------------------------------------------------


def suggestions(transfer: Transfer) -> list[Suggestion]:
    """The surest first; none for money that went, or came back."""
    if transfer.cents < 0 or kind_of(transfer) != Kind.IN:
        return []
    found = [*by_reference(transfer), *as_before(transfer), *by_account(transfer)]
    return list({one.parts: one for one in reversed(found)}.values())[::-1]


def by_reference(transfer: Transfer) -> list[Suggestion]:
    """Several references in one transfer: each gets what is due of it next."""
    told = told_by(transfer)
    written = f"{told.get('creditor_reference', '')} {told.get('purpose', '')}"
    named = references.find(written) or ((transfer.reference,) if transfer.reference else ())
    pledges = [found for one in named if (found := pledge_of(one))]
    if len(pledges) == 1:
        return [suggestion("reference", transfer, periods(pledges[0], transfer))]
    if pledges:
        parts = tuple(Part(item, item.cents) for one in pledges if (item := next_of(one)))
        return [suggestion("reference", transfer, parts)]
    return []


def pledge_of(reference: str) -> Pledge | None:
    return Pledge.objects.filter(transfer_reference=reference, state__in=LIVING).first()


def periods(pledge: Pledge, transfer: Transfer) -> tuple[Part, ...]:
    """As many periods as the money is for, where it is for whole ones; else the next one."""
    first = next_of(pledge)
    if first is None:
        return ()
    times, rest = divmod(transfer.cents, first.cents)
    if rest or not 1 < times <= MOST or pledge.rhythm == Pledge.Rhythm.ONCE:
        return (Part(first, transfer.cents),)
    items = list(pledge.items.filter(state__in=DueItem.OPEN).order_by("period")[:times])
    if len(items) < times or any(item.cents != first.cents for item in items):
        return (Part(first, transfer.cents),)
    return tuple(Part(item, item.cents) for item in items)


def as_before(transfer: Transfer) -> list[Suggestion]:
    """A person has decided over the same amount from the same account."""
    if not transfer.fingerprint:
        return []
    before = Transfer.objects.filter(
        fingerprint=transfer.fingerprint, cents=transfer.cents, currency=transfer.currency,
        state=Transfer.State.MATCHED, decided_by__isnull=False,
    ).order_by("-decided_at").first()  # fmt: skip
    if before is None:
        return []
    rows = before.matches.select_related("item__pledge").order_by("pk")
    parts = tuple(Part(item, row.cents) for row in rows if (item := next_of(row.item.pledge)))
    return [suggestion("decided before", transfer, parts)] if parts else []


def by_account(transfer: Transfer) -> list[Suggestion]:
    """An account that paid before, or has a mandate here, and exactly what is due."""
    if not transfer.fingerprint:
        return []
    paid = Match.objects.filter(transfer__fingerprint=transfer.fingerprint)
    signed = Mandate.objects.filter(fingerprint=transfer.fingerprint)
    pledges = Pledge.objects.filter(state__in=LIVING, method="transfer").filter(
        pk__in=paid.values("item__pledge")
    ) | Pledge.objects.filter(state__in=LIVING, pk__in=signed.values("pledge"))
    items = [item for one in pledges.distinct() if (item := next_of(one))]
    alike = [item for item in items if (item.cents, item.currency) == whole(transfer)]
    found = [suggestion("known account", transfer, (Part(one, one.cents),)) for one in alike]
    if len(found) == 1:
        return found
    return [Suggestion(one.reason, one.parts, fits=False) for one in found]


def next_of(pledge: Pledge) -> DueItem | None:
    """The earliest period that is not paid and not handed in."""
    open_ones = [state for state in DueItem.OPEN if state != DueItem.State.SUBMITTED]
    return pledge.items.filter(state__in=open_ones).order_by("period").first()


def whole(transfer: Transfer) -> tuple[int, str]:
    return transfer.cents, transfer.currency


def suggestion(reason: str, transfer: Transfer, parts: tuple[Part, ...]) -> Suggestion:
    fits = (
        bool(parts)
        and sum(part.cents for part in parts) == transfer.cents
        and all(
            (part.cents, transfer.currency) == (part.item.cents, part.item.currency)
            for part in parts
        )
    )
    return Suggestion(reason, parts, fits)


# --- Decisions ----------------------------------------------------------------------------------


@transaction.atomic
def give(
    transfer: Transfer, parts: Sequence[Part], *, reason: str, by: Person | None, at: dt.datetime
) -> None:
    """Gives a transfer to items, in parts. by: who decided; None where it was certain.

    Raises Decided, Uneven, NotOpen.
    """
    transfer = _decided(transfer, why=reason, by=by, at=at)
    if sum(part.cents for part in parts) != transfer.cents or any(
        part.cents <= 0 for part in parts
    ):
        raise Uneven
    for part in parts:
        _give(transfer, part, reason=reason, by=by, at=at)


def _give(
    transfer: Transfer, part: Part, *, reason: str, by: Person | None, at: dt.datetime
) -> None:
    item = DueItem.objects.get(pk=part.item.pk)
    payable = item.state in sources(DUE_ITEM, DueItem.State.COLLECTED)
    if not payable or item.currency != transfer.currency:
        raise NotOpen(f"item {item.pk} is {item.state}, in {item.currency}")
    money = Money(part.cents, transfer.currency)
    attempt = settle.try_once(
        item, provider="transfer", key=f"transfer:{transfer.pk}:{item.pk}",
        external_id=f"{transfer.pk}:{item.pk}", amount=money, at=at,
    )  # fmt: skip
    Match.objects.create(
        transfer=transfer, item=item, attempt=attempt, cents=part.cents, reason=reason, by=by, at=at
    )
    settle.collected(attempt, into=SUSPENSE, on=transfer.booked_on, at=at, amount=money)


@transaction.atomic
def set_aside(transfer: Transfer, *, account: str, why: str, by: Person, at: dt.datetime) -> None:
    """It is no giver's money: it goes from suspense to another account of the ledger. why: ids and
    words of the office, no names. Raises Decided."""
    transfer = _decided(transfer, why=why, by=by, at=at, state=Transfer.State.SET_ASIDE)
    if account != SUSPENSE:
        money = Money(transfer.cents, transfer.currency)
        settle.moved(
            f"row:{transfer.pk}", out_of=SUSPENSE, into=account, amount=-money,
            on=transfer.booked_on, at=at, text=f"row {transfer.pk} set aside",
        )  # fmt: skip


def _decided(
    transfer: Transfer, *, why: str, by: Person | None, at: dt.datetime,
    state: Transfer.State = Transfer.State.MATCHED,
) -> Transfer:  # fmt: skip
    rows = Transfer.objects.filter(pk=transfer.pk, state=Transfer.State.OPEN)
    if not rows.update(state=state, decided_by=by, decided_at=at, why=why[:64]):
        raise Decided
    transfer.refresh_from_db()
    return transfer


def open_items(pledge: Pledge, *, at: dt.datetime) -> list[DueItem]:
    """What a person may give a transfer to; the next period is written down if need be."""
    due.next_open(pledge, at=at)
    states = [state for state in DueItem.OPEN if state != DueItem.State.SUBMITTED]
    return list(pledge.items.filter(state__in=states).order_by("period"))
