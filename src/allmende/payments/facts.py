"""What a provider says becomes true here. Any fact may come any number of times, in any order."""

import datetime as dt
from functools import singledispatch
from uuid import UUID

from allmende.payments import arrangements, due, questions, settle
from allmende.payments.models import Arrangement, Checkout, DueItem, PaymentAttempt
from allmende.payments.moving import day_of
from allmende.payments.providers.port import (
    Arranged,
    Fact,
    Failed,
    GaveBack,
    Paid,
    Pending,
    Provider,
    TakenBack,
    WonBack,
)


class NotKnown(Exception):
    """The fact is of nothing that is known here, or not yet."""


def accept(provider: Provider, facts: list[Fact], *, at: dt.datetime) -> str:
    """Makes them true, one after the other. Returns a word for what became of them: "applied",
    "known" (nothing new), "unknown" (one is of nothing here), "contradicts", "nothing"."""
    outcomes = {accept_one(fact, provider, at=at) for fact in facts}
    words = ("unknown", "contradicts", "applied", "known")
    return next((word for word in words if word in outcomes), "nothing")


def accept_one(fact: Fact, provider: Provider, *, at: dt.datetime) -> str:
    try:
        return "applied" if apply(fact, provider, at=at) else "known"
    except NotKnown:
        return "unknown"
    except settle.NotOurs as error:
        questions.ask("question", detail=str(error), at=at)
        return "contradicts"


@singledispatch
def apply(fact: Fact, provider: Provider, *, at: dt.datetime) -> bool:
    """True where something changed. Raises NotKnown and `settle.NotOurs`."""
    raise TypeError(fact)


@apply.register
def paid(fact: Paid, provider: Provider, *, at: dt.datetime) -> bool:
    attempt = attempt_of(fact, provider, at=at)
    return settle.collected(
        attempt, into=provider.account, on=day_of(fact.at), at=at, amount=fact.amount, fee=fact.fee
    )


@apply.register
def pending(fact: Pending, provider: Provider, *, at: dt.datetime) -> bool:
    return settle.submitted(attempt_of(fact, provider, at=at), at=at)


@apply.register
def failed(fact: Failed, provider: Provider, *, at: dt.datetime) -> bool:
    if fact.arrangement and not fact.id:
        return failed_by_itself(fact, provider, at=at)
    attempt = attempt_of(fact, provider, at=at)
    return settle.failed(attempt.item, code=fact.code, on=day_of(fact.at), at=at, attempt=attempt)


def failed_by_itself(fact: Failed, provider: Provider, *, at: dt.datetime) -> bool:
    """An arrangement could not collect, and no payment was made: what was due by then has failed.
    It is told again at each look, so a period that is due later is not meant."""
    item, day = item_of(fact, provider, at=at), day_of(fact.at)
    return item.due_on <= day and settle.failed(item, code=fact.code, on=day, at=at)


@apply.register
def gave_back(fact: GaveBack, provider: Provider, *, at: dt.datetime) -> bool:
    return settle.refunded(
        known(provider, fact.id),
        amount=fact.amount,
        on=day_of(fact.at),
        at=at,
        key=fact.key or f"{provider.name}:{fact.refund}"[:64],
        external_id=fact.refund,
    )


@apply.register
def taken_back(fact: TakenBack, provider: Provider, *, at: dt.datetime) -> bool:
    return settle.charged_back(known(provider, fact.id), on=day_of(fact.at), at=at, fee=fact.fee)


@apply.register
def won_back(fact: WonBack, provider: Provider, *, at: dt.datetime) -> bool:
    return settle.won_back(known(provider, fact.id), on=day_of(fact.at), at=at)


@apply.register
def arranged(fact: Arranged, provider: Provider, *, at: dt.datetime) -> bool:
    row = arrangement(provider, fact.arrangement, key=fact.key, at=at)
    return arrangements.is_now(row, fact.state, code=fact.code, at=at)


def known(provider: Provider, external_id: str) -> PaymentAttempt:
    rows = PaymentAttempt.objects.filter(provider=provider.name, external_id=external_id)
    found = rows.select_related("item__pledge").first()
    if found is None:
        raise NotKnown(external_id)
    return found


def arrangement(
    provider: Provider, external_id: str, *, key: str = "", at: dt.datetime
) -> Arrangement:
    """An event may know of it before the answer that we asked for it with has come: then it is
    found by our key."""
    found = Arrangement.objects.filter(provider=provider.name, external_id=external_id).first()
    if found:
        return found
    checkout = checkout_of(provider, key)
    if checkout is None or checkout.pledge is None:
        raise NotKnown(external_id)
    return arrangements.made(
        checkout.pledge, provider=provider.name, external_id=external_id, at=at
    )


def checkout_of(provider: Provider, key: str) -> Checkout | None:
    if not key:
        return None
    try:
        rows = Checkout.objects.filter(key=UUID(key), provider=provider.name)
    except ValueError:  # a reference, but none of ours
        return None
    return rows.select_related("pledge").first()


def attempt_of(
    fact: Paid | Pending | Failed, provider: Provider, *, at: dt.datetime
) -> PaymentAttempt:
    """By the provider's id, or a new one: of the checkout that asked with this key, or of the
    arrangement that collected by itself.

    The first payment of a checkout has its key; every other a key made of the provider's id, so
    that two who hear of it at the same moment make one attempt.
    """
    if fact.id:
        try:
            return known(provider, fact.id)
        except NotKnown:
            pass
    item = item_of(fact, provider, at=at)
    first = PaymentAttempt.objects.filter(key=fact.key).first() if fact.key else None
    mine = fact.key and (first is None or first.external_id in (None, fact.id))
    attempt = settle.try_once(
        first.item if first else item,
        provider=provider.name,
        key=fact.key if mine else f"{provider.name}:{fact.id}"[:64],
        external_id=fact.id or None,
        amount=getattr(fact, "amount", None),
        at=at,
    )
    if fact.id:
        settle.known_as(attempt, fact.id)
    return attempt


def item_of(fact: Paid | Pending | Failed, provider: Provider, *, at: dt.datetime) -> DueItem:
    if fact.arrangement:
        pledge = arrangement(provider, fact.arrangement, key=fact.key, at=at).pledge
        return due.next_open(pledge, on=day_of(fact.at), at=at)
    checkout = checkout_of(provider, fact.key)
    if checkout is None or checkout.pledge is None:
        raise NotKnown(fact.key or fact.id)
    return due.next_open(checkout.pledge, on=day_of(fact.at), at=at)
