"""Payments on Mollie's page, what became of them, and giving them back."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from allmende.ledger.money import Money
from allmende.payments.providers import port
from allmende.payments.providers.mollie.api import Mollie, moment, read, written

LOST = {"failed", "canceled", "expired"}
WHEN = {"failed": "failedAt", "canceled": "canceledAt", "expired": "expiredAt"}


def create(mollie: Mollie, ask: port.Ask, *, webhook: str, more: dict[str, Any]) -> dict[str, Any]:
    """more: customer and sequence of one that recurs. Card data are typed at Mollie only."""
    body = {
        "amount": written(ask.amount),
        "description": f"{ask.purpose}, {ask.paper}"[:255],
        "redirectUrl": ask.back,
        "cancelUrl": ask.gone,
        "webhookUrl": webhook,
        "locale": "de_DE" if ask.language.startswith("de") else "en_GB",
        "metadata": {"key": ask.key},
        **more,
    }
    return mollie.post("/v2/payments", body, key=f"payment-{ask.key}")


def checkout(row: dict[str, Any]) -> str:
    return str(row["_links"]["checkout"]["href"])


def facts(row: dict[str, Any]) -> Iterator[port.Fact]:
    """row: with refunds and chargebacks. First that it came, then what became of it.

    Mollie takes its fees from payouts and tells none here.
    """
    amount, id, status = read(row["amount"]), row["id"], row["status"]
    whose = {"key": key_of(row), "arrangement": str(row.get("customerId") or "")}
    if status == "paid" and amount:
        yield port.Paid(id, amount, moment(row["paidAt"]), fee=None, **whose)
    elif status in ("pending", "authorized"):
        yield port.Pending(id, amount, moment(row["createdAt"]), **whose)
    elif status in LOST:
        at = moment(row.get(WHEN[status]) or row["createdAt"])
        code = (row.get("details") or {}).get("failureReason") or status
        yield port.Failed(id, str(code), at, **whose)
    embedded = row.get("_embedded") or {}
    for refund in embedded.get("refunds") or []:
        if refund["status"] == "refunded":
            yield gave_back(refund, payment=id)
    for back in embedded.get("chargebacks") or []:
        yield port.TakenBack(id, read(back["amount"]), moment(back["createdAt"]))
        if back.get("reversedAt"):
            yield port.WonBack(id, read(back["amount"]), moment(back["reversedAt"]))


def key_of(row: dict[str, Any]) -> str:
    """Ours; of a subscription's own payments there is none."""
    metadata = row.get("metadata")
    mine = isinstance(metadata, dict) and not row.get("subscriptionId")
    return str(metadata.get("key", "")) if mine and isinstance(metadata, dict) else ""


def gave_back(refund: dict[str, Any], *, payment: str) -> port.GaveBack:
    metadata = refund.get("metadata") or {}
    at: dt.datetime = moment(refund["createdAt"])
    return port.GaveBack(
        payment, refund["id"], read(refund["amount"]), at, str(metadata.get("key", ""))
    )


def give_back(mollie: Mollie, payment: str, *, amount: Money, key: str) -> dict[str, Any]:
    """Looked for first, for Mollie forgets our key after an hour."""
    path = f"/v2/payments/{payment}/refunds"
    for row in mollie.listed(path, "refunds"):
        if (row.get("metadata") or {}).get("key") == key:
            return row
    body = {"amount": written(amount), "metadata": {"key": key}}
    return mollie.post(path, body, key=f"refund-{key}")
