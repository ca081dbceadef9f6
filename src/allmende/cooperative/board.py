"""The board's sitting: what waits for a decision, decided one by one or many at once.

    waiting()                                       declarations, in the order in which they stand
    wishes()                                        further shares that members declared
    decide(found, admits=True, decided_on=day, by=person, at=now)

Where the statute wants two persons, the first decision waits for the second: who decides the same
does it, who decides otherwise takes its place.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet

from allmende.cooperative import admission, projecting, shares
from allmende.cooperative.admission import NotDecided
from allmende.cooperative.folding import Kind, Stage
from allmende.cooperative.models import Declaration, Membership, Proposal, RegisterEvent, Statute
from allmende.cooperative.shares import NoMoreShares
from allmende.people.models import Person

Item = Declaration | RegisterEvent  # wants to join; wants further shares


@dataclass
class Sitting:
    """What came of it: who was admitted or refused, who waits for a second person, and whom it
    could not be decided about and why."""

    done: list[Item] = field(default_factory=list)
    waits: list[Item] = field(default_factory=list)
    left: list[tuple[Item, NotDecided | NoMoreShares]] = field(default_factory=list)


def waiting() -> QuerySet[Declaration]:
    """The longest waiting first: that is the order of their member numbers."""
    rows = Declaration.objects.filter(state=Declaration.State.STANDS)
    return rows.select_related("statute").order_by("proven_at", "pk")


def wishes() -> QuerySet[RegisterEvent]:
    """Further shares that nobody has decided about, the longest waiting first."""
    rows = RegisterEvent.objects.filter(
        kind=Kind.MORE_DECLARED, decided_on=None, corrected=None, membership__wanted__gt=0
    )
    decided = RegisterEvent.objects.filter(
        kind__in=[Kind.MORE_ADMITTED, Kind.MORE_REFUSED], corrected=None, about__isnull=False
    )
    rows = rows.exclude(pk__in=decided.values("about"))
    return rows.select_related("statute", "membership").order_by("number")


def proposals(found: Iterable[Declaration]) -> dict[object, Proposal]:
    """By the declaration's key."""
    keys = [one.key for one in found]
    rows = Proposal.objects.filter(wish=None, membership__key__in=keys)
    return {row.membership.key: row for row in rows.select_related("membership", "by")}


def proposals_of_wishes(found: Iterable[RegisterEvent]) -> dict[int, Proposal]:
    """By the wish's number."""
    rows = Proposal.objects.filter(wish__in=[one.number for one in found]).select_related("by")
    return {row.wish_id: row for row in rows if row.wish_id}


def obstacle(one: Item, *, decided_on: dt.date) -> NotDecided | NoMoreShares | None:
    """Why this could not be admitted now, by one person or two."""
    if isinstance(one, Declaration):
        return admission.obstacle(one, decided_on=decided_on)
    assert one.membership is not None
    try:
        shares.check(one, projecting.state_of(one.membership), decided_on=decided_on)
    except NoMoreShares as error:
        return error
    return None


def decide(
    found: Iterable[Item], *, admits: bool, decided_on: dt.date, by: Person,
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
        except (NotDecided, NoMoreShares) as error:
            sitting.left.append((one, error))
        else:
            (sitting.done if decided else sitting.waits).append(one)
    return sitting


@transaction.atomic
def decide_one(
    found: Item, *, admits: bool, decided_on: dt.date, by: Person, words: str,
    at: dt.datetime,
) -> bool:  # fmt: skip
    """False where it waits for a second person. Raises NotDecided, NoMoreShares."""
    persons = deciders(found, admits=admits, decided_on=decided_on, by=by, at=at)
    if persons is None:
        return False
    first, second = persons
    if isinstance(found, RegisterEvent):
        deed = shares.admit if admits else shares.refuse
        deed(found, decided_on=decided_on, by=first, second=second, at=at)
    elif admits:
        admission.admit(found, decided_on=decided_on, by=first, second=second, at=at)
    else:
        admission.refuse(
            found, decided_on=decided_on, by=first, second=second, words=words, at=at
        )  # fmt: skip
    return True


def deciders(
    found: Item, *, admits: bool, decided_on: dt.date, by: Person, at: dt.datetime
) -> tuple[Person, Person | None] | None:
    """Who decides; None where it waits for a second person now. Raises NotDecided, NoMoreShares."""
    assert isinstance(found.statute, Statute)
    if not found.statute.second_person:
        return by, None
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("by")
    if isinstance(found, Declaration):
        earlier = rows.filter(membership__key=found.key, wish=None).first()
    else:
        earlier = rows.filter(wish=found).first()
    if earlier is None or earlier.admits != admits or earlier.by == by:
        propose(found, admits=admits, decided_on=decided_on, by=by, at=at)
        return None
    earlier.delete()
    return earlier.by, by


def propose(found: Item, *, admits: bool, decided_on: dt.date, by: Person, at: dt.datetime) -> None:
    """Raises NotOpen, shares.NotWanted."""
    if isinstance(found, Declaration):
        wish, membership = None, Membership.objects.filter(
            key=found.key, stage=Stage.APPLIED
        ).first()  # fmt: skip
        if membership is None:
            raise admission.NotOpen
    else:
        wish, membership = found, found.membership
        assert membership is not None
        if wish.number not in projecting.state_of(membership).wanted:
            raise shares.NotWanted
    values = {"admits": admits, "decided_on": decided_on, "by": by, "at": at}
    Proposal.objects.update_or_create(membership=membership, wish=wish, defaults=values)
