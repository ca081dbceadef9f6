"""The statute changes what a share is (§ 16 GenG): everybody's shares become others of the same
value, so that nobody holds or owes a cent more or less.

    divisible(state, into=cents)                      whether that is possible
    convert(membership, into=statute, on=day, at=now)
    foreseen(into=statute)                            what converting everybody would do
    convert_many(into=statute, on=day, most=500, at=now)

The new shares come and the old ones go on the same day, each as an event; the credit goes along.
Notices of single shares are counted anew in new ones.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F

from allmende.cooperative import capital, projecting, register
from allmende.cooperative.folding import Kind, Stage, State
from allmende.cooperative.models import Membership, RegisterEvent, Statute, Step
from allmende.cooperative.register import Draft
from allmende.people.models import Person


class NotConverted(Exception):
    """There is no member, or the value does not come out in whole shares; nothing was written."""


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
    """on: the first day on which it is so. Raises NotConverted."""
    capital.hold(membership)
    state = projecting.state_of(membership)
    if state.stage != Stage.MEMBER or not divisible(state, into=into.share_cents):
        raise NotConverted
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
    others = Step.objects.filter(void_from=None).exclude(
        nominal_cents=F("shares") * into.share_cents
    )
    rows = Membership.objects.members().filter(pk__in=others.values("membership"))
    for membership, state in projecting.states_of(rows.order_by("number")):
        if list(state.holdings) == [into.share_cents]:
            continue
        if not divisible(state, into=into.share_cents):
            found.uneven.append(membership)
            continue
        found.members.append(membership)
        found.old += state.shares
        found.new += state.nominal // into.share_cents
    return found


def convert_many(
    *, into: Statute, on: dt.date, most: int, by: Person | None, at: dt.datetime
) -> tuple[int, list[Membership]]:
    """The first so many who can be. Returns how many were, and whom the register refuses by this
    day; again for the rest."""
    done, refused = 0, []
    for membership in foreseen(into=into).members[:most]:
        try:
            convert(membership, into=into, on=on, by=by, at=at)
        except register.Broken:
            refused.append(membership)
        else:
            done += 1
    return done, refused
