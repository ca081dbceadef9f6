"""What PayPal says, in the house's words."""

import datetime as dt
from collections.abc import Iterator

from allmende.payments.providers import port
from allmende.payments.providers.paypal.orders import Order
from allmende.payments.providers.paypal.payments import Payment, Refund
from allmende.payments.providers.paypal.subscriptions import Subscription

STATES = {
    "APPROVAL_PENDING": "awaiting",
    "APPROVED": "live",
    "ACTIVE": "live",
    "SUSPENDED": "resting",
    "CANCELLED": "ended",
    "EXPIRED": "ended",
}


def of_order(order: Order) -> Iterator[port.Fact]:
    """Of each payment first that it came, then what became of it."""
    for payment in order.payments:
        yield from of_payment(payment, key=order.reference)
        mine = [row for row in order.refunds if row.payment == payment.id and row.has_gone]
        given = [row for row in mine if row.reference or not payment.was_taken_back]
        yield from map(of_refund, given)
        yield from of_reversal(payment, given)


def of_payment(payment: Payment, *, key: str = "", arrangement: str = "") -> Iterator[port.Fact]:
    whose = {"key": key, "arrangement": arrangement}
    if payment.has_arrived:
        yield port.Paid(payment.id, payment.amount, payment.at, fee=payment.fee, **whose)
    elif payment.has_failed:
        yield port.Failed(payment.id, payment.reason or payment.status, payment.at, **whose)
    else:
        yield port.Pending(payment.id, payment.amount, payment.at, **whose)


def of_refund(refund: Refund) -> port.GaveBack:
    return port.GaveBack(refund.payment, refund.id, refund.amount, refund.at, refund.reference)


def of_reversal(payment: Payment, given: list[Refund]) -> Iterator[port.Fact]:
    """What the payer took back is what we did not give back ourselves."""
    if payment.was_taken_back:
        left = payment.amount
        for refund in given:
            left -= refund.amount
        if left:
            yield port.TakenBack(payment.id, left, payment.changed_at)


def of_subscription(subscription: Subscription, taken: list[Payment]) -> Iterator[port.Fact]:
    id = subscription.id
    yield port.Arranged(
        id,
        STATES[subscription.status],
        subscription.changed_at,
        key=subscription.reference,
        code=subscription.failure if subscription.failures else "",
    )
    for payment in taken:
        yield from of_payment(payment, arrangement=id)
        yield from of_reversal(payment, [])
    if subscription.failures and subscription.failed_at:
        yield port.Failed("", subscription.failure, subscription.failed_at, arrangement=id)


def refused(code: str, *, key: str, at: dt.datetime) -> port.Failed:
    """PayPal could not take the money of an order; no payment was made."""
    return port.Failed("", code, at, key=key)
