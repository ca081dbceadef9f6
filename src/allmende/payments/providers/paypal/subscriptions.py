"""Again and again: Subscriptions v1. PayPal takes the money in its rhythm, and tells of it.

One product for the paper and one plan a rhythm and currency; the amount is each subscription's own.
Nothing is made good for on its own (`auto_bill_outstanding` false): a subscription that rested for
months must not take all of them at once.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from allmende.ledger.money import Money
from allmende.payments.providers.paypal import money, payments
from allmende.payments.providers.paypal.api import PayPal, link
from allmende.payments.providers.paypal.orders import Offer
from allmende.payments.providers.paypal.payments import Payment
from allmende.payments.providers.wire import Refused

PRODUCT = "ALLMENDE-CONTRIBUTION"
RHYTHMS = {"monthly": ("MONTH", 1), "quarterly": ("MONTH", 3), "yearly": ("YEAR", 1)}
FAILURES = 1  # after which PayPal suspends a subscription
ENDED = {"CANCELLED", "EXPIRED"}
TAKES_MONEY = {"ACTIVE", "APPROVED"}
PREFERENCES = {"auto_bill_outstanding": False, "payment_failure_threshold": FAILURES}


@dataclass(frozen=True)
class Subscription:
    """reference: ours. approve: where the payer says yes. failures: in a row, until now; failure:
    PayPal's word for the last of them. changed_at: when it came into this state."""

    id: str
    status: str
    approve: str
    reference: str
    amount: Money | None
    failures: int
    failure: str
    failed_at: dt.datetime | None
    changed_at: dt.datetime
    next_at: dt.datetime | None

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED

    @property
    def takes_money(self) -> bool:
        return self.status in TAKES_MONEY


def create(
    paypal: PayPal, offer: Offer, *, rhythm: str, start: dt.datetime | None = None
) -> Subscription:
    """A subscription that the payer has to approve.

    rhythm: of RHYTHMS. start: when the first payment is taken; None means at the approval.
    """
    body: dict[str, Any] = {
        "plan_id": plan(paypal, rhythm=rhythm, currency=offer.amount.currency, name=offer.paper),
        "custom_id": offer.reference,
        "application_context": {
            "brand_name": offer.paper[:127],
            "locale": offer.locale,
            "shipping_preference": "NO_SHIPPING",
            "user_action": "SUBSCRIBE_NOW",
            "return_url": offer.after,
            "cancel_url": offer.cancelled,
        },
        "plan": {
            "billing_cycles": [priced(offer.amount)],
            "payment_preferences": PREFERENCES,
        },
    }
    if start:
        body["start_time"] = money.stamp(start)
    return of_row(paypal.post("/v1/billing/subscriptions", body, key=f"sub-{offer.reference}"))


def priced(amount: Money) -> dict[str, Any]:
    return {
        "sequence": 1,
        "total_cycles": 0,
        "pricing_scheme": {"fixed_price": money.written(amount)},
    }


def plan(paypal: PayPal, *, rhythm: str, currency: str, name: str) -> str:
    """The id of the plan, which is looked up by its name and made where it is missing."""
    title = f"{rhythm} {currency}"
    if title not in paypal.plans:
        found = paypal.get("/v1/billing/plans", product_id=product(paypal, name), page_size="20")
        known = {row["name"]: row["id"] for row in found.get("plans") or []}
        paypal.plans[title] = known.get(title) or make_plan(paypal, title, rhythm, currency)
    return paypal.plans[title]


def make_plan(paypal: PayPal, title: str, rhythm: str, currency: str) -> str:
    unit, count = RHYTHMS[rhythm]
    cycle = {
        "frequency": {"interval_unit": unit, "interval_count": count},
        "tenure_type": "REGULAR",
        **priced(Money(100, currency)),
    }
    body = {
        "product_id": PRODUCT,
        "name": title,
        "billing_cycles": [cycle],
        "payment_preferences": PREFERENCES,
    }
    key = f"plan-{title.replace(' ', '-')}"
    return str(paypal.post("/v1/billing/plans", body, key=key)["id"])


