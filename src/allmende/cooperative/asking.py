"""What members declare and ask from their own page.

    take_further(membership, count=2, at=now)         further shares: declared, with its paper
    ask(membership, Kind.NAME, told={…}, at=now)      what takes an answer
    give_early_notice(membership, why="…", at=now)    notice, and an earlier end is asked for
    answer(request, granted=True, decided_on=day, by=person, at=now)

A notice, or a new postal address, takes no answer: `leaving` and `changing` are their deeds.
"""

import datetime as dt
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from allmende.cooperative import (
    capital,
    changing,
    leaving,
    member_letters,
    member_papers,
    papers,
    projecting,
    queries,
    register,
    sealing,
    shares,
    statute,
    wording,
)
from allmende.cooperative.folding import Kind, State
from allmende.cooperative.keeping import Applicant
from allmende.cooperative.models import MemberRequest, Membership, RegisterEvent
from allmende.cooperative.wording import Text
from allmende.payments.sealing import vault
from allmende.people.models import Person


class NotAsked(Exception):
    """This cannot be asked for or answered now; nothing was written.

    NotAsked
      x Waiting    the same was asked for, and waits for its answer
      x Answered   it was answered before
    """


class Waiting(NotAsked):
    """The same was asked for, and waits for its answer."""


class Answered(NotAsked):
    """It was answered before."""


# --- Further shares -----------------------------------------------------------------------------


def text_of_further(
    membership: Membership, *, count: int, instalments: int, on: dt.date
) -> tuple[Applicant, Text]:
    """Who declares, and the words, in the language of now."""
    applicant = declarer(membership, on=on)
    found = statute.in_force(on=on)
    text = wording.declaration(
        applicant, statute=found, group="", shares=count, instalments=instalments,
        member=membership.number,
    )  # fmt: skip
    return applicant, text


def declarer(membership: Membership, *, on: dt.date) -> Applicant:
    """As the list names them, with who declares in their place."""
    found = queries.details_of(membership.pk, on=on)
    numbers = membership.events.filter(
        kind__in=[Kind.ADMITTED, Kind.IMPORTED, Kind.REPRESENTATIVE], effective_on__lte=on,
        corrected=None,
    ).order_by("effective_on", "number")  # fmt: skip
    told = projecting.payloads(numbers.values_list("number", flat=True))
    more: dict[str, Any] = {}
    for number in numbers.values_list("number", flat=True):
        more |= told.get(number, {})
    born_on = str(more.get("born_on") or "")
    minor = bool(born_on) and not of_age(dt.date.fromisoformat(born_on), on=on)
    return Applicant(
        **found,
        email=member_letters.email_of(membership),
        born_on=born_on,
        representative=str(more.get("representative") or ""),
        guardians=list(more.get("guardians") or []) if minor else [],
    )


def of_age(born_on: dt.date, *, on: dt.date) -> bool:
    """§ 2 BGB."""
    return (on.year - born_on.year, on.month, on.day) >= (18, born_on.month, born_on.day)


@transaction.atomic
def take_further(
    membership: Membership, *, count: int, instalments: int = 1, at: dt.datetime
) -> RegisterEvent:
    """Declared, with its paper kept and sent, for the board to decide. In the language of now.

    Raises Waiting, and shares.NoMoreShares.
    """
    on = statute.day_of(at)
    applicant, text = text_of_further(membership, count=count, instalments=instalments, on=on)
    proof = _("Declared online on %(time)s, signed in as the member.")
    paper = papers.rendered(
        applicant, text, reference=f"{membership.number}/{on}",
        proof=[proof % {"time": papers.moment(at)}], at=at,
    )  # fmt: skip
    register.hold()
    state = projecting.state_of(membership)
    if state.wanted:
        raise Waiting
    if to_pay_first(state, on=on):
        raise shares.Unpaid
    event = shares.declare(
        membership, shares=count, declared_on=on, instalments=instalments,
        document=sha256(paper).hexdigest(), at=at,
    )  # fmt: skip
    member_papers.keep(event, paper)
    member_letters.more_declared(membership, count, on, paper=paper)
    return event


def further_to_sign(
    membership: Membership, *, count: int, instalments: int, at: dt.datetime
) -> bytes:  # fmt: skip
    """The form of a statute that asks for a signature on paper."""
    on = statute.day_of(at)
    applicant, text = text_of_further(membership, count=count, instalments=instalments, on=on)
    return papers.for_signature(applicant, text, reference=f"{membership.number}/{on}", at=at)


def notice_to_sign(membership: Membership, notice: leaving.Notice, *, at: dt.datetime) -> bytes:
    """notice: as it would end if it came today."""
    on = statute.day_of(at)
    applicant = declarer(membership, on=on)
    text = wording.notice(applicant, member=membership.number, shares=notice.shares)
    return papers.for_signature(applicant, text, reference=f"{membership.number}/{on}", at=at)


