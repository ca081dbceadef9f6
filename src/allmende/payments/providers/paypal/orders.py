"""One payment at a time: Orders v2. Created by us, approved by the payer, captured by us."""

from dataclasses import dataclass
from typing import Any

from allmende.ledger.money import Money
from allmende.payments.providers.paypal import money, payments
from allmende.payments.providers.paypal.api import PayPal, link
from allmende.payments.providers.paypal.payments import Payment, Refund
from allmende.payments.providers.wire import Refused

# Answers to a capture that say: look what became of the order.
ALREADY = {"ORDER_ALREADY_CAPTURED", "ORDER_ALREADY_COMPLETED", "DUPLICATE_INVOICE_ID"}
NOT_YET = {"ORDER_NOT_APPROVED", "PAYER_ACTION_REQUIRED"}
DECLINED = {"INSTRUMENT_DECLINED", "PAYER_CANNOT_PAY", "TRANSACTION_REFUSED"}


@dataclass(frozen=True)
class Offer:
    """What is asked of the payer. reference: ours, unique to this payment.

    After: where the payer comes back to, `cancelled` where they did not want to. locale: "de-DE".
    """

    reference: str
    amount: Money
    purpose: str
    paper: str
    locale: str
    after: str
    cancelled: str


@dataclass(frozen=True)
class Order:
    """approve: where the payer says yes; empty once they have. refunds: those of its payments."""

    id: str
    status: str
    approve: str
    reference: str
    payments: tuple[Payment, ...]
    refunds: tuple[Refund, ...]

    @property
    def is_approved(self) -> bool:
        """Waits for us to take the money."""
        return self.status == "APPROVED" and not any(
            one.has_arrived or one.status == "PENDING" for one in self.payments
        )


def create(paypal: PayPal, offer: Offer) -> Order:
    """An order that the payer has to approve.

    Its key is known to PayPal for six hours. An order that was created again later is another
    one; nobody was shown where to approve the first, so it takes no money.
    """
    experience = {
        "brand_name": offer.paper[:127],
        "locale": offer.locale,
        "shipping_preference": "NO_SHIPPING",
        "user_action": "PAY_NOW",
        "payment_method_preference": "IMMEDIATE_PAYMENT_REQUIRED",
        "return_url": offer.after,
        "cancel_url": offer.cancelled,
    }
    unit = {
        "amount": money.written(offer.amount),
        "description": offer.purpose[:127],
        "custom_id": offer.reference,
        "invoice_id": offer.reference,
    }
    body = {
        "intent": "CAPTURE",
        "purchase_units": [unit],
        "payment_source": {"paypal": {"experience_context": experience}},
    }
    return of_row(paypal.post("/v2/checkout/orders", body, key=f"order-{offer.reference}"))


def get(paypal: PayPal, id: str) -> Order:
    return of_row(paypal.get(f"/v2/checkout/orders/{id}"))


def capture(paypal: PayPal, id: str) -> Order:
    """Takes the money of an approved order; once, for an order is captured in full or not.

    Returns the order as it is now: with a payment, or without where it is not approved yet.
    Raises Refused with a code of DECLINED where PayPal could not take it; the payer may choose
    another source behind the same link.
    """
    try:
        row = paypal.post(f"/v2/checkout/orders/{id}/capture", {}, key=f"capture-{id}")
    except Refused as refused:
        if refused.code in ALREADY | NOT_YET:
            return get(paypal, id)
        raise
    return of_row(row)


def of_row(row: dict[str, Any]) -> Order:
    units = row.get("purchase_units") or []
    captured = tuple(one for unit in units for one in payments.of_unit(unit))
    back = tuple(payments.of_refund(row) for unit in units for row in payments.refunds_of(unit))
    return Order(
        id=row["id"],
        status=row["status"],
        approve=link(row, "payer-action", "approve"),
        reference=next((unit.get("custom_id", "") for unit in units), ""),
        payments=captured,
        refunds=back,
    )
