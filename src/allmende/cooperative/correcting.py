"""A wrong entry of the register is corrected: it stays, and what was so is entered in its place.

    possible(event)                                 whether this entry can be corrected here
    instead(event, Changes(shares=2))               what will stand in its place
    foreseen(event, draft)                          the membership, before and after
    correct(event, instead=draft, why=…, by=person, at=now)

Entries that the ledger made, or that it followed, are not corrected here: money is booked back
where it was booked. What members still owe follows a correction of shares.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from allmende.cooperative import capital, member_letters, projecting, register, statute
from allmende.cooperative.folding import JOINS, Fact, Kind, Stage, State, faults, fold
from allmende.cooperative.models import MemberPaper, Membership, RegisterEvent
from allmende.cooperative.register import Draft
from allmende.people.models import Person

#: Of what shares were taken, of which value.
SHARES = {Kind.ADMITTED, Kind.MORE_ADMITTED, Kind.IMPORTED}
#: What the board decides; the rest is the office's.
DECIDED = {*SHARES, Kind.EXCLUDED, Kind.EXCLUSION_POSTED, Kind.EXCLUSION_REVOKED}
OF_THE_OFFICE = {
    Kind.DETAILS, Kind.REPRESENTATIVE, Kind.GROUP, Kind.NOTIFIED, Kind.NOTICE,
    Kind.NOTICE_WITHDRAWN, Kind.DIED, Kind.HEIRS, Kind.PAPER_ADDED,
}  # fmt: skip
DAYS = ("declared_on", "decided_on", "effective_on")
COPIED = (
    "kind", "membership", "other", "shares", "cents", "currency", "word", "member_number",
    "statute", "document", *DAYS,
)  # fmt: skip


class NotCorrected(Exception):
    """Nothing was written.

    NotCorrected
      x Impossible    it is corrected, made by the ledger, the one that joins, or others rest on it
      x Same          what will stand is what stands
    """


class Impossible(NotCorrected):
    """It is corrected, made by the ledger, the one that joins, or others rest on it."""


class Same(NotCorrected):
    """What will stand is what stands."""


@dataclass(frozen=True)
class Changes:
    """What was so in truth. nominal: cents of a share. details: as `projecting.NAMED`."""

    days: Mapping[str, dt.date] = field(default_factory=dict)
    shares: int | None = None
    nominal: int | None = None
    word: str | None = None
    details: Mapping[str, str] | None = None


def possible(event: RegisterEvent) -> bool:
    """Of a membership, not corrected yet, and nothing that stands was entered because of it."""
    return event.number in among([event], kinds=DECIDED | OF_THE_OFFICE)


def among(events: Iterable[RegisterEvent], *, kinds: set[Kind]) -> set[int]:
    """Numbers of those that can be corrected here."""
    found = {one.number for one in events if one.membership_id and Kind(one.kind) in kinds}
    rested = RegisterEvent.objects.filter(about__in=found, corrected=None)
    rested = rested.exclude(kind=Kind.PAPER_ADDED)
    corrected = RegisterEvent.objects.filter(corrects__in=found)
    found -= set(rested.values_list("about", flat=True))
    return found - set(corrected.values_list("corrects", flat=True))


def may_stay(event: RegisterEvent) -> bool:
    """Whether something can stand in its place: a paper is the right one, or it is not."""
    return Kind(event.kind) != Kind.PAPER_ADDED


def may_go(event: RegisterEvent) -> bool:
    """Whether it can be taken out with nothing in its place: who never joined cannot be undone."""
    return Kind(event.kind) not in JOINS


def instead(event: RegisterEvent, changes: Changes) -> Draft:
    """Raises Same."""
    told = payload(event)
    values: dict[str, Any] = {name: getattr(event, name) for name in COPIED}
    values |= {"kind": Kind(event.kind), "nominal": event.nominal_cents, "about": event.about_id}
    new = values | dict(changes.days)
    named = {"shares": changes.shares, "nominal": changes.nominal, "word": changes.word}
    new |= {name: value for name, value in named.items() if value is not None}
    after = told if changes.details is None else {**told, "details": dict(changes.details)}
    if new == values and after == told:
        raise Same
    return Draft(**new, payload=after or None)


def foreseen(event: RegisterEvent, draft: Draft | None) -> tuple[State, State]:
    """Before and after. Raises register.Broken."""
    pk, facts = event.membership_id, projecting.facts_of(event.membership_id or 0)
    assert pk is not None
    last = RegisterEvent.objects.order_by("-number").values_list("number", flat=True)[0]
    today = projecting.day_of(timezone.now())
    after = [*facts, Fact(last + 1, Kind.CORRECTION, today, pk, corrects=event.number)]
    if draft:
        after.append(
            Fact(
                last + 2, draft.kind, draft.effective_on or today, pk, shares=draft.shares,
                nominal=draft.nominal, cents=draft.cents, word=draft.word, about=draft.about,
                declared_on=draft.declared_on, decided_on=draft.decided_on,
                member_number=draft.member_number,
            )
        )  # fmt: skip
    if wrong := next(faults(after, member=pk), None):
        raise register.Broken(wrong)
    return fold(facts)[pk], fold(after).get(pk, State())


def payload(event: RegisterEvent) -> dict[str, Any]:
    return projecting.payloads([event.number]).get(event.number, {})


@transaction.atomic
def correct(
    event: RegisterEvent, *, instead: Draft | None, why: str, by: Person,
    second: Person | None = None, at: dt.datetime,
) -> RegisterEvent:  # fmt: skip
    """instead: None where it never was. A changed address is told by mail, as by any change; a
    paper that was added by mistake goes.

    Raises Impossible; register.Broken where what was recorded since cannot be without it.
    """
    membership = event.membership
    if membership is None or not possible(event):
        raise Impossible
    if not (may_stay(event) if instead else may_go(event)):
        raise Impossible
    capital.hold(membership)
    if instead:
        instead = replace(instead, actor=by, second=second)
    found = register.correct(event, why=why, by=by, second=second, instead=instead, at=at)
    membership.refresh_from_db()
    if Kind(event.kind) in {*SHARES, Kind.DIED}:
        ask_anew(membership, found, at=at)
    if event.kind == Kind.PAPER_ADDED:  # it may be somebody else's
        MemberPaper.objects.filter(event=event).delete()
    if instead and event.kind == Kind.DETAILS and instead.payload and instead.effective_on:
        details = instead.payload["details"]
        member_letters.details_changed(membership, details, instead.effective_on)
    return found


def ask_anew(membership: Membership, event: RegisterEvent, *, at: dt.datetime) -> None:
    """What is owed now; nobody is asked who has left or died."""
    if membership.stage != Stage.MEMBER or membership.died_on:
        return
    on = projecting.day_of(at)
    law = statute.in_force(on=on)
    first = on + dt.timedelta(days=law.payment_days)
    capital.adjust(membership, event, months=law.instalment_months, on=first, at=at)