def product(paypal: PayPal, name: str) -> str:
    """Its id is ours, so it is known without being looked up."""
    body = {"id": PRODUCT, "name": name[:127] or "Contribution", "type": "SERVICE"}
    try:
        paypal.post("/v1/catalogs/products", body, key=PRODUCT.lower())
    except Refused as refused:
        if refused.code not in {"DUPLICATE_RESOURCE_IDENTIFIER", "DUPLICATE_RESOURCE"}:
            raise
    return PRODUCT


def get(paypal: PayPal, id: str) -> Subscription:
    return of_row(paypal.get(f"/v1/billing/subscriptions/{id}", fields="plan,last_failed_payment"))


def taken(
    paypal: PayPal, subscription: Subscription, *, since: dt.datetime, until: dt.datetime
) -> list[Payment]:
    """What was taken, or tried to be, between two moments; the oldest first."""
    found = paypal.get(
        f"/v1/billing/subscriptions/{subscription.id}/transactions",
        start_time=money.stamp(since),
        end_time=money.stamp(until),
    )
    rows = [
        payments.of_transaction(row, reference=subscription.reference)
        for row in found.get("transactions") or []
    ]
    return sorted(rows, key=lambda row: (row.at, row.id))


def cancel(paypal: PayPal, id: str, *, reason: str) -> Subscription:
    """Ends it, and returns it as PayPal says it is now: only `has_ended` means ended."""
    return changed(paypal, id, "cancel", reason, key=f"cancel-{id}")


def suspend(paypal: PayPal, id: str, *, reason: str, key: str) -> Subscription:
    """key: of this pause, for a subscription may rest more than once."""
    return changed(paypal, id, "suspend", reason, key=f"suspend-{key}")


def resume(paypal: PayPal, id: str, *, reason: str, key: str) -> Subscription:
    return changed(paypal, id, "activate", reason, key=f"resume-{key}")


def changed(paypal: PayPal, id: str, what: str, reason: str, *, key: str) -> Subscription:
    """A change that the state forbids is none: the state itself is the answer."""
    try:
        paypal.post(f"/v1/billing/subscriptions/{id}/{what}", {"reason": reason[:128]}, key=key)
    except Refused as refused:
        if refused.code != "SUBSCRIPTION_STATUS_INVALID":
            raise
    return get(paypal, id)


def revise(paypal: PayPal, id: str, *, amount: Money, after: str, cancelled: str, key: str) -> str:
    """Asks for another amount from the next payment on; returns where the payer agrees to it."""
    body = {
        "plan": {"billing_cycles": [priced(amount)]},
        "application_context": {
            "shipping_preference": "NO_SHIPPING",
            "return_url": after,
            "cancel_url": cancelled,
        },
    }
    path = f"/v1/billing/subscriptions/{id}/revise"
    return link(paypal.post(path, body, key=f"revise-{key}"), "approve")


def of_row(row: dict[str, Any]) -> Subscription:
    info = row.get("billing_info") or {}
    cycles = (row.get("plan") or {}).get("billing_cycles") or []
    price = next((one.get("pricing_scheme", {}).get("fixed_price") for one in cycles), None)
    next_at, failed = info.get("next_billing_time"), info.get("last_failed_payment") or {}
    return Subscription(
        id=row["id"],
        status=row["status"],
        approve=link(row, "approve"),
        reference=row.get("custom_id", ""),
        amount=money.read(price) if price else None,
        failures=int(info.get("failed_payments_count", 0)),
        failure=failed.get("reason_code") or "PAYMENT_FAILED",
        failed_at=money.moment(failed["time"]) if failed else None,
        changed_at=money.moment(row.get("status_update_time") or row["create_time"]),
        next_at=money.moment(next_at) if next_at else None,
    )
