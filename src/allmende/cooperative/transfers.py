"""Handing one's credit to somebody else (§ 76 GenG): one event with both sides.

It takes effect with its entry: the giver's last day is that day, the taker's first the next one, so
that no share lives twice or not at all. Who gives all ceases to be a member. Nothing is paid out.
"""

import datetime as dt

from django.db import transaction

from allmende.cooperative import (
    admission,
    capital,
    leaving,
    member_letters,
    projecting,
    register,
    statute,
)
from allmende.cooperative.folding import DAY, Kind, Stage, State
from allmende.cooperative.models import Membership, RegisterEvent, Statute
from allmende.cooperative.register import Draft
from allmende.ledger.money import Money
from allmende.people.models import Person


class NotTransferred(Exception):
    """This cannot be handed over; nothing was written.

    NotTransferred
      x Excluded       the statute does not allow it
      x NoMember       the giver is no member, or the taker neither a member nor admitted with it
      x TooMany        more than the giver holds and has not given notice of, or may give up
      x TooManyTaken   more than the taker may hold
      x Unpaid         the taker's own shares have to be paid first (§ 15b GenG)
    """


class Excluded(NotTransferred):
    """The statute does not allow it."""


class NoMember(NotTransferred):
    """The giver is no member, or the taker neither a member nor admitted with it."""


class TooMany(NotTransferred):
    """More than the giver holds and has not given notice of, or may give up."""


class TooManyTaken(NotTransferred):
    """More than the taker may hold."""


class Unpaid(NotTransferred):
    """The taker's own shares have to be paid first."""


@transaction.atomic
def transfer(
    giver: Membership, *, to: Membership, shares: int, declared_on: dt.date, on: dt.date,
    by: Person | None = None, second: Person | None = None, document: str = "", at: dt.datetime,
) -> list[RegisterEvent]:  # fmt: skip
    """to: a member, or somebody whose application the board admits with this. declared_on: of the
    agreement. on: of the entry, which is the giver's last day. One event for each nominal value.

    Raises NotTransferred.
    """
    capital.hold(giver, to)  # at once: pledges are never locked after the register
    giving, taking = projecting.state_of(giver), projecting.state_of(to)
    found = statute.in_force(on=on)
    check(giving, taking, shares=shares, statute=found)
    joining = None
    if to.stage == Stage.APPLIED:
        joining = admission.joins(to, decided_on=on, by=by, second=second, at=at)
    if shares == giving.shares:
        for number in list(giving.pending):
            leaving.withdraw(giver, notice=number, on=on, by=by, word="transferred", at=at)
        giving = projecting.state_of(giver)
    events: list[RegisterEvent] = []
    for _kind, nominal, count, freed in leaving.parts(giving, shares):
        draft = Draft(
            Kind.TRANSFERRED, giver, on, other=to, shares=count, nominal=nominal, cents=freed,
            declared_on=declared_on, decided_on=on, actor=by, second=second, statute=found,
            document=document, member_number=number_for(to, events),
        )  # fmt: skip
        events.append(register.record(draft, at=at))
        capital.move(
            f"cooperative:transferred:{events[-1].number}", giver, to=to, out_of=capital.CAPITAL,
            into=capital.CAPITAL, money=Money(freed, found.currency), on=on, at=at,
        )  # fmt: skip
    giver.refresh_from_db()
    to.refresh_from_db()
    for side in (giver, to):  # what is still to be paid goes along with the shares
        due_on = on + dt.timedelta(days=found.payment_days)
        capital.adjust(side, events[-1], months=found.instalment_months, on=due_on, at=at)
    if joining:
        payload = admission.personal(joining)
        register.record(Draft(Kind.DETAILS, to, on + DAY, payload=payload, actor=by), at=at)
    if member_letters.transferred(giver, to, shares, on) and joining:
        admission.told(to, on=on, by=None, at=at)
    return events


def number_for(taker: Membership, events: list[RegisterEvent]) -> int | None:
    """Of somebody who joins by it."""
    if taker.number or events:
        return None
    return register.next_number()


def check(giving: State, taking: State, *, shares: int, statute: Statute) -> None:
    """Raises NotTransferred."""
    if not statute.transfers:
        raise Excluded
    joins = taking.stage == Stage.APPLIED and taking.confirmed
    if giving.stage != Stage.MEMBER or not (joins or taking.stage == Stage.MEMBER):
        raise NoMember
    whole = shares == giving.shares
    left = giving.shares - giving.given_notice - shares
    if shares < 1 or (not whole and (left < 0 or left < statute.compulsory_shares)):
        raise TooMany
    most = statute.most_shares
    if most is not None and taking.shares + taking.coming + shares > most:
        raise TooManyTaken
    if joins and shares < statute.compulsory_shares:
        raise TooManyTaken
    if not joins and capital.to_pay_first(taking, compulsory=statute.compulsory_shares):
        raise Unpaid
