"""When a member dies (§ 77 GenG): collections and mail stop at once; what follows is the statute's.

As a rule the heirs are members together until the end of the business year; some statutes let them
go on. Who they are is sealed with the membership.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from allmende.cooperative import calendar, capital, projecting, register, statute
from allmende.cooperative.folding import Kind, Stage
from allmende.cooperative.models import Membership, RegisterEvent, Statute
from allmende.cooperative.register import Draft
from allmende.payments import pledges
from allmende.payments.models import Pledge
from allmende.people.models import Person

CONTINUES = "continues"


class NotDead(Exception):
    """No member, or the death is known already."""


@transaction.atomic
def died(
    membership: Membership, *, on: dt.date, by: Person | None, document: str = "",
    at: dt.datetime,
) -> RegisterEvent:  # fmt: skip
    """on: the day of death; known from now on. Nothing is collected any more, whatever it was for.

    Raises NotDead.
    """
    capital.hold(membership)
    if membership.stage != Stage.MEMBER or projecting.state_of(membership).died_on:
        raise NotDead
    found = statute.in_force(on=on)
    goes_on = found.on_death == Statute.OnDeath.CONTINUES
    draft = Draft(
        Kind.DIED, membership, on if goes_on else calendar.year_end(on, statute=found),
        shares=membership.shares, word=CONTINUES if goes_on else "", declared_on=on, actor=by,
        statute=found, document=document,
    )  # fmt: skip
    event = register.record(draft, at=at)
    capital.end_pledges(membership, reason=Pledge.Reason.DEATH, at=at)
    if membership.person:
        pledges.end_all_of(membership.person, reason=Pledge.Reason.DEATH, at=at)
    membership.refresh_from_db()
    return event


@transaction.atomic
def name_heirs(
    membership: Membership, heirs: Sequence[dict[str, str]], *, on: dt.date, by: Person | None,
    document: str = "", at: dt.datetime,
) -> RegisterEvent:  # fmt: skip
    """heirs: their names and addresses, the one who speaks for all of them first. document: hash of
    what proves it. Raises NotDead."""
    register.hold()
    membership.refresh_from_db()
    if membership.died_on is None:
        raise NotDead
    draft = Draft(
        Kind.HEIRS, membership, on, actor=by, document=document, payload={"heirs": list(heirs)}
    )
    return register.record(draft, at=at)
