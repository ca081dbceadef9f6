"""The dummy's products, plans and subscriptions, and the money that it takes in their rhythm."""

import calendar
import datetime as dt
from typing import Any

from allmende.ledger.money import Money
from allmende.payments.providers.dummies.shelf import Row
from allmende.payments.providers.paypal import money
from allmende.payments.providers.paypal.dummy.bank import Bank, Fault, fee_of, wanted

MONTHS = {"MONTH": 1, "YEAR": 12}
STATES = {  # what an action wants before it, makes of it, and the event that tells
    "suspend": ({"ACTIVE"}, "SUSPENDED", "should be active"),
    "activate": ({"SUSPENDED"}, "ACTIVE", "should be suspended"),
    "cancel": ({"ACTIVE", "SUSPENDED"}, "CANCELLED", "should be active or suspended"),
}
TOLD = {"SUSPENDED": "SUSPENDED", "ACTIVE": "ACTIVATED", "CANCELLED": "CANCELLED"}


def make_product(bank: Bank, asked: Row) -> Row:
    """Raises Fault."""
    id = asked.get("id") or bank.id("PROD-", 22)
    if id in bank.shelf.of("products"):
        raise Fault(422, "DUPLICATE_RESOURCE_IDENTIFIER", "Identifier must be unique.")
    row: Row = {"id": id, "name": wanted(asked, "name"), "type": asked.get("type", "PHYSICAL")}
    row |= {"create_time": bank.now(), "update_time": bank.now()}
    row["links"] = [bank.link("self", f"/v1/catalogs/products/{id}")]
    bank.shelf.of("products")[id] = row
    return row


def make_plan(bank: Bank, asked: Row) -> Row:
    """Raises Fault."""
    bank.row("products", wanted(asked, "product_id"))
    id = bank.id("P-", 26)
    row: Row = {name: wanted(asked, name) for name in PLAN}
    row |= {"id": id, "status": "ACTIVE", "quantity_supported": False}
    row |= {"create_time": bank.now(), "update_time": bank.now()}
    row["links"] = [bank.link("self", f"/v1/billing/plans/{id}")]
    bank.shelf.of("plans")[id] = row
    return row


PLAN = ("product_id", "name", "billing_cycles", "payment_preferences")


def list_plans(bank: Bank, product: str) -> Row:
    rows = [
        {name: row[name] for name in ("id", "product_id", "name", "status", "create_time")}
        for row in bank.shelf.of("plans").values()
        if not product or row["product_id"] == product
    ]
    return {"plans": rows[:20], "links": [bank.link("self", "/v1/billing/plans")]}


def create(bank: Bank, asked: Row) -> Row:
    """Raises Fault."""
    plan = bank.row("plans", wanted(asked, "plan_id"))
    id = bank.id("I-", 14)
    override = asked.get("plan") or {}
    cycle = {**plan["billing_cycles"][0], **(override.get("billing_cycles") or [{}])[0]}
    preferences = {**plan["payment_preferences"], **(override.get("payment_preferences") or {})}
    row: Row = {
        "id": id,
        "plan_id": plan["id"],
        "plan_overridden": bool(override),
        "plan": {"billing_cycles": [cycle], "payment_preferences": preferences},
        "status": "APPROVAL_PENDING",
        "status_update_time": bank.now(),
        "start_time": asked.get("start_time") or bank.now(),
        "create_time": bank.now(),
        "quantity": "1",
    }
    if asked.get("custom_id"):
        row["custom_id"] = asked["custom_id"]
    row["links"] = links(bank, row)
    bank.shelf.of("subscriptions")[id] = row
    bank.shelf.of("contexts")[id] = wanted(asked, "application_context")
    return row


def links(bank: Bank, row: Row) -> list[dict[str, str]]:
    own = f"/v1/billing/subscriptions/{row['id']}"
    found = [bank.link("self", own), bank.link("edit", own, "PATCH")]
    if row["status"] == "APPROVAL_PENDING":
        path = f"/webapps/billing/subscriptions?ba_token=BA-{row['id']}"
        return [bank.link("approve", path), *found]
    return found


