"""The life of a pledge: begun, confirmed, paused, changed, ended. Each deed may be done twice.

    draft → awaiting → active ⇄ paused → ending → ended

What a provider collects by itself is told what it shall become (`Arrangement.wanted`), and a worker
tells the provider until it has (`arrangements`). Until a provider has confirmed the end, the pledge
is *ending*.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from allmende.ledger.money import MOST, Money
from allmende.payments import due, questions, signals
from allmende.payments.models import Arrangement, DueItem, Pledge, PledgeVersion
from allmende.payments.moving import day_of, move
from allmende.payments.rhythm import first_from
from allmende.people.kin import family
from allmende.people.models import Person

State, Reason = Pledge.State, Pledge.Reason
LIVING = [State.DRAFT, State.AWAITING, State.ACTIVE, State.PAUSED]


class NotPledged(ValueError):
    """What was asked for is no pledge; its text says why, in English, for developers."""


@dataclass(frozen=True)
class Terms:
    """amount: above zero. anchor: the day of the first payment. periods: None is no end."""

    amount: Money
    rhythm: str
    anchor: dt.date
    method: str
    periods: int | None = None


@dataclass(frozen=True)
class Cause:
    """For what: opaque words of whoever asks. account, party: of the ledger, as "contributions"
    and "person:17"."""

    purpose: str
    account: str
    party: str
    reference: str = ""


@transaction.atomic
def begin(
    person: Person | None, *, terms: Terms, cause: Cause, key: uuid.UUID | None = None,
    at: dt.datetime,
) -> Pledge:  # fmt: skip
    """A draft. key: the same key gives the same pledge. Raises NotPledged."""
    check(terms)
    fields: dict[str, Any] = {
        "person": person,
        "party": cause.party,
        "purpose": cause.purpose,
        "reference": cause.reference,
        "account": cause.account,
        "rhythm": terms.rhythm,
        "anchor": terms.anchor,
        "periods": 1 if terms.rhythm == Pledge.Rhythm.ONCE else terms.periods,
        "cents": terms.amount.cents,
        "currency": terms.amount.currency,
        "method": terms.method,
        "created_at": at,
    }
    pledge, made = Pledge.objects.get_or_create(key=key or uuid.uuid4(), defaults=fields)
    if made:
        put_version(pledge, terms.amount, terms.method, from_period=0, at=at, confirmed_at=None)
    return pledge


def check(terms: Terms) -> None:
    if not 0 < terms.amount.cents <= MOST:
        raise NotPledged(f"an amount of {terms.amount}")
    if terms.rhythm not in Pledge.Rhythm.values:
        raise NotPledged(f"no rhythm: {terms.rhythm!r}")
    if terms.periods is not None and terms.periods < 1:
        raise NotPledged("no periods")


def put_version(
    pledge: Pledge, amount: Money, method: str, *, from_period: int, at: dt.datetime,
    confirmed_at: dt.datetime | None,
) -> PledgeVersion:  # fmt: skip
    version, _made = PledgeVersion.objects.update_or_create(
        pledge=pledge,
        from_period=from_period,
        defaults={
            "cents": amount.cents,
            "method": method,
            "agreed_at": at,
            "confirmed_at": confirmed_at,
        },
    )
    return version


def await_confirmation(pledge: Pledge) -> bool:
    """The mailed link or the provider has to confirm it."""
    return move(pledge, State.AWAITING)


@transaction.atomic
def activate(pledge: Pledge, *, at: dt.datetime) -> bool:
    """It is confirmed: what is due soon is written down. False where it was not waiting for it."""
    if pledge.state not in (State.DRAFT, State.AWAITING):
        return False
    if not move(pledge, State.ACTIVE, activated_at=at):
        return False
    pledge.versions.filter(from_period=0, confirmed_at__isnull=True).update(confirmed_at=at)
    due.plan_one(pledge, until=max(day_of(at) + due.HORIZON, pledge.anchor), at=at)
    signals.activated.send(Pledge, pledge=pledge, at=at)
    return True


@transaction.atomic
def pause(
    pledge: Pledge, *, until: dt.date | None = None, why: str = "reader", at: dt.datetime
) -> bool:
    """until: the first day on which it goes on; None is until somebody says so. Of one that rests
    already the day changes."""
    values = {"paused_until": until, "paused_why": why[:16]}
    if pledge.state == State.PAUSED:
        return Pledge.objects.filter(pk=pledge.pk, state=State.PAUSED).update(**values) == 1
    if not move(pledge, State.PAUSED, **values):
        return False
    want(pledge, Arrangement.State.RESTING)
    signals.paused.send(Pledge, pledge=pledge, at=at)
    return True


@transaction.atomic
def resume(pledge: Pledge, *, on: dt.date | None = None, at: dt.datetime) -> bool:
    """It goes on with the first period that is due on that day or after; those between are
    waived, nothing is made good for.

    What collected for it may have ended at the provider meanwhile. Then it rests on until the giver
    arranges something new, and the office is asked.
    """
    if pledge.state != State.PAUSED:
        return False
    if is_bereft(pledge):
        rows = Pledge.objects.filter(pk=pledge.pk, state=State.PAUSED)
        rows.update(paused_until=None, paused_why="method_needed")
        questions.ask("method_needed", detail=f"pledge {pledge.pk}", at=at)
        return False
    if not move(pledge, State.ACTIVE, paused_until=None, paused_why=""):
        return False
    due.skip_until(pledge, day=on or day_of(at), at=at)
    due.plan_one(pledge, until=day_of(at) + due.HORIZON, at=at)
    want(pledge, Arrangement.State.LIVE)
    questions.mended(pledge, at=at)
    signals.resumed.send(Pledge, pledge=pledge, at=at)
    return True


def resume_all(*, at: dt.datetime) -> int:
    """Those whose pause is over."""
    today = day_of(at)
    rows = Pledge.objects.filter(state=State.PAUSED, paused_until__lte=today)
    return sum(resume(pledge, on=pledge.paused_until, at=at) for pledge in rows.order_by("pk"))


def change_from(pledge: Pledge, *, day: dt.date) -> int:
    """The first period that can still get other terms: due from `day` on, and nothing handed in
    for it or any later one."""
    handed_in = pledge.items.exclude(state__in=[*due.LOOSE, DueItem.State.WAIVED])
    last = handed_in.aggregate(last=Max("period"))["last"]
    return max(first_from(pledge.anchor, pledge.rhythm, day), -1 if last is None else last + 1)


@transaction.atomic
def change(
    pledge: Pledge, *, amount: Money | None = None, method: str | None = None,
    from_period: int | None = None, at: dt.datetime,
) -> PledgeVersion:  # fmt: skip
    """Other terms from a period on, at once: for what no provider has to approve.

    What a provider collects by itself is ended there. Raises NotPledged for a pledge that has
    ended, another currency, or an amount that is none.
    """
    version = propose(pledge, amount=amount, method=method, from_period=from_period, at=at)
    want(pledge, Arrangement.State.ENDED)
    hold(pledge, version, at=at)
    return version


@transaction.atomic
def propose(
    pledge: Pledge, *, amount: Money | None = None, method: str | None = None,
    from_period: int | None = None, at: dt.datetime,
) -> PledgeVersion:  # fmt: skip
    """Other terms that a provider has to approve; until then those before them hold, and nothing
    is ended. Raises NotPledged as `change` does."""
    pledge.refresh_from_db()
    amount, method = amount or pledge.amount, method or pledge.method
    if pledge.state not in LIVING or amount.currency != pledge.currency:
        raise NotPledged(f"pledge {pledge.pk} is {pledge.state}, in {pledge.currency}")
    check(Terms(amount, pledge.rhythm, pledge.anchor, method))
    first = change_from(pledge, day=day_of(at)) if from_period is None else from_period
    pledge.versions.filter(from_period__gt=first).delete()
    return put_version(pledge, amount, method, from_period=first, at=at, confirmed_at=None)


def proposed(pledge: Pledge) -> PledgeVersion | None:
    """Other terms of a confirmed pledge that wait for a provider's approval."""
    if pledge.activated_at is None:
        return None
    return pledge.versions.filter(confirmed_at__isnull=True).last()


