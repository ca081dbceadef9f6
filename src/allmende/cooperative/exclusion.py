"""Exclusion (§ 68 GenG), with its three days: decided, posted, ended.

From the posting of the letter on the member may not take part in the assembly and holds no office;
the membership itself ends with the business year.
"""

import datetime as dt

from django.db import transaction

from allmende.cooperative import calendar, capital, projecting, register, statute
from allmende.cooperative.folding import Kind, Stage
from allmende.cooperative.models import Membership, RegisterEvent
from allmende.cooperative.register import Draft
from allmende.people.models import Person


class NotExcluded(Exception):
    """There is no member to exclude, nothing that was decided, or it came before the decision."""


@transaction.atomic
def decide(
    membership: Membership, *, decided_on: dt.date, why: str, by: Person | None,
    second: Person | None = None, document: str = "", at: dt.datetime,
) -> RegisterEvent:  # fmt: skip
    """why: as the statute names reasons; sealed. Raises NotExcluded."""
    capital.hold(membership)
    if membership.stage != Stage.MEMBER or pending(membership) is not None:
        raise NotExcluded
    found = statute.in_force(on=decided_on)
    draft = Draft(
        Kind.EXCLUDED, membership, calendar.year_end(decided_on, statute=found),
        shares=membership.shares, decided_on=decided_on, actor=by, second=second, statute=found,
        document=document, payload={"why": why},
    )  # fmt: skip
    return register.record(draft, at=at)


@transaction.atomic
def posted(
    membership: Membership, *, on: dt.date, by: Person | None, at: dt.datetime
) -> RegisterEvent:
    """The registered letter has left: rights end with this day. Raises NotExcluded."""
    capital.hold(membership)
    decision = decided(membership)
    decided_on = RegisterEvent.objects.values_list("decided_on", flat=True).get(pk=decision)
    if decided_on is None or on < decided_on:
        raise NotExcluded
    draft = Draft(Kind.EXCLUSION_POSTED, membership, on, about=decision, actor=by)
    return register.record(draft, at=at)


@transaction.atomic
def revoke(
    membership: Membership, *, on: dt.date, by: Person | None, at: dt.datetime
) -> RegisterEvent:
    """By a court, or by whoever decided it. Raises NotExcluded."""
    capital.hold(membership)
    decision = decided(membership)
    draft = Draft(Kind.EXCLUSION_REVOKED, membership, on, decided_on=on, about=decision, actor=by)
    return register.record(draft, at=at)


def decided(membership: Membership) -> int:
    """Raises NotExcluded."""
    decision = pending(membership)
    if decision is None:
        raise NotExcluded
    return decision


def pending(membership: Membership) -> int | None:
    """The decision that has not ended the membership yet."""
    found = projecting.state_of(membership).pending.items()
    return next((number for number, one in found if one.kind == Kind.EXCLUDED), None)
