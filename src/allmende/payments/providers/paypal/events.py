"""What an event is about. It only says where to look: order and content of events are no proof."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from allmende.payments.providers.paypal.api import PayPal, link


class Kind(StrEnum):
    ORDER = "order"
    PAYMENT = "payment"
    REFUND = "refund"
    SUBSCRIPTION = "subscription"
    RESOLVED = "resolved"  # a payment whose dispute is over
    NOTHING = "nothing"


@dataclass(frozen=True)
class Subject:
    """What to look at: the kind of thing at PayPal, and its id there."""

    kind: Kind
    id: str = ""

    def __str__(self) -> str:
        """As `look` is asked; empty for nothing."""
        return f"{self.kind}:{self.id}" if self.id else ""


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


def listed(paypal: PayPal, *, kind: str, page: int) -> Iterator[dict[str, Any]]:
    """The newest events of a kind, of thirty days, as many as a page holds (300 at most)."""
    path = "/v1/notifications/webhooks-events"
    yield from paypal.get(path, event_type=kind, page_size=str(page)).get("events") or []


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
    """A payment of a subscription, in the words of the interface's first version."""
    if resource.get("billing_agreement_id"):
        return named(Kind.SUBSCRIPTION, resource, "billing_agreement_id")
    return named(Kind.REFUND if resource.get("sale_id") else Kind.PAYMENT, resource)


def of_dispute(resource: dict[str, Any], kind: Kind = Kind.PAYMENT) -> Subject:
    rows = resource.get("disputed_transactions")
    first = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    return named(kind, first, "seller_transaction_id")


# The first prefix that fits counts.
FINDERS = {
    "CHECKOUT.ORDER.": lambda resource: named(Kind.ORDER, resource),
    "PAYMENT.CAPTURE.REFUNDED": of_refund,
    "PAYMENT.CAPTURE.REVERSED": of_refund,
    "PAYMENT.CAPTURE.": of_capture,
    "PAYMENT.SALE.": of_sale,
    "PAYMENT.REFUND.": lambda resource: named(Kind.REFUND, resource),
    "BILLING.SUBSCRIPTION.": lambda resource: named(Kind.SUBSCRIPTION, resource),
    "CUSTOMER.DISPUTE.RESOLVED": lambda resource: of_dispute(resource, Kind.RESOLVED),
    "CUSTOMER.DISPUTE.": of_dispute,
}
