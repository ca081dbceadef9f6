"""The board's sitting: what waits for a decision, decided one by one or many at once.

    waiting()                                       declarations, in the order in which they stand
    decide(found, admits=True, decided_on=day, by=person, at=now)

Where the statute wants two persons, the first decision waits for the second: who decides the same
does it, who decides otherwise takes its place.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet

from allmende.cooperative import admission
from allmende.cooperative.admission import NotDecided
from allmende.cooperative.folding import Stage
from allmende.cooperative.models import Declaration, Membership, Proposal
from allmende.people.models import Person


@dataclass
class Sitting:
    """What came of it: who was admitted or refused, who waits for a second person, and whom it
    could not be decided about and why."""

    done: list[Declaration] = field(default_factory=list)
    waits: list[Declaration] = field(default_factory=list)
    left: list[tuple[Declaration, NotDecided]] = field(default_factory=list)


def waiting() -> QuerySet[Declaration]:
    """The longest waiting first: that is the order of their member numbers."""
    rows = Declaration.objects.filter(state=Declaration.State.STANDS)
    return rows.select_related("statute").order_by("proven_at", "pk")


def proposals(found: Iterable[Declaration]) -> dict[object, Proposal]:
    """By the declaration's key."""
    keys = [one.key for one in found]
    rows = Proposal.objects.filter(membership__key__in=keys).select_related("membership", "by")
    return {row.membership.key: row for row in rows}


def decide(
    found: Iterable[Declaration], *, admits: bool, decided_on: dt.date, by: Person,
    words: str = "", at: dt.datetime,
) -> Sitting:  # fmt: skip
    """Each by itself: one that cannot be decided does not hold up the others. words: in the mail of
    a refusal."""
    sitting = Sitting()
    for one in found:
        try:
            decided = decide_one(
                one, admits=admits, decided_on=decided_on, by=by, words=words, at=at
            )  # fmt: skip
        except NotDecided as error:
            sitting.left.append((one, error))
        else:
            (sitting.done if decided else sitting.waits).append(one)
    return sitting


@transaction.atomic
def decide_one(
    found: Declaration, *, admits: bool, decided_on: dt.date, by: Person, words: str,
    at: dt.datetime,
) -> bool:  # fmt: skip
    """False where it waits for a second person. Raises NotDecided."""
    first, second = by, None
    if found.statute.second_person:
        rows = Proposal.objects.select_for_update(of=("self",)).select_related("by")
        earlier = rows.filter(membership__key=found.key).first()
        if earlier is None or earlier.admits != admits or earlier.by == by:
            propose(found, admits=admits, decided_on=decided_on, by=by, at=at)
            return False
        first, second = earlier.by, by
        earlier.delete()
    if admits:
        admission.admit(found, decided_on=decided_on, by=first, second=second, at=at)
    else:
        admission.refuse(
            found, decided_on=decided_on, by=first, second=second, words=words, at=at
        )  # fmt: skip
    return True


def propose(
    found: Declaration, *, admits: bool, decided_on: dt.date, by: Person, at: dt.datetime
) -> None:
    """Raises NotOpen."""
    membership = Membership.objects.filter(key=found.key, stage=Stage.APPLIED).first()
    if membership is None:
        raise admission.NotOpen
    values = {"admits": admits, "decided_on": decided_on, "by": by, "at": at}
    Proposal.objects.update_or_create(membership=membership, defaults=values)
