"""How members leave, or give back single shares (§§ 65, 67b GenG).

    foreseen(membership, shares=None, received_on=day)     # the last day, before anything is done
    give_notice(membership, shares=None, received_on=day, at=now)
    withdraw(membership, notice=17, at=now)
    end_due(on=today, at=now)                               # each night: what ends, has ended

A notice ends nothing by itself: the day comes, and a worker records what ended, with that day. What
the shares set free then is settled later (`settling`).
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from allmende.cooperative import calendar, capital, member_letters, projecting, register, statute
from allmende.cooperative.folding import WHOLE, Kind, Pending, State
from allmende.cooperative.models import Membership, RegisterEvent, Statute
from allmende.cooperative.register import Draft
from allmende.ledger.money import Money
from allmende.payments.models import Pledge
from allmende.people.models import Person

EARLY = f"{WHOLE}-early"


class NotLeaving(Exception):
    """This cannot be given notice of; nothing was written.

    NotLeaving
      x NoMember       there is no living membership
      x TooMany        more than is held and not under notice already
      x Compulsory     fewer shares would be left than everybody has to hold: only as a whole
      x Leaving        the whole membership ends already
      x NotEarly       the statute knows no earlier end for this member
      x NoNotice       there is no such notice, or it has ended something
      x NoDecision     an earlier end takes a decision of the board
    """


class NoMember(NotLeaving):
    """There is no living membership."""


class TooMany(NotLeaving):
    """More than is held and not under notice already."""


class Compulsory(NotLeaving):
    """Fewer shares would be left than everybody has to hold."""


class Leaving(NotLeaving):
    """The whole membership ends already."""


class NotEarly(NotLeaving):
    """The statute knows no earlier end for this member."""


class NoNotice(NotLeaving):
    """There is no such notice, or it has ended something."""


class NoDecision(NotLeaving):
    """An earlier end takes a decision of the board."""


@dataclass(frozen=True)
class Notice:
    """What a notice will do. shares: None is everything."""

    shares: int | None
    last_on: dt.date
    statute: Statute


def foreseen(
    membership: Membership, *, shares: int | None = None, received_on: dt.date, early: bool = False
) -> Notice:
    """shares: how many; None ends the membership. By the statute in force on the day of receipt.

    Raises NotLeaving.
    """
    state = projecting.state_of(membership)
    if not state.shares or state.joined_on is None:
        raise NoMember
    if state.leaving_on is not None:
        raise Leaving
    found = statute.in_force(on=received_on)
    free = state.shares - state.given_notice
    if shares is not None and shares >= state.shares:
        shares = None
    if shares is not None and not 0 < shares <= free:
        raise TooMany
    if shares is not None and free - shares < found.compulsory_shares:
        raise Compulsory
    months = None
    if early:
        if not calendar.may_leave_early(state.joined_on, received_on, statute=found):
            raise NotEarly
        months = found.early_exit_months
    return Notice(
        shares, calendar.notice_end(received_on, statute=found, months=months), found
    )  # fmt: skip


def early_end(received_on: dt.date) -> dt.date:
    """The last day of what is granted earlier, by the statute in force on the day of receipt."""
    found = statute.in_force(on=received_on)
    return calendar.notice_end(received_on, statute=found, months=found.early_exit_months)


@transaction.atomic
def give_notice(
    membership: Membership, *, shares: int | None = None, received_on: dt.date,
    early: bool = False, decided_on: dt.date | None = None, by: Person | None = None,
    document: str = "", at: dt.datetime,
) -> RegisterEvent:  # fmt: skip
    """The notice has reached us, and is confirmed by mail with its last day. early, decided_on: in
    case of hardship, as the board decided. by: who typed in what came on paper.

    Raises NotLeaving.
    """
    capital.hold(membership)
    found = foreseen(membership, shares=shares, received_on=received_on, early=early)
    if early and decided_on is None:
        raise NoDecision
    words = {True: EARLY, False: WHOLE if found.shares is None else ""}
    draft = Draft(
        Kind.NOTICE, membership, found.last_on, shares=found.shares or membership.shares,
        word=words[early], declared_on=received_on, decided_on=decided_on, actor=by,
        statute=found.statute, document=document,
    )  # fmt: skip
    event = register.record(draft, at=at)
    membership.refresh_from_db()
    member_letters.notice_received(membership, found.shares, found.last_on, received_on)
    return event


@transaction.atomic
def withdraw(
    membership: Membership, *, notice: int, on: dt.date, by: Person | None = None,
    word: str = "", at: dt.datetime,
) -> RegisterEvent:  # fmt: skip
    """Both sides agree that it is to be as if there had been no notice. word: a code, where
    something else takes its place, which has a letter of its own.

    Raises NoNotice.
    """
    capital.hold(membership)
    pending = projecting.state_of(membership).pending.get(notice)
    if pending is None or pending.kind != Kind.NOTICE or pending.last_on < on:
        raise NoNotice
    draft = Draft(
        Kind.NOTICE_WITHDRAWN, membership, on, declared_on=on, about=notice, word=word, actor=by
    )
    event = register.record(draft, at=at)
    membership.refresh_from_db()
    if not word:
        member_letters.notice_withdrawn(membership, pending.shares, on)
    return event


# --- The day has come -------------------------------------------------------------------------


def end_due(*, on: dt.date, at: dt.datetime) -> int:
    """Ends what had its last day before `on`. Returns how many memberships changed."""
    rows = Membership.objects.filter(next_end_on__lt=on).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    return sum(end_one(Membership.objects.get(pk=pk), on=on, at=at) for pk in keys)


@transaction.atomic
def end_one(membership: Membership, *, on: dt.date, at: dt.datetime) -> bool:
    capital.hold(membership)
    pending = projecting.state_of(membership).pending.items()
    due = sorted((one.last_on, number) for number, one in pending if one.last_on < on)
    for _last_on, number in due:
        state = projecting.state_of(membership)
        if number in state.pending:  # what ended before may have ended all
            end(membership, state, number, state.pending[number], at=at)
    membership.refresh_from_db()
    return bool(due)


def end(
    membership: Membership, state: State, number: int, pending: Pending, *, at: dt.datetime
) -> None:
    shares = state.shares if pending.shares is None else min(pending.shares, state.shares)
    whole = shares == state.shares
    for kind, nominal, count, freed in parts(state, shares):
        draft = Draft(
            kind, membership, pending.last_on, shares=count, nominal=nominal, cents=freed,
            word=pending.kind, about=number, statute=statute.in_force(on=pending.last_on),
        )  # fmt: skip
        event = register.record(draft, at=at)
        capital.move(
            f"cooperative:left:{event.number}", membership, out_of=capital.CAPITAL,
            into=capital.LEFT, money=Money(freed, event.currency), on=pending.last_on, at=at,
        )  # fmt: skip
    membership.refresh_from_db()
    if whole:
        died = pending.kind == Kind.DIED
        reason = Pledge.Reason.DEATH if died else Pledge.Reason.READER
        capital.end_pledges(membership, reason=reason, at=at)
    member_letters.ended(membership, shares, pending.last_on)


def parts(state: State, shares: int) -> Iterator[tuple[Kind, int, int, int]]:
    """What ends, the shares acquired last first: kind, nominal value of one, how many, and the
    credit that they set free: what the shares that are left cannot hold."""
    credit, nominal, held = state.credit, state.nominal, state.shares
    for cents, count in reversed(list(state.holdings.items())):
        take = min(count, shares)
        if not take:
            return
        shares, held, nominal = shares - take, held - take, nominal - take * cents
        freed = max(0, credit - nominal)
        credit -= freed
        yield Kind.REDUCED if held else Kind.ENDED, cents, take, freed
