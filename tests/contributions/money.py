"""Money that has come, written as `payments` writes it."""

import datetime as dt
import itertools

from allmende.ledger.money import Money
from allmende.payments.models import DueItem, PaymentAttempt, Pledge
from allmende.people.models import Person
from tests.contributions.cast import AT, DAY

_numbers = itertools.count(1)
TWELVE = Money(12_00)


def pledged(
    amount: Money = TWELVE,
    *,
    person: Person | None = None,
    rhythm: str = "monthly",
    reference: str = "",
    party: str = "person:1",
    method: str = "transfer",
    at: dt.datetime = AT,
) -> Pledge:
    """An active pledge."""
    return Pledge.objects.create(
        person=person,
        party=f"person:{person.pk}" if person else party,
        purpose="contribution",
        reference=reference,
        account="contributions",
        rhythm=rhythm,
        anchor=at.date(),
        periods=1 if rhythm == "once" else None,
        cents=amount.cents,
        method=method,
        state=Pledge.State.ACTIVE,
        created_at=at,
        activated_at=at,
    )


def paid(
    amount: Money = TWELVE,
    *,
    pledge: Pledge | None = None,
    period: int = 0,
    on: dt.date = DAY,
    refunded: Money | None = None,
    **more: str,
) -> PaymentAttempt:
    """One period of a pledge, collected."""
    pledge = pledge or pledged(amount, **more)  # type: ignore[arg-type]
    item = DueItem.objects.create(
        pledge=pledge,
        period=period,
        due_on=on,
        cents=amount.cents,
        method=pledge.method,
        state=DueItem.State.COLLECTED,
        collected_on=on,
        changed_at=AT,
    )
    number = next(_numbers)
    return PaymentAttempt.objects.create(
        item=item,
        provider=pledge.method,
        external_id=f"paid-{number}",
        key=f"paid-{number}",
        state=PaymentAttempt.State.SETTLED,
        cents=amount.cents,
        refunded_cents=refunded.cents if refunded else 0,
        made_at=AT,
        settled_on=on,
    )
