"""What an event is about. It only says where to look: order and content of events are no proof."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from allmende.payments.providers.paypal.api import link


class Kind(StrEnum):
    ORDER = "order"
    PAYMENT = "payment"
    REFUND = "refund"
    SUBSCRIPTION = "subscription"
    SALE = "sale"  # a payment of a subscription that the event does not name
    NOTHING = "nothing"


@dataclass(frozen=True)
class Subject:
    """What to look at: the kind of thing at PayPal, and its id there."""

    kind: Kind
    id: str = ""


ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
NONE = Subject(Kind.NOTHING)


class NoEvent(ValueError):
    """Not a JSON object with an id: PayPal sends none such."""


def read(body: bytes) -> dict[str, Any]:
    """Raises NoEvent."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoEvent from error
    if not isinstance(event, dict) or not isinstance(event.get("id"), str) or not event["id"]:
        raise NoEvent
    return event


def subject(event: dict[str, Any]) -> Subject:
    """What is to be looked at. NOTHING for kinds of events that move no money here."""
    kind, resource = str(event.get("event_type", "")), event.get("resource")
    if not isinstance(resource, dict):
        return NONE
    for prefix, find in FINDERS.items():
        if kind.startswith(prefix):
            found = find(resource)
            return found if found.id else Subject(Kind.NOTHING)
    return NONE


def named(kind: Kind, resource: dict[str, Any], field: str = "id") -> Subject:
    """Ids become part of addresses that we ask: what is none is no subject."""
    found = resource.get(field)
    return Subject(kind, found) if isinstance(found, str) and ID.fullmatch(found) else NONE


def of_capture(resource: dict[str, Any]) -> Subject:
    """Of a refund the payment above it, where the link tells."""
    above = link(resource, "up")
    if "/captures/" in above:
        return named(Kind.PAYMENT, {"id": above.rpartition("/")[2]})
    return named(Kind.PAYMENT, resource)


def of_refund(resource: dict[str, Any]) -> Subject:
    found = of_capture(resource)
    return found if found.id != resource.get("id") else named(Kind.REFUND, resource)


def of_sale(resource: dict[str, Any]) -> Subject:
    if resource.get("billing_agreement_id"):
        return named(Kind.SUBSCRIPTION, resource, "billing_agreement_id")
    return named(Kind.SALE, resource, "sale_id" if resource.get("sale_id") else "id")


def of_dispute(resource: dict[str, Any]) -> Subject:
    rows = resource.get("disputed_transactions")
    first = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    return named(Kind.PAYMENT, first, "seller_transaction_id")


# The first prefix that fits counts.
FINDERS = {
    "CHECKOUT.ORDER.": lambda resource: named(Kind.ORDER, resource),
    "PAYMENT.CAPTURE.REFUNDED": of_refund,
    "PAYMENT.CAPTURE.REVERSED": of_refund,
    "PAYMENT.CAPTURE.": of_capture,
    "PAYMENT.SALE.": of_sale,
    "PAYMENT.REFUND.": lambda resource: named(Kind.REFUND, resource),
    "BILLING.SUBSCRIPTION.": lambda resource: named(Kind.SUBSCRIPTION, resource),
    "CUSTOMER.DISPUTE.": of_dispute,
}
