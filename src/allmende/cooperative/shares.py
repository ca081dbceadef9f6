"""Further shares (§ 15b GenG): declared by the member, decided by the board.

They are admitted only when all shares but the last are fully paid in, as the register's credit
says, which follows the ledger. Of several that are declared at once, the board's decision lets in
the first, and each of the others counts when all before it are paid (`capital.credited`). Their
price is that of the statute in force on their declaration.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Sum

from allmende.cooperative import capital, member_letters, projecting, register, statute, terms
from allmende.cooperative.folding import Kind, Stage, State
from allmende.cooperative.models import Membership, Proposal, RegisterEvent, Step
from allmende.cooperative.register import Draft
from allmende.people.models import Person

TAKEN_BACK = "taken-back"  # the word of a wish that ends without the board, by the member


class NoMoreShares(Exception):
    """Further shares cannot be had so; nothing was written.

    NoMoreShares
      x NoMember     there is no living membership, or it is to end
      x TooMany      more than the statute lets one hold, or take in a year
      x Unpaid       those held have to be paid first (§ 15b GenG)
      x NotWanted    nothing of the kind was declared, or it is decided
      x OnePerson    the statute wants a second person to decide
      x TooEarly     before it was declared
    """


class NoMember(NoMoreShares):
    """There is no living membership, or it is to end."""


class TooMany(NoMoreShares):
    """More than the statute lets one hold, or take in a year."""


class Unpaid(NoMoreShares):
    """Those held have to be paid first."""


class NotWanted(NoMoreShares):
    """Nothing of the kind was declared, or it is decided."""


class OnePerson(NoMoreShares):
    """The statute wants a second person to decide."""


class TooEarly(NoMoreShares):
    """Before it was declared."""


@transaction.atomic
def declare(
    membership: Membership, *, shares: int, declared_on: dt.date, instalments: int = 1,
    document: str = "", by: Person | None = None, at: dt.datetime,
) -> RegisterEvent:  # fmt: skip
    """document: hash of the declaration's PDF. by: who typed in what came on paper.

    Raises NoMember and TooMany.
    """
    register.hold()
    state = projecting.state_of(membership)
    found = statute.in_force(on=declared_on)
    if state.stage != Stage.MEMBER or state.leaving_on or state.died_on:
        raise NoMember
    wanted = shares + sum(state.wanted.values())
    if wanted > room(membership, state, on=declared_on):
        raise TooMany
    if not 1 <= instalments <= terms.most_instalments(found):
        raise TooMany
    draft = Draft(
        Kind.MORE_DECLARED, membership, declared_on, shares=shares, declared_on=declared_on,
        statute=found, document=document, actor=by, payload={"instalments": instalments},
    )  # fmt: skip
    return register.record(draft, at=at)


def room(membership: Membership, state: State, *, on: dt.date) -> int:
    """How many more shares the statute lets a member take on a day, beyond those that are granted
    already."""
    found = statute.in_force(on=on)
    group = found.groups.filter(code=state.group).first()
    most = [found.most_shares, group.most_shares if group else None]
    limits = [limit - state.shares for limit in most if limit]
    if found.most_shares_a_year is not None:
        limits.append(found.most_shares_a_year - taken_in(membership, on.year))
    return max(0, min(limits, default=terms.MANY) - state.coming)


def taken_in(membership: Membership, year: int) -> int:
    """Shares that came to a member in a calendar year, by admission or transfer."""
    rows = Step.objects.filter(
        membership=membership, void_from=None, from_on__year=year, shares__gt=0
    )
    rows = rows.exclude(event__kind__in=[Kind.CONVERTED, Kind.IMPORTED])
    return rows.aggregate(sum=Sum("shares"))["sum"] or 0


@transaction.atomic
def admit(
    wish: RegisterEvent, *, decided_on: dt.date, by: Person | None, second: Person | None = None,
    at: dt.datetime,
) -> RegisterEvent:  # fmt: skip
    """Decided and asked to be paid, entered as far as the law lets, and told by mail, together.
    wish: what `declare` recorded.

    Raises NoMoreShares.
    """
    membership, found = wish.membership, wish.statute
    assert membership is not None
    assert found is not None
    capital.hold(membership)
    state = projecting.state_of(membership)
    check(wish, state, decided_on=decided_on)
    if found.second_person and (second is None or second == by):
        raise OnePerson
    share = found.share_cents
    one_more = state.with_more(1, nominal=share)
    count = 1 + capital.let_in(one_more, wish.shares - 1, nominal=share)
    draft = Draft(
        Kind.MORE_ADMITTED, membership, decided_on, shares=count, nominal=share,
        declared_on=wish.declared_on, decided_on=decided_on, about=wish.number, actor=by,
        second=second, statute=found,
    )  # fmt: skip
    event = register.record(draft, at=at)
    told = projecting.payloads([wish.number]).get(wish.number, {})
    parts = terms.plan(found, shares=wish.shares, instalments=told.get("instalments", 1))
    ways = capital.asked(
        event, parts, of=membership, months=found.instalment_months,
        first_on=decided_on + dt.timedelta(days=found.payment_days),
        language=member_letters.language_of(membership), at=at,
    )  # fmt: skip
    membership.refresh_from_db()
    member_letters.more_admitted(membership, count, ways, decided_on, later=wish.shares - count)
    return event


def check(wish: RegisterEvent, state: State, *, decided_on: dt.date) -> None:
    """Raises NoMoreShares."""
    assert wish.membership is not None
    assert wish.statute is not None
    if wish.number not in state.wanted:
        raise NotWanted
    if wish.declared_on and decided_on < wish.declared_on:
        raise TooEarly
    if wish.shares > room(wish.membership, state, on=decided_on):
        raise TooMany
    if capital.to_pay_first(state, compulsory=wish.statute.compulsory_shares):
        raise Unpaid


@transaction.atomic
def refuse(
    wish: RegisterEvent, *, decided_on: dt.date, by: Person | None, second: Person | None = None,
    at: dt.datetime,
) -> RegisterEvent:  # fmt: skip
    """Told by mail. Raises NotWanted, TooEarly, OnePerson."""
    membership, found = wish.membership, wish.statute
    assert membership is not None
    assert found is not None
    register.hold()
    if wish.number not in projecting.state_of(membership).wanted:
        raise NotWanted
    if wish.declared_on and decided_on < wish.declared_on:
        raise TooEarly
    if found.second_person and (second is None or second == by):
        raise OnePerson
    draft = Draft(
        Kind.MORE_REFUSED, membership, decided_on, shares=wish.shares, decided_on=decided_on,
        about=wish.number, actor=by, second=second,
    )  # fmt: skip
    event = register.record(draft, at=at)
    member_letters.more_refused(membership, wish.shares, decided_on)
    return event


@transaction.atomic
def take_back(wish: RegisterEvent, *, on: dt.date, at: dt.datetime) -> RegisterEvent:
    """The member wants it no longer; told by mail. Raises NotWanted, as after a decision."""
    membership = wish.membership
    assert membership is not None
    register.hold()
    if wish.number not in projecting.state_of(membership).wanted:
        raise NotWanted
    draft = Draft(
        Kind.MORE_REFUSED, membership, on, shares=wish.shares, declared_on=on, about=wish.number,
        word=TAKEN_BACK, statute=wish.statute,
    )  # fmt: skip
    event = register.record(draft, at=at)
    Proposal.objects.filter(wish=wish).delete()
    membership.refresh_from_db()
    member_letters.more_taken_back(membership, wish.shares, on)
    return event