@transaction.atomic
def adopt(pledge: Pledge, *, at: dt.datetime) -> bool:
    """The provider has approved what was proposed. False where nothing was."""
    version = proposed(pledge)
    if version is None:
        return False
    hold(pledge, version, at=at)
    return True


def hold(pledge: Pledge, version: PledgeVersion, *, at: dt.datetime) -> None:
    """The terms are the pledge's now; items that were planned get them, and need a new notice."""
    if pledge.activated_at:
        version.confirmed_at = at
        version.save(update_fields=["confirmed_at"])
    Pledge.objects.filter(pk=pledge.pk).update(cents=version.cents, method=version.method)
    pledge.cents, pledge.method = version.cents, version.method
    rows = pledge.items.filter(period__gte=version.from_period, state__in=due.LOOSE)
    rows.update(
        cents=version.cents, method=version.method, state=DueItem.State.PLANNED, changed_at=at
    )
    signals.changed.send(Pledge, pledge=pledge, version=version, at=at)


@transaction.atomic
def end(pledge: Pledge, *, reason: str, at: dt.datetime) -> bool:
    """Nothing more is collected. What is with the bank already may still come, and is taken.

    Ending first where a provider collects by itself; ended once it has confirmed. False where it
    was ending or had ended.
    """
    want(pledge, Arrangement.State.ENDED)
    if pledge.state in (State.ENDING, State.ENDED):
        return False
    moved = (
        move(pledge, State.ENDING, reason=reason, paused_until=None, paused_why="")
        if is_arranged(pledge)
        else move(pledge, State.ENDED, reason=reason, ended_at=at, paused_until=None, paused_why="")
    )
    if not moved:
        return False
    due.waive_rest(pledge, at=at)
    questions.mended(pledge, at=at)
    if pledge.state == State.ENDED:
        signals.ended.send(Pledge, pledge=pledge, at=at)
    return True


