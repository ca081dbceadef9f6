"""Again and again at Mollie: a customer without a name, a mandate from the first payment, and a
subscription that collects by it.

The arrangement is the customer: made with the checkout, deleted with the end, and Mollie ends
whatever hangs on it. A rest ends the subscription and keeps the mandate.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from allmende.payments.providers import port
from allmende.payments.providers.mollie.api import Mollie, written
from allmende.payments.rhythm import due_on, first_from

INTERVALS = {"monthly": "1 month", "quarterly": "3 months", "yearly": "12 months"}
COLLECTS = {"active", "pending"}


def customer(mollie: Mollie, ask: port.Ask, *, unpaid: bool) -> str:
    """Holds what its subscription shall be, and no name. Returns its id.

    unpaid: the first payment is of nothing, for the mandate only.
    """
    terms = {
        "key": ask.key,
        "rhythm": ask.rhythm,
        "anchor": ask.first_on.isoformat(),
        "amount": written(ask.amount),
        "purpose": f"{ask.purpose}, {ask.paper}"[:200],
        "unpaid": unpaid,
    }
    made = mollie.post("/v2/customers", {"metadata": terms}, key=f"customer-{ask.key}")
    return str(made["id"])


def state(mollie: Mollie, id: str, *, webhook: str, first: dict[str, Any] | None) -> str:
    """In the port's words. Has the subscription begun once the first payment is there.

    first: the first payment, where that is what one looks at.
    """
    found = mollie.found(f"/v2/customers/{id}")
    if found is None:
        return "ended"
    rows = list(mollie.listed(f"/v2/customers/{id}/subscriptions", "subscriptions"))
    if any(row["status"] in COLLECTS for row in rows):
        return "live"
    terms = found["metadata"]
    if terms.get("resting") or any(row["status"] == "suspended" for row in rows):
        return "resting"
    if rows:
        return "ended"
    if first is None or first["status"] in ("open", "pending", "authorized"):
        return "awaiting"
    if first["status"] != "paid":
        return "ended"
    return begin(mollie, id, terms, rows, after=dt.date.min, webhook=webhook)


def begin(
    mollie: Mollie,
    id: str,
    terms: dict[str, Any],
    before: list[dict[str, Any]],
    *,
    after: dt.date,
    webhook: str,
) -> str:
    """Collects from the first due day after `after` on, but what the first payment was for.

    before: the subscriptions that this customer had. Their number makes the key: who comes at the
    same time has the same, who comes after a rest has not.
    """
    anchor, rhythm = dt.date.fromisoformat(terms["anchor"]), terms["rhythm"]
    number = first_from(anchor, rhythm, after + dt.timedelta(days=1))
    start = due_on(anchor, rhythm, max(number, 0 if terms["unpaid"] else 1))
    body = {
        "amount": terms["amount"],
        "interval": INTERVALS[rhythm],
        "startDate": start.isoformat(),
        # Mollie wants descriptions that differ within a customer.
        "description": f"{terms['purpose']} ({start.isoformat()}, {len(before) + 1})",
        "webhookUrl": webhook,
        "metadata": {"key": terms["key"]},
    }
    path = f"/v2/customers/{id}/subscriptions"
    row = mollie.post(path, body, key=f"sub-{id}-{len(before)}")
    return "live" if row["status"] in COLLECTS else "resting"


def end(mollie: Mollie, id: str) -> str:
    mollie.delete(f"/v2/customers/{id}")
    return "ended" if mollie.found(f"/v2/customers/{id}") is None else "live"


def rest(mollie: Mollie, id: str) -> str:
    """Marked first, so that nobody takes a subscription that was ended here for one that the giver
    ended."""
    note(mollie, id, resting=True)
    path = f"/v2/customers/{id}/subscriptions"
    for row in mollie.listed(path, "subscriptions"):
        if row["status"] in COLLECTS:
            mollie.delete(f"{path}/{row['id']}")
    rows = mollie.listed(path, "subscriptions")
    return "live" if any(row["status"] in COLLECTS for row in rows) else "resting"


def go_on(mollie: Mollie, id: str, *, on: dt.date, webhook: str) -> str:
    """From the next due day on: what was missed is not made good for, and what is due today may
    have been collected before the rest."""
    rows = list(mollie.listed(f"/v2/customers/{id}/subscriptions", "subscriptions"))
    state = "live"
    if not any(row["status"] in COLLECTS for row in rows):
        terms = mollie.get(f"/v2/customers/{id}")["metadata"]
        state = begin(mollie, id, terms, rows, after=on, webhook=webhook)
    note(mollie, id, resting=False)
    return state


def note(mollie: Mollie, id: str, *, resting: bool) -> None:
    terms = mollie.get(f"/v2/customers/{id}")["metadata"]
    if bool(terms.get("resting")) != resting:
        mollie.patch(f"/v2/customers/{id}", {"metadata": {**terms, "resting": resting}})


def live(mollie: Mollie) -> Iterator[str]:
    """Customers with a subscription that collects."""
    for row in mollie.listed("/v2/subscriptions", "subscriptions"):
        if row["status"] in COLLECTS:
            yield str(row["_links"]["customer"]["href"]).rpartition("/")[2]
