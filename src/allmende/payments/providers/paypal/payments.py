"""Money that has moved, or has not: captures, subscriptions' transactions, refunds."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allmende.ledger.money import Money
from allmende.payments.providers.paypal import money
from allmende.payments.providers.paypal.api import PayPal, link

# What has arrived once, whatever became of it later.
ARRIVED = {"COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED"}
FAILED = {"DECLINED", "FAILED"}
TAKEN_BACK = {"CHARGEBACK", "BUYER_COMPLAINT"}  # by the payer, through PayPal or the bank


@dataclass(frozen=True)
class Payment:
    """A capture, or a transaction of a subscription. Its id is unique at PayPal.

    fee: what PayPal kept; None where it does not say (yet). reference: ours, given as custom_id.
    at: when it was made; changed_at: when something became of it.
    """

    id: str
    status: str
    reason: str
    amount: Money
    fee: Money | None
    reference: str
    at: dt.datetime
    changed_at: dt.datetime

    @property
    def has_arrived(self) -> bool:
        """PENDING is not money."""
        return self.status in ARRIVED

    @property
    def has_failed(self) -> bool:
        return self.status in FAILED

    @property
    def was_taken_back(self) -> bool:
        """By the payer, not by us."""
        return self.status == "REFUNDED" and self.reason in TAKEN_BACK

    @property
    def is_disputed(self) -> bool:
        return self.status == "COMPLETED" and self.reason in TAKEN_BACK


@dataclass(frozen=True)
class Refund:
    """payment: id of the capture that it goes back from. fee: what PayPal gave back of its own."""

    id: str
    status: str
    payment: str
    amount: Money
    fee: Money | None
    reference: str
    at: dt.datetime

    @property
    def has_gone(self) -> bool:
        return self.status == "COMPLETED"

    @property
    def has_failed(self) -> bool:
        return self.status in {"FAILED", "CANCELLED"}


def of_capture(row: dict[str, Any]) -> Payment:
    return Payment(
        id=row["id"],
        status=row["status"],
        reason=(row.get("status_details") or {}).get("reason", ""),
        amount=money.read(row["amount"]),
        fee=fee_of(row.get("seller_receivable_breakdown") or {}),
        reference=row.get("custom_id", ""),
        at=money.moment(row["create_time"]),
        changed_at=money.moment(row.get("update_time") or row["create_time"]),
    )


def fee_of(breakdown: dict[str, Any]) -> Money | None:
    found = breakdown.get("paypal_fee")
    return money.read(found) if found else None


def of_transaction(row: dict[str, Any], *, reference: str) -> Payment:
    """Transactions bear no reference; that of their subscription holds."""
    amounts = row["amount_with_breakdown"]
    fee = amounts.get("fee_amount")
    return Payment(
        id=row["id"],
        status=row["status"],
        reason=(row.get("status_details") or {}).get("reason", ""),
        amount=money.read(amounts["gross_amount"]),
        fee=money.read(fee) if fee else None,
        reference=reference,
        at=money.moment(row["time"]),
        changed_at=money.moment(row["time"]),
    )


def of_refund(row: dict[str, Any], *, payment: str = "") -> Refund:
    """payment: taken from the link upwards where it is not given."""
    fee = (row.get("seller_payable_breakdown") or {}).get("paypal_fee")
    return Refund(
        id=row["id"],
        status=row["status"],
        payment=payment or link(row, "up").rpartition("/")[2],
        amount=money.read(row["amount"]),
        fee=money.read(fee) if fee else None,
        reference=row.get("invoice_id", ""),
        at=money.moment(row["create_time"]),
    )


def capture(paypal: PayPal, id: str) -> tuple[Payment, str]:
    """A capture, and the order that it belongs to."""
    row = paypal.get(f"/v2/payments/captures/{id}")
    related = (row.get("supplementary_data") or {}).get("related_ids") or {}
    return of_capture(row), str(related.get("order_id") or "")


def refund(paypal: PayPal, id: str) -> Refund:
    return of_refund(paypal.get(f"/v2/payments/refunds/{id}"))


def give_back(paypal: PayPal, payment: str, *, amount: Money, reference: str) -> Refund:
    """Sends money back. reference: ours, the same however often this is tried.

    The key is known to PayPal for 45 days: whoever asks again later looks first whether the order
    of this payment has a refund of this reference.
    """
    body = {"amount": money.written(amount), "invoice_id": reference, "custom_id": reference}
    row = paypal.post(f"/v2/payments/captures/{payment}/refund", body, key=f"refund-{reference}")
    return of_refund(row, payment=payment)


def given_back(paypal: PayPal, payment: str, *, reference: str) -> Refund | None:
    """The refund of this reference, where there is one. Of a subscription's payment none is found:
    it has no order that lists them."""
    found, order = capture(paypal, payment)
    if not order or found.status not in {"REFUNDED", "PARTIALLY_REFUNDED"}:
        return None
    row = paypal.get(f"/v2/checkout/orders/{order}")
    made = (of_refund(one) for unit in row["purchase_units"] for one in refunds_of(unit))
    return next((one for one in made if one.reference == reference), None)


def of_unit(unit: dict[str, Any]) -> Iterator[Payment]:
    """The captures within a purchase unit of an order."""
    for row in (unit.get("payments") or {}).get("captures") or []:
        yield of_capture(row)


def refunds_of(unit: dict[str, Any]) -> list[dict[str, Any]]:
    return list((unit.get("payments") or {}).get("refunds") or [])