@transaction.atomic
def confirm_end(pledge: Pledge, *, at: dt.datetime) -> bool:
    """Nothing of it lives at a provider any more."""
    if pledge.state != State.ENDING or is_arranged(pledge):
        return False
    if not move(pledge, State.ENDED, ended_at=at):
        return False
    signals.ended.send(Pledge, pledge=pledge, at=at)
    return True


def finish(pledge: Pledge, *, at: dt.datetime) -> bool:
    """It ends by itself once every period of it is settled."""
    if pledge.periods is None:
        return False
    settled = pledge.items.filter(state=DueItem.State.COLLECTED).count()
    return settled >= pledge.periods and end(pledge, reason=Reason.DONE, at=at)


def end_all_of(person: Person, *, reason: str, at: dt.datetime) -> int:
    """Of a giver who has died, or is erased: of merged rows, too."""
    rows = Pledge.objects.filter(person__in=family(person), state__in=LIVING).order_by("pk")
    return sum(end(pledge, reason=reason, at=at) for pledge in rows)


def want(pledge: Pledge, state: str) -> int:
    """What the provider shall do from now on; a worker tells it."""
    rows = Arrangement.objects.filter(pledge=pledge).exclude(state=Arrangement.State.ENDED)
    rows = rows.exclude(wanted__in=[state, Arrangement.State.ENDED])
    return rows.update(wanted=state)


def is_bereft(pledge: Pledge) -> bool:
    """A provider collected for it by itself, and nothing there does so any more."""
    return bereft().filter(pk=pledge.pk).exists()


def bereft() -> "QuerySet[Pledge]":
    """... of all, whatever state they are in. Where one was ended there for want of a way to rest,
    the pledge outlives it."""
    rows = Arrangement.objects.filter(pledge=OuterRef("pk"), provider=OuterRef("method"))
    ended = Q(state=Arrangement.State.ENDED) | Q(wanted=Arrangement.State.ENDED)
    return Pledge.objects.filter(Exists(rows), ~Exists(rows.exclude(ended)))


def is_arranged(pledge: Pledge) -> bool:
    living = ~Q(state=Arrangement.State.ENDED)
    return Arrangement.objects.filter(living, pledge=pledge).exists()