def shown(row: Row, fields: str = "") -> Row:
    """As PayPal tells it: the plan only where it is asked for, our count of payments never."""
    hidden = {"billed"} if "plan" in fields else {"billed", "plan"}
    return {name: row[name] for name in row if name not in hidden}


def approve(bank: Bank, id: str) -> None:
    """The payer says yes; the first payment is taken at the start."""
    row = bank.row("subscriptions", id)
    if row["status"] != "APPROVAL_PENDING":
        return
    begun = max(bank.clock.now(), money.moment(row["start_time"]))
    row |= {"start_time": money.stamp(begun), "status": "ACTIVE"}
    row["status_update_time"] = bank.now()
    row["links"] = links(bank, row)
    zero = money.written(Money(0, price(row).currency))
    row["billing_info"] = {
        "outstanding_balance": zero,
        "failed_payments_count": 0,
        "next_billing_time": money.stamp(begun),
    }
    bank.tell("BILLING.SUBSCRIPTION.ACTIVATED", "subscription", shown(row))
    bill(bank, row)


def change(bank: Bank, id: str, action: str) -> None:
    """Raises Fault."""
    row = bank.row("subscriptions", id)
    before, after, should = STATES[action]
    if row["status"] not in before:
        text = f"Invalid subscription status for {action} action; subscription status {should}."
        raise Fault(422, "SUBSCRIPTION_STATUS_INVALID", text)
    move(bank, row, after)
    if after == "ACTIVE":
        row["billing_info"]["failed_payments_count"] = 0
        if not row["plan"]["payment_preferences"].get("auto_bill_outstanding", True):
            leave_out(bank, row)
        bill(bank, row)


def move(bank: Bank, row: Row, after: str) -> None:
    row |= {"status": after, "status_update_time": bank.now()}
    row["links"] = links(bank, row)
    if after == "CANCELLED":
        row["billing_info"].pop("next_billing_time", None)
    bank.tell(f"BILLING.SUBSCRIPTION.{TOLD[after]}", "subscription", shown(row))


def revise(bank: Bank, id: str, asked: Row) -> Row:
    """Another price, once the payer agrees. Raises Fault."""
    row = bank.row("subscriptions", id)
    if row["status"] not in {"ACTIVE", "SUSPENDED"}:
        raise Fault(422, "SUBSCRIPTION_STATUS_INVALID")
    bank.shelf.of("contexts")[id] = wanted(asked, "application_context")
    bank.shelf.of("wishes")[id] = asked
    path = f"/webapps/billing/subscriptions/update?ba_token=BA-{id}"
    return {
        "plan_id": row["plan_id"],
        "plan_overridden": True,
        "plan": asked.get("plan") or {},
        "links": [bank.link("approve", path), *links(bank, row)],
    }


def agree(bank: Bank, id: str) -> None:
    """The payer agrees to what was asked for."""
    row = bank.row("subscriptions", id)
    wish = bank.shelf.of("wishes").pop(id, None)
    if wish:
        row["plan"]["billing_cycles"][0] |= wish["plan"]["billing_cycles"][0]
        row["plan_overridden"] = True
        bank.tell("BILLING.SUBSCRIPTION.UPDATED", "subscription", shown(row))


def price(row: Row) -> Money:
    return money.read(row["plan"]["billing_cycles"][0]["pricing_scheme"]["fixed_price"])


def due(row: Row, number: int) -> dt.datetime:
    """When the payment of this number (from 0) is taken: months are counted from the start."""
    start = money.moment(row["start_time"])
    rhythm = row["plan"]["billing_cycles"][0]["frequency"]
    months = MONTHS[rhythm["interval_unit"]] * int(rhythm.get("interval_count", 1)) * number
    year, month = divmod(start.month - 1 + months, 12)
    last = calendar.monthrange(start.year + year, month + 1)[1]
    return start.replace(year=start.year + year, month=month + 1, day=min(start.day, last))


