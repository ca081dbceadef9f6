"""The statute changes what a share is (§ 16 GenG): everybody's shares become others of the same
value, so that nobody holds or owes a cent more or less.

    divisible(state, into=cents)                      whether that is possible
    convert(membership, into=statute, on=day, at=now)
    foreseen(into=statute)                            what converting everybody would do
    ask(into=statute, on=day, by=person, at=now)      everybody's, by a worker
    agree(conversion, by=second, at=now)              where the statute wants two persons
    carry_on(conversion, at=now)                      the next lot; True when there is no more

The new shares come and the old ones go on the same day, each as an event; the credit goes along.
Notices of single shares are counted anew in new ones.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from allmende.cooperative import capital, projecting, register
from allmende.cooperative.folding import Kind, Stage, State
from allmende.cooperative.models import Conversion, Membership, RegisterEvent, Statute, Step
from allmende.cooperative.register import Draft
from allmende.people.models import Person

LOT = 50  # members in one commit: about a second, in which nobody else writes the register
SILENCE = dt.timedelta(minutes=2)  # after which a conversion that does not move is taken up again


class NotConverted(Exception):
    """Nothing was written.

    NotConverted
      x Uneven      there is no member, or the value does not come out in whole shares
      x UnderWay    everybody's is asked for already, or has begun
      x OnePerson   whoever asked for it cannot be the second person, too
    """


class Uneven(NotConverted):
    """There is no member, or the value does not come out in whole shares."""


class UnderWay(NotConverted):
    """Everybody's is asked for already, or has begun."""


class OnePerson(NotConverted):
    """Whoever asked for it cannot be the second person, too."""


@dataclass
class Foreseen:
    """members: who can be converted. old, new: shares of theirs, before and after. uneven: whose
    value, or whose notice, does not come out in whole shares."""

    members: list[Membership] = field(default_factory=list)
    old: int = 0
    new: int = 0
    uneven: list[Membership] = field(default_factory=list)


def divisible(state: State, *, into: int) -> bool:
    """into: cents of a new share. Notices of single shares have to come out even, too: which of
    different ones they mean, only their member knows."""
    if state.nominal % into:
        return False
    notices = list(partial(state))
    if not notices:
        return True
    return len(state.holdings) == 1 and not any(
        shares * state.newest % into for _number, shares, _last_on in notices
    )


def partial(state: State) -> Iterator[tuple[int, int, dt.date]]:
    """Notices of single shares: their event, how many, and the last day."""
    for number, one in state.pending.items():
        if one.kind == Kind.NOTICE and one.shares:
            yield number, one.shares, one.last_on


@transaction.atomic
def convert(
    membership: Membership, *, into: Statute, on: dt.date, by: Person | None,
    second: Person | None = None, at: dt.datetime,
) -> list[RegisterEvent]:  # fmt: skip
    """on: the first day on which it is so. Raises Uneven, register.Broken."""
    capital.hold(membership)
    state = projecting.state_of(membership)
    if state.stage != Stage.MEMBER or not divisible(state, into=into.share_cents):
        raise Uneven
    if list(state.holdings) == [into.share_cents]:
        return []
    drafts = list(drafts_of(membership, state, into=into, on=on, by=by, second=second))
    events = register.record_many(drafts, at=at)
    membership.refresh_from_db()
    return events


def drafts_of(
    membership: Membership, state: State, *, into: Statute, on: dt.date, by: Person | None,
    second: Person | None,
) -> Iterator[Draft]:  # fmt: skip
    """The new shares first: who holds none for a moment would cease to be a member."""
    new = into.share_cents
    told: dict[str, Any] = {"statute": into, "actor": by, "second": second}
    yield Draft(
        Kind.CONVERTED, membership, on, shares=state.nominal // new, nominal=new,
        cents=state.credit, **told,
    )  # fmt: skip
    left = state.credit
    for nominal, count in state.holdings.items():
        cents = min(left, nominal * count)
        left -= cents
        yield Draft(
            Kind.REPLACED, membership, on, shares=count, nominal=nominal, cents=cents, **told
        )
    for number, shares, last_on in partial(state):
        yield Draft(
            Kind.NOTICE_WITHDRAWN, membership, on, declared_on=on, about=number, word="converted",
            **told,
        )  # fmt: skip
        yield Draft(
            Kind.NOTICE, membership, last_on, shares=shares * state.newest // new, declared_on=on,
            about=number, **told,
        )  # fmt: skip