def to_pay_first(state: State, *, on: dt.date) -> int:
    """Cents that stand against further shares now (§ 15b GenG)."""
    found = statute.in_force(on=on)
    return capital.to_pay_first(state, compulsory=found.compulsory_shares)


# --- What takes an answer -----------------------------------------------------------------------


def waiting() -> "QuerySet[MemberRequest]":
    """The longest waiting first; it should be none."""
    return MemberRequest.objects.filter(answered_at=None).select_related("membership", "notice")


@transaction.atomic
def ask(
    membership: Membership, kind: MemberRequest.Kind, *, told: Mapping[str, Any],
    notice: int | None = None, at: dt.datetime,
) -> MemberRequest:  # fmt: skip
    """told: the words ("why"), and of a name the new "details". notice: the event's number.

    Raises Waiting, and leaving.NoNotice for a notice that is none of theirs, or over.
    """
    register.hold()
    if membership.requests.filter(kind=kind, answered_at=None).exists():
        raise Waiting
    if notice is not None and not stands(membership, notice, on=statute.day_of(at)):
        raise leaving.NoNotice
    found = MemberRequest(membership=membership, kind=kind, notice_id=notice, asked_at=at)
    found.sealed = vault().seal(
        json.dumps(dict(told), ensure_ascii=False).encode(),
        context=found.context, owner=sealing.owner_of(membership, 0),
    )  # fmt: skip
    found.save()
    return found


def stands(membership: Membership, notice: int, *, on: dt.date) -> bool:
    pending = projecting.state_of(membership).pending.get(notice)
    return pending is not None and pending.kind == Kind.NOTICE and pending.last_on >= on


@transaction.atomic
def give_early_notice(membership: Membership, *, why: str, at: dt.datetime) -> RegisterEvent:
    """Ends at the ordinary time, unless the board agrees to the earlier one (§ 65 (3) GenG).

    Raises leaving.NotLeaving, and Waiting.
    """
    on = statute.day_of(at)
    leaving.foreseen(membership, received_on=on, early=True)
    event = leaving.give_notice(membership, received_on=on, at=at)
    ask(membership, MemberRequest.Kind.EARLY, told={"why": why}, notice=event.number, at=at)
    return event


def told_of(request: MemberRequest) -> dict[str, Any]:
    """Empty where it is forgotten."""
    owner = sealing.owner_of(request.membership, 0)
    try:
        opened = vault().open(bytes(request.sealed), context=request.context, owner=owner)
    except sealing.Unreadable:
        return {}
    found: dict[str, Any] = json.loads(opened)
    return found


@transaction.atomic
def answer(
    request: MemberRequest, *, granted: bool, decided_on: dt.date, by: Person, words: str = "",
    at: dt.datetime,
) -> None:  # fmt: skip
    """What is granted is done, and its own letter tells of it. words: in the letter that declines.

    Raises Answered; changing.NotChanged, leaving.NotLeaving where it cannot be done any more.
    """
    capital.hold(request.membership)
    rows = MemberRequest.objects.filter(pk=request.pk, answered_at=None)
    if not rows.update(granted=granted, answered_at=at, answered_by=by):
        raise Answered
    if granted:
        GRANTS[MemberRequest.Kind(request.kind)](request, decided_on, by, at)
    else:
        member_letters.declined(request.membership, request.kind, words=words, on=decided_on)


def rename(request: MemberRequest, on: dt.date, by: Person, at: dt.datetime) -> None:
    """The address is that of now, whatever it was when the name was asked for."""
    membership = request.membership
    details = queries.details_of(membership.pk, on=on)
    wanted = told_of(request).get("details", {})
    names = {name: wanted.get(name, "") for name in ("organisation", "last_name", "first_names")}
    changing.change_details(membership, details | names, on=on, by=by, at=at)


def take_back(request: MemberRequest, on: dt.date, by: Person, at: dt.datetime) -> None:
    assert request.notice_id is not None
    leaving.withdraw(request.membership, notice=request.notice_id, on=on, by=by, at=at)


def end_earlier(request: MemberRequest, on: dt.date, by: Person, at: dt.datetime) -> None:
    """One notice in the place of the other, received on the same day."""
    notice, membership = request.notice, request.membership
    assert notice is not None
    assert notice.declared_on is not None
    leaving.withdraw(membership, notice=notice.number, on=on, by=by, word="early", at=at)
    leaving.give_notice(
        membership, received_on=notice.declared_on, early=True, decided_on=on, by=by, at=at
    )


GRANTS = {
    MemberRequest.Kind.NAME: rename,
    MemberRequest.Kind.WITHDRAW: take_back,
    MemberRequest.Kind.EARLY: end_earlier,
}
