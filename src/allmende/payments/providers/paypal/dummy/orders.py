"""The dummy's orders: created, approved or declined by the payer, captured."""

import datetime as dt
from typing import Any

from allmende.ledger.money import NotMoney
from allmende.payments.providers.dummies.shelf import Row
from allmende.payments.providers.paypal import money
from allmende.payments.providers.paypal.dummy import payments
from allmende.payments.providers.paypal.dummy.bank import Bank, Fault, wanted

WAITS = dt.timedelta(hours=3)  # for the payer


def create(bank: Bank, asked: Row) -> Row:
    """Raises Fault."""
    units = wanted(asked, "purchase_units")
    if asked.get("intent") != "CAPTURE" or len(units) != 1:
        raise Fault(422, "INVALID_PARAMETER_VALUE")
    try:
        payments.currency_of(units[0])
    except NotMoney as error:
        raise Fault(422, "INVALID_CURRENCY_CODE") from error
    context = wanted(asked, "payment_source", "paypal", "experience_context")
    id = bank.id("", 17)
    unit = {name: units[0][name] for name in UNIT if name in units[0]}
    row: Row = {
        "id": id,
        "intent": "CAPTURE",
        "status": "PAYER_ACTION_REQUIRED",
        "create_time": bank.now(),
        "purchase_units": [{"reference_id": "default", **unit}],
        "payment_source": {"paypal": {}},
        "links": [
            bank.link("self", f"/v2/checkout/orders/{id}"),
            bank.link("payer-action", f"/checkoutnow?token={id}"),
        ],
    }
    bank.shelf.of("orders")[id] = row
    bank.shelf.of("contexts")[id] = context
    return row


UNIT = ("amount", "description", "custom_id", "invoice_id")


def approve(bank: Bank, id: str) -> None:
    """The payer says yes. Raises Fault when they took too long."""
    row = bank.row("orders", id)
    if row["status"] not in {"PAYER_ACTION_REQUIRED", "CREATED"}:
        return
    if bank.clock.now() - money.moment(row["create_time"]) > WAITS:
        raise Fault(422, "ORDER_EXPIRED")
    row |= {"status": "APPROVED", "update_time": bank.now()}
    row["links"] = [bank.link("self", f"/v2/checkout/orders/{id}")]
    row["payment_source"] = {"paypal": {"account_status": "VERIFIED"}}
    bank.tell("CHECKOUT.ORDER.APPROVED", "checkout-order", row)


def capture(bank: Bank, id: str) -> Row:
    """Raises Fault."""
    row = bank.row("orders", id)
    if row["status"] == "COMPLETED":
        raise Fault(
            422,
            "ORDER_ALREADY_CAPTURED",
            "Order already captured.If 'intent=CAPTURE' only one capture per order is allowed.",
        )
    if row["status"] != "APPROVED":
        raise Fault(422, "ORDER_NOT_APPROVED", NOT_APPROVED)
    if bank.moods.strike("declined"):
        raise Fault(422, "INSTRUMENT_DECLINED", DECLINED)
    unit = row["purchase_units"][0]
    refuse_doubles(bank, unit.get("invoice_id"))
    payments.take(
        bank,
        amount=money.read(unit["amount"]),
        order=id,
        custom=unit.get("custom_id", ""),
        invoice=unit.get("invoice_id", ""),
    )
    row |= {"status": "COMPLETED", "update_time": bank.now()}
    return shown(bank, row)


NOT_APPROVED = (
    "Payer has not yet approved the Order for payment. Please redirect the payer to the"
    " 'rel':'approve' url returned as part of the HATEOAS links within the Create Order call or"
    " provide a valid `payment_source` in the request."
)
DECLINED = (
    "The instrument presented  was either declined by the processor or bank, or it can't be used"
    " for this payment."
)


def refuse_doubles(bank: Bank, invoice: str | None) -> None:
    """As PayPal's account setting has it: an invoice is paid once."""
    if invoice and any(
        row.get("invoice_id") == invoice for row in bank.shelf.of("captures").values()
    ):
        raise Fault(422, "DUPLICATE_INVOICE_ID", DOUBLE)


DOUBLE = (
    "Duplicate Invoice ID detected. To avoid a potential duplicate transaction your account setting"
    " requires that Invoice Id be unique for each transaction."
)


def shown(bank: Bank, row: Row) -> Row:
    """The order with what was taken and given back as they are now."""
    captures = [
        capture for capture in bank.shelf.of("captures").values() if related(capture) == row["id"]
    ]
    ids = {capture["id"] for capture in captures}
    refunds = [one for one in bank.shelf.of("refunds").values() if payments.of(one) in ids]
    if not captures:
        return row
    found = {
        "captures": [without_relations(capture) for capture in captures],
        "refunds": refunds,
    }
    unit = {**row["purchase_units"][0], "payments": found}
    return {**row, "purchase_units": [unit]}


def related(capture: Row) -> Any:
    return capture.get("supplementary_data", {}).get("related_ids", {}).get("order_id")


def without_relations(capture: Row) -> Row:
    return {name: value for name, value in capture.items() if name != "supplementary_data"}