def bill_all(bank: Bank) -> None:
    for row in list(bank.shelf.of("subscriptions").values()):
        bill(bank, row)


def bill(bank: Bank, row: Row) -> None:
    """Takes whatever is due. A payment that fails suspends it once there are too many."""
    while row["status"] == "ACTIVE" and (number := row.get("billed", 0)) >= 0:
        if due(row, number) > bank.clock.now():
            row["billing_info"]["next_billing_time"] = money.stamp(due(row, number))
            return
        row["billed"] = number + 1
        if bank.moods.strike("declined"):
            fail(bank, row)
        else:
            take(bank, row, at=due(row, number))


def leave_out(bank: Bank, row: Row) -> None:
    """What fell due during the rest is not made good for."""
    while due(row, row.get("billed", 0)) <= bank.clock.now():
        row["billed"] = row.get("billed", 0) + 1


def fail(bank: Bank, row: Row) -> None:
    info = row["billing_info"]
    info["failed_payments_count"] += 1
    info["last_failed_payment"] = {
        "amount": money.written(price(row)),
        "time": bank.now(),
        "reason_code": "PAYER_CANNOT_PAY",
    }
    bank.tell("BILLING.SUBSCRIPTION.PAYMENT.FAILED", "subscription", shown(row))
    most = row["plan"]["payment_preferences"].get("payment_failure_threshold", 0)
    if most and info["failed_payments_count"] >= most:
        move(bank, row, "SUSPENDED")


def take(bank: Bank, row: Row, *, at: dt.datetime) -> None:
    """A transaction: it can be given back like a capture, but bears no reference."""
    amount, id = price(row), bank.id("", 17)
    bank.shelf.of("captures")[id] = {
        "id": id,
        "status": "COMPLETED",
        "amount": money.written(amount),
        "create_time": money.stamp(at),
        "update_time": money.stamp(at),
        "subscription": row["id"],
        "links": [bank.link("self", f"/v2/payments/captures/{id}")],
    }
    info = row["billing_info"]
    info["failed_payments_count"] = 0
    info["last_payment"] = {"amount": money.written(amount), "time": money.stamp(at)}
    bank.tell("PAYMENT.SALE.COMPLETED", "sale", sale(row, id, amount, at), version="1.0")


def sale(row: Row, id: str, amount: Money, at: dt.datetime) -> Row:
    """As version 1 of the interface writes it, which subscriptions still use."""
    shown: dict[str, Any] = {
        "id": id,
        "state": "completed",
        "amount": {"total": money.written(amount)["value"], "currency": amount.currency},
        "billing_agreement_id": row["id"],
        "create_time": money.stamp(at),
        "update_time": money.stamp(at),
        "transaction_fee": {
            "value": money.written(fee_of(amount))["value"],
            "currency": amount.currency,
        },
    }
    if row.get("custom_id"):
        shown["custom"] = row["custom_id"]
    return shown


def transactions(bank: Bank, id: str, *, since: str, until: str) -> Row:
    """Raises Fault."""
    bank.row("subscriptions", id)
    first, last = money.moment(since), money.moment(until)
    rows = [
        transaction(row)
        for row in bank.shelf.of("captures").values()
        if row.get("subscription") == id and first <= money.moment(row["create_time"]) <= last
    ]
    path = f"/v1/billing/subscriptions/{id}/transactions"
    return {"transactions": rows, "links": [bank.link("self", path)]}


def transaction(row: Row) -> Row:
    amount = money.read(row["amount"])
    found: Row = {
        "id": row["id"],
        "status": row["status"],
        "time": row["create_time"],
        "amount_with_breakdown": {
            "gross_amount": money.written(amount),
            "fee_amount": money.written(fee_of(amount)),
            "net_amount": money.written(amount - fee_of(amount)),
        },
    }
    if row.get("status_details"):
        found["status_details"] = row["status_details"]
    return found
