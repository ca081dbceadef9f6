"""Money of many items in one transaction: what `settle.collected` does to each, with few queries.

A batch of debits and a bank's statement hold thousands of payments that came just as they were
asked for. Those are settled together here; whatever is not so plain (another amount or currency, a
period that is paid already, one that was told before) goes the way of single ones, after them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q, QuerySet

from allmende.ledger import post
from allmende.ledger.money import Money
from allmende.ledger.post import Draft, Line
from allmende.payments import pledges, settle, signals
from allmende.payments.booking import text_of
from allmende.payments.models import BatchItem, DueItem, Mandate, PaymentAttempt, Pledge
from allmende.payments.models.moves import DUE_ITEM, sources
from allmende.payments.moving import NotMoved, still

Attempt = PaymentAttempt.State
Item = DueItem.State
PAYABLE = sources(DUE_ITEM, Item.COLLECTED)
UNPAID = [Attempt.CREATED, Attempt.SUBMITTED, Attempt.FAILED]


@dataclass(frozen=True)
class Came:
    """Money of an attempt, on a day."""

    attempt: PaymentAttempt
    on: dt.date
    amount: Money


@transaction.atomic
def collected(told: Sequence[Came], *, into: str, at: dt.datetime) -> None:
    """All of it is there, or nothing is written. into: as of `settle.collected`."""
    fresh = locked(told)
    plain: dict[int, Came] = {}  # by item
    rest: list[Came] = []
    for one in told:
        attempt = fresh[one.attempt.pk]
        if is_plain(attempt, one.amount) and attempt.item_id not in plain:
            plain[attempt.item_id] = Came(attempt, one.on, one.amount)
        else:
            rest.append(one)
    settled(list(plain.values()), into=into, at=at)
    for one in rest:
        settle.collected(one.attempt, into=into, on=one.on, at=at, amount=one.amount)


def locked(told: Iterable[Came]) -> dict[int, PaymentAttempt]:
    """The attempts as they are now, behind their pledges' locks, which are taken in one order."""
    keys = [one.attempt.pk for one in told]
    owing = PaymentAttempt.objects.filter(pk__in=keys).order_by().values("item__pledge")
    rows = Pledge.objects.select_for_update().filter(pk__in=owing).order_by("pk")
    behind = {row.pk: row for row in rows}
    attempts = PaymentAttempt.objects.select_related("item").in_bulk(keys)
    for one in attempts.values():
        one.item.pledge = behind[one.item.pledge_id]
    return attempts


def is_plain(attempt: PaymentAttempt, amount: Money) -> bool:
    """Asked for and not there yet, of a period that is owed, in this amount."""
    return (
        attempt.state in UNPAID
        and attempt.amount == amount
        and attempt.item.currency == amount.currency
        and attempt.item.state in PAYABLE
    )


def settled(told: list[Came], *, into: str, at: dt.datetime) -> None:
    by_day: dict[dt.date, list[Came]] = defaultdict(list)
    for one in told:
        by_day[one.on].append(one)
    for day, lot in by_day.items():
        move(lot, into=into, on=day, at=at)
        use_mandates(lot, on=day)
    post.post_many((entry(one, into) for one in told), at=at)
    for one in told:
        item, attempt = one.attempt.item, one.attempt
        if item.pledge.activated_at is None:
            pledges.activate(item.pledge, at=at)
        signals.settled.send(
            DueItem, item=item, attempt=attempt, money=one.amount, on=one.on, at=at
        )
        pledges.finish(item.pledge, at=at)


def move(lot: list[Came], *, into: str, on: dt.date, at: dt.datetime) -> None:
    """Raises NotMoved where the database has one in another state."""
    paid = {"state": Attempt.SETTLED, "account": into, "settled_on": on, "code": ""}
    owed = {
        "state": Item.COLLECTED, "collected_on": on, "code": "", "retry_on": None,
        "changed_at": at,
    }  # fmt: skip
    attempts = PaymentAttempt.objects.filter(
        pk__in=[one.attempt.pk for one in lot], state__in=UNPAID
    )
    keys = [one.attempt.item_id for one in lot]
    items = DueItem.objects.filter(still(PAYABLE), pk__in=keys)
    items.filter(retry_on__isnull=False).update(retries=F("retries") - 1)  # as `settle.arrived`
    if (attempts.update(**paid), items.update(**owed)) != (len(lot), len(lot)):
        raise NotMoved(f"{len(lot)} attempts and their items")
    for one in lot:
        one.attempt.item.retries -= one.attempt.item.retry_on is not None
        vars(one.attempt).update(paid)
        vars(one.attempt.item).update(owed)


def use_mandates(lot: list[Came], *, on: dt.date) -> None:
    """As `mandates.used`, of all that the debits among them rest on."""
    lines = BatchItem.objects.filter(attempt__in=[one.attempt.pk for one in lot])
    rows: QuerySet[Mandate] = Mandate.objects.filter(
        pk__in=list(lines.values_list("mandate", flat=True))
    )
    rows.filter(Q(last_collected_on=None) | Q(last_collected_on__lt=on)).update(
        last_collected_on=on
    )
    rows.filter(state__in=Mandate.USABLE).update(state=Mandate.State.ACTIVE, iban_before=None)


def entry(one: Came, into: str) -> Draft:
    attempt, pledge = one.attempt, one.attempt.item.pledge
    return Draft(
        f"payments:attempt:{attempt.pk}:collected",
        one.on,
        text_of(attempt, "collected"),
        [Line(into, one.amount), Line(pledge.account, -one.amount, pledge.party)],
    )