def foreseen(*, into: Statute) -> Foreseen:
    """Of everybody who holds shares of another value."""
    found = Foreseen()
    for membership, state in projecting.states_of(others(into)):
        if list(state.holdings) == [into.share_cents]:
            continue
        if not divisible(state, into=into.share_cents):
            found.uneven.append(membership)
            continue
        found.members.append(membership)
        found.old += state.shares
        found.new += state.nominal // into.share_cents
    return found


def others(into: Statute) -> QuerySet[Membership]:
    """Who holds, or has held, shares of another value, by their numbers."""
    steps = Step.objects.filter(void_from=None).exclude(
        nominal_cents=F("shares") * into.share_cents
    )
    rows = Membership.objects.members().filter(pk__in=steps.values("membership"))
    return rows.order_by("number")


# --- Everybody's ------------------------------------------------------------------------------


def under_way() -> Conversion | None:
    """Which waits for a second person, or is being done."""
    rows = Conversion.objects.filter(done_at=None)
    return rows.select_related("statute", "by", "second").first()


def last_done() -> Conversion | None:
    rows = Conversion.objects.filter(done_at__isnull=False)
    return rows.select_related("statute").order_by("-done_at").first()


@transaction.atomic
def ask(*, into: Statute, on: dt.date, by: Person, at: dt.datetime) -> Conversion:
    """It begins at once, or where the statute wants two persons when the second agrees.

    on: the first day of the new shares. Raises UnderWay.
    """
    register.hold()
    if under_way():
        raise UnderWay
    begun_at = None if into.second_person else at
    return Conversion.objects.create(
        statute=into, on=on, by=by, asked_at=at, begun_at=begun_at
    )  # fmt: skip


@transaction.atomic
def agree(conversion: Conversion, *, by: Person, at: dt.datetime) -> None:
    """The second person. Raises UnderWay, OnePerson."""
    found = waiting(conversion)
    if found.by == by:
        raise OnePerson
    Conversion.objects.filter(pk=found.pk).update(second=by, begun_at=at)


@transaction.atomic
def take_back(conversion: Conversion) -> None:
    """By either, until it has begun. Raises UnderWay."""
    waiting(conversion).delete()


def waiting(conversion: Conversion) -> Conversion:
    """As it is now, locked. Raises UnderWay where it waits for nobody any more."""
    rows = Conversion.objects.select_for_update().filter(pk=conversion.pk, begun_at=None)
    found = rows.first()
    if found is None:
        raise UnderWay
    return found


def carry_on(conversion: Conversion, *, at: dt.datetime) -> bool:
    """The next lot. True when there is no more to do."""
    conversion.refresh_from_db()
    if conversion.begun_at and conversion.total is None:  # before anything is locked: it takes long
        total = len(foreseen(into=conversion.statute).members)
        Conversion.objects.filter(pk=conversion.pk, total=None).update(total=total)
    return convert_lot(conversion, at=at)


@transaction.atomic
def convert_lot(conversion: Conversion, *, at: dt.datetime) -> bool:
    """What is written, and how far it has come, are one commit."""
    rows = Conversion.objects.select_for_update().filter(pk=conversion.pk, done_at=None)
    found = rows.exclude(begun_at=None).first()
    if found is None:
        return True
    lot = list(others(found.statute).filter(number__gt=found.number)[:LOT])
    capital.hold(*lot)  # of all of them before anything is written, as whoever settles money does
    for membership in lot:
        convert_one(found, membership, at=at)
    found.moved_at, found.done_at = at, None if lot else at
    found.save()
    return not lot


def convert_one(found: Conversion, membership: Membership, *, at: dt.datetime) -> None:
    """Counted in the conversion's row, which is saved by whoever calls."""
    assert membership.number is not None
    found.number = membership.number
    try:
        events = convert(
            membership, into=found.statute, on=found.on, by=found.by, second=found.second, at=at
        )  # fmt: skip
    except Uneven:
        return
    except register.Broken:
        found.refused.append(membership.number)
    else:
        found.done += bool(events)


def broken_off(*, at: dt.datetime) -> QuerySet[Conversion]:
    """Begun, and not moved for a while: whoever was at it has died."""
    rows = Conversion.objects.filter(done_at=None, begun_at__isnull=False)
    return rows.annotate(seen=Coalesce("moved_at", "begun_at")).filter(seen__lt=at - SILENCE)
