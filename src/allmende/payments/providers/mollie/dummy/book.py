"""What the dummy knows: payments, customers, subscriptions, and what happens to them."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from allmende.ledger.money import Money
from allmende.payments.providers.dummies.hours import Clock
from allmende.payments.providers.dummies.messenger import Messenger, Parcel
from allmende.payments.providers.dummies.moods import Moods
from allmende.payments.providers.dummies.shelf import Row, Shelf
from allmende.payments.providers.dummies.stage import Answer, said
from allmende.payments.providers.mollie.api import read, written
from allmende.payments.rhythm import due_on

KEY_LIVES = dt.timedelta(hours=1)
RHYTHMS = {"1 month": "monthly", "3 months": "quarterly", "12 months": "yearly"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Fault(Exception):
    """What Mollie answers when it does not do something."""

    def __init__(self, status: int, title: str, detail: str = "", field: str = "") -> None:
        super().__init__(title)
        self.row = fault_row(status, title) | {"detail": detail or title}
        if field:
            self.row["field"] = field

    def answer(self) -> Answer:
        return said(self.row["status"], self.row)


def unprocessable(detail: str) -> Fault:
    return Fault(422, "Unprocessable Entity", detail, "amount")


def fault_row(status: int, title: str = "Service unavailable") -> Row:
    return {"status": status, "title": title, "detail": title, "_links": {}}


@dataclass
class Book:
    """address: where the dummy stands. key: what the paper's settings hold."""

    address: str
    key: str = field(default="test_dummy", repr=False)
    moods: Moods = field(default_factory=Moods)
    clock: Clock = field(default_factory=Clock)
    shelf: Shelf = field(default_factory=Shelf)

    def __post_init__(self) -> None:
        self.messenger = Messenger(self.moods, self.clock)

    def now(self) -> str:
        return self.clock.now().isoformat(timespec="seconds")

    def id(self, mark: str) -> str:
        return f"{mark}_{self.shelf.number():010d}"

    def row(self, kind: str, id: str) -> Row:
        """Raises Fault."""
        found = self.shelf.of(kind).get(id)
        if found is None:
            raise Fault(404, "Not Found", f"No {kind} exists with token {id}.")
        if found.get("deleted"):
            raise Fault(410, "Gone", f"The {kind} {id} is no longer available.")
        return found

    def once(self, path: str, key: str, deed: Callable[[], tuple[int, Row | None]]) -> Answer:
        known = self.shelf.of("keys").get(f"{path} {key}")
        if key and known and known["until"] > self.clock.now().timestamp():
            return said(known["status"], known["row"])
        status, row = deed()
        if key:
            until = (self.clock.now() + KEY_LIVES).timestamp()
            copy = json.loads(json.dumps(row))
            self.shelf.of("keys")[f"{path} {key}"] = {"until": until, "status": status, "row": copy}
        return said(status, row)

    def tell(self, payment: Row) -> None:
        if payment.get("webhookUrl"):
            body = f"id={payment['id']}".encode()
            self.messenger.tell(Parcel(payment["webhookUrl"], lambda: (body, FORM)))

    # --- Payments ------------------------------------------------------------------------

    def make_payment(self, asked: Row) -> Row:
        """Raises Fault."""
        amount = read(asked["amount"])
        first = asked.get("sequenceType") == "first"
        if amount.cents < 0 or (not amount and not (first and asked.get("method"))):
            raise Fault(
                422, "Unprocessable Entity", "The amount is lower than the minimum", "amount"
            )
        if asked.get("customerId"):
            self.row("customers", asked["customerId"])
        id = self.id("tr")
        row = {name: asked[name] for name in PAYMENT if name in asked}
        row |= {"resource": "payment", "id": id, "mode": "test", "status": "open"}
        row |= {"createdAt": self.now(), "sequenceType": asked.get("sequenceType", "oneoff")}
        row["_links"] = {
            "self": self.link(f"/v2/payments/{id}"),
            "checkout": {"href": f"{self.address}/checkout/{id}", "type": "text/html"},
        }
        self.shelf.of("payments")[id] = row
        return row

    def link(self, path: str) -> dict[str, str]:
        return {"href": f"{self.address}{path}", "type": "application/hal+json"}

    def shown(self, payment: Row) -> Row:
        """With its refunds and chargebacks, as `embed` asks for."""
        return {**payment, "_embedded": {kind: self.of(payment, kind) for kind in BACK}}

    def of(self, payment: Row, kind: str) -> list[Row]:
        return [row for row in self.shelf.of(kind).values() if row["paymentId"] == payment["id"]]

    def end_payment(
        self, row: Row, status: str, *, code: str = "", at: dt.datetime | None = None
    ) -> None:
        """paid, pending, failed, canceled or expired."""
        row["status"] = status
        if status != "pending":
            row[f"{status}At"] = at.isoformat() if at else self.now()
        row["_links"].pop("checkout", None)
        if code:
            row["details"] = {"failureReason": code}
        self.tell(row)

    def refund(self, id: str, asked: Row) -> Row:
        """Raises Fault."""
        payment, amount = self.row("payments", id), read(asked["amount"])
        if payment["status"] != "paid" or self.left(payment) < amount or amount.cents <= 0:
            raise unprocessable("The amount is higher than the payment's")
        row: Row = {
            "resource": "refund",
            "id": self.id("re"),
            "paymentId": id,
            "amount": written(amount),
            "status": "pending" if self.moods.strike("pending") else "refunded",
            "createdAt": self.now(),
            "metadata": asked.get("metadata"),
            "_links": {"payment": self.link(f"/v2/payments/{id}")},
        }
        self.shelf.of("refunds")[row["id"]] = row
        self.tell(payment)
        return row

    def left(self, payment: Row) -> Money:
        left = read(payment["amount"])
        for kind in BACK:
            for row in self.of(payment, kind):
                left -= read(row["amount"])
        return left

    def charge_back(self, id: str) -> None:
        payment = self.row("payments", id)
        row: Row = {"resource": "chargeback", "id": self.id("chb"), "paymentId": id}
        row |= {"amount": written(self.left(payment)), "createdAt": self.now(), "reversedAt": None}
        self.shelf.of("chargebacks")[row["id"]] = row
        self.tell(payment)

    # --- Customers and subscriptions -----------------------------------------------------

    def make_customer(self, asked: Row) -> Row:
        row: Row = {"resource": "customer", "id": self.id("cst"), "mode": "test"}
        row |= {"metadata": asked.get("metadata"), "createdAt": self.now()}
        row["_links"] = {"self": self.link(f"/v2/customers/{row['id']}")}
        self.shelf.of("customers")[row["id"]] = row
        return row

    def delete_customer(self, id: str) -> None:
        self.row("customers", id)["deleted"] = True
        for row in self.subscriptions(id):
            self.cancel(row)

    def subscriptions(self, customer: str) -> list[Row]:
        rows = self.shelf.of("subscriptions").values()
        return [row for row in rows if row["customer"] == customer]

    def cancel(self, row: Row) -> None:
        if row["status"] in ("active", "pending", "suspended"):
            row |= {"status": "canceled", "canceledAt": self.now()}

    def subscribe(self, customer: str, asked: Row) -> Row:
        """Raises Fault."""
        self.row("customers", customer)
        paid = [
            row
            for row in self.shelf.of("payments").values()
            if row.get("customerId") == customer and row["status"] == "paid"
        ]
        if not paid:
            raise Fault(400, "Bad Request", "No suitable mandates found for customer.")
        row: Row = {name: asked[name] for name in SUBSCRIPTION if name in asked}
        row |= {"resource": "subscription", "id": self.id("sub"), "status": "active"}
        row |= {"customer": customer, "billed": 0, "createdAt": self.now()}
        row["_links"] = {"customer": self.link(f"/v2/customers/{customer}")}
        self.shelf.of("subscriptions")[row["id"]] = row
        return row

    def bill_all(self) -> None:
        for row in list(self.shelf.of("subscriptions").values()):
            start = dt.date.fromisoformat(row["startDate"])
            while row["status"] == "active":
                day = due_on(start, RHYTHMS[row["interval"]], row["billed"])
                if day > self.clock.now().date():
                    break
                row["billed"] += 1
                self.collect(row, dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC))

    def collect(self, row: Row, at: dt.datetime) -> None:
        asked: dict[str, Any] = {name: row[name] for name in PAYMENT if name in row}
        asked |= {"customerId": row["customer"], "sequenceType": "recurring"}
        payment = self.make_payment(asked)
        payment["subscriptionId"] = row["id"]
        declined = self.moods.strike("declined")
        code = "insufficient_funds" if declined else ""
        payment["createdAt"] = at.isoformat()
        self.end_payment(payment, "failed" if declined else "paid", code=code, at=at)


PAYMENT = (
    "amount", "description", "redirectUrl", "cancelUrl", "webhookUrl", "locale", "metadata",
    "method", "customerId",
)  # fmt: skip
SUBSCRIPTION = (
    "amount", "interval", "startDate", "description", "webhookUrl", "metadata",
)  # fmt: skip
BACK = ("refunds", "chargebacks")
