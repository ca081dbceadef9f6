"""The dummy's captures and refunds, and what payers and banks do to them later."""

from allmende.ledger.money import Money
from allmende.payments.providers.dummies.shelf import Row
from allmende.payments.providers.paypal import money
from allmende.payments.providers.paypal.dummy.bank import Bank, Fault, fee_of, wanted


def take(bank: Bank, *, amount: Money, order: str, custom: str, invoice: str) -> Row:
    """A capture; PENDING where the mood is such."""
    pending = bank.moods.strike("pending")
    id = bank.id("", 17)
    path = f"/v2/payments/captures/{id}"
    row: Row = {
        "id": id,
        "amount": money.written(amount),
        "final_capture": True,
        "custom_id": custom,
        "invoice_id": invoice,
        "create_time": bank.now(),
        "update_time": bank.now(),
        "supplementary_data": {"related_ids": {"order_id": order}},
        "links": [
            bank.link("self", path),
            bank.link("refund", f"{path}/refund", "POST"),
            bank.link("up", f"/v2/checkout/orders/{order}"),
        ],
    }
    bank.shelf.of("captures")[id] = row
    if pending:
        row |= {"status": "PENDING", "status_details": {"reason": "PENDING_REVIEW"}}
        bank.tell("PAYMENT.CAPTURE.PENDING", "capture", row)
    else:
        complete(bank, row)
    return row


def complete(bank: Bank, row: Row) -> None:
    """The money is there, less PayPal's fee."""
    amount = money.read(row["amount"])
    row.pop("status_details", None)
    row |= {
        "status": "COMPLETED",
        "update_time": bank.now(),
        "seller_receivable_breakdown": {
            "gross_amount": money.written(amount),
            "paypal_fee": money.written(fee_of(amount)),
            "net_amount": money.written(amount - fee_of(amount)),
        },
    }
    bank.tell("PAYMENT.CAPTURE.COMPLETED", "capture", row)


def deny(bank: Bank, row: Row) -> None:
    """What was pending does not come."""
    row |= {"status": "DECLINED", "update_time": bank.now()}
    row.pop("status_details", None)
    bank.tell("PAYMENT.CAPTURE.DENIED", "capture", row)


def refund(bank: Bank, id: str, asked: Row) -> Row:
    """Raises Fault."""
    row = bank.row("captures", id)
    amount, back = money.read(row["amount"]), returned(bank, id)
    if row["status"] == "PENDING":
        raise Fault(422, "PENDING_CAPTURE", PENDING)
    left = amount - back
    if not left or row["status"] not in {"COMPLETED", "PARTIALLY_REFUNDED"}:
        raise Fault(422, "CAPTURE_FULLY_REFUNDED", "The capture has already been fully refunded")
    wants = money.read(asked["amount"]) if asked.get("amount") else left
    if wants.currency != amount.currency:
        raise Fault(
            422,
            "REFUND_CAPTURE_CURRENCY_MISMATCH",
            "Refund must be in the same currency as the capture",
        )
    if left < wants:
        raise Fault(
            422,
            "REFUND_AMOUNT_EXCEEDED",
            "The refund amount must be less than or equal to the capture amount that has not yet"
            " been refunded.",
        )
    made = give(bank, row, wants, invoice=asked.get("invoice_id", ""))
    if "subscription" in row:
        bank.tell("PAYMENT.SALE.REFUNDED", "refund", of_sale(made, row["id"]), version="1.0")
    else:
        bank.tell("PAYMENT.CAPTURE.REFUNDED", "refund", made)
    return made


def of_sale(refund: Row, sale: str) -> Row:
    """As version 1 of the interface writes it, which subscriptions still use."""
    amount = refund["amount"]
    return {
        "id": refund["id"],
        "sale_id": sale,
        "state": "completed",
        "amount": {"total": amount["value"], "currency": amount["currency_code"]},
        "create_time": refund["create_time"],
    }


PENDING = (
    "Cannot initiate a refund as the capture is pending. Capture is typically pending when the"
    " payer has funded the transaction using e-check/bank funded."
)


def returned(bank: Bank, capture: str) -> Money:
    rows = [row for row in bank.shelf.of("refunds").values() if of(row) == capture]
    currency = bank.row("captures", capture)["amount"]["currency_code"]
    return sum((money.read(row["amount"]) for row in rows), Money(0, currency))


def of(refund: Row) -> str:
    """The capture that a refund goes back from."""
    return next(str(x["href"]) for x in refund["links"] if x["rel"] == "up").rpartition("/")[2]


def give(bank: Bank, capture: Row, amount: Money, *, invoice: str) -> Row:
    id = bank.id("", 17)
    row: Row = {
        "id": id,
        "status": "COMPLETED",
        "amount": money.written(amount),
        "seller_payable_breakdown": {
            "gross_amount": money.written(amount),
            "paypal_fee": money.written(Money(0, amount.currency)),
            "net_amount": money.written(amount),
        },
        "create_time": bank.now(),
        "update_time": bank.now(),
        "links": [
            bank.link("self", f"/v2/payments/refunds/{id}"),
            bank.link("up", f"/v2/payments/captures/{capture['id']}"),
        ],
    }
    if invoice:
        row |= {"invoice_id": invoice, "custom_id": invoice}
    bank.shelf.of("refunds")[id] = row
    whole = returned(bank, capture["id"]) == money.read(capture["amount"])
    capture |= {
        "status": "REFUNDED" if whole else "PARTIALLY_REFUNDED",
        "update_time": bank.now(),
    }
    return row


def dispute(bank: Bank, id: str) -> None:
    """The payer complains; the money stays for now."""
    row = bank.row("captures", id)
    row |= {"status_details": {"reason": "BUYER_COMPLAINT"}, "update_time": bank.now()}
    case = {
        "dispute_id": bank.id("PP-D-", 12),
        "create_time": bank.now(),
        "status": "OPEN",
        "reason": "UNAUTHORISED",
        "disputed_transactions": [{"seller_transaction_id": id}],
        "dispute_amount": row["amount"],
    }
    bank.tell("CUSTOMER.DISPUTE.CREATED", "dispute", case)


def reverse(bank: Bank, id: str) -> None:
    """The payer's bank takes the money back."""
    row = bank.row("captures", id)
    left = money.read(row["amount"]) - returned(bank, id)
    made = give(bank, row, left, invoice="")
    row["status_details"] = {"reason": "CHARGEBACK"}
    bank.tell("PAYMENT.CAPTURE.REVERSED", "refund", made)


def currency_of(asked: Row) -> Money:
    """The amount of a request. Raises Fault for none, or one of no cents."""
    amount = money.read(wanted(asked, "amount"))
    if amount.cents <= 0:
        raise Fault(
            422,
            "CANNOT_BE_ZERO_OR_NEGATIVE",
            "Must be greater than zero. If the currency supports decimals, only two decimal place"
            " precision is supported.",
        )
    return amount
