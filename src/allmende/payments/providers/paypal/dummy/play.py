"""What the dummy answers to which request."""

import base64
import re
from collections.abc import Callable
from functools import partial
from re import Pattern

from allmende.payments.providers.dummies.shelf import Row
from allmende.payments.providers.dummies.stage import Answer, Asked, said
from allmende.payments.providers.paypal import money
from allmende.payments.providers.paypal.dummy import orders, pages, payments, subscriptions
from allmende.payments.providers.paypal.dummy.bank import Bank, Fault, fault_row, no_such

INTERFACE = ("/v1/", "/v2/")  # where moods strike
Deed = Callable[[Bank, Asked, str], tuple[int, Row | None]]
HOUR = 3600


def answer(bank: Bank, asked: Asked) -> Answer:
    with bank.shelf.lock:
        subscriptions.bill_all(bank)
        try:
            return found(bank, asked)
        except Fault as fault:
            return fault.answer()
        except (ValueError, KeyError, TypeError):
            return Fault(
                400, "MALFORMED_REQUEST_JSON", "The request JSON is not well formed."
            ).answer()
        finally:
            bank.shelf.save()


def malformed() -> Fault:
    return Fault(400, "MALFORMED_REQUEST_JSON", "The request JSON is not well formed.")


def found(bank: Bank, asked: Asked) -> Answer:
    if asked.path == "/v1/oauth2/token":
        return token(bank, asked)
    if asked.path == bank.certificate_path:
        return Answer(200, bank.certificate, "application/x-pem-file")
    if not asked.path.startswith(INTERFACE):
        return pages.answer(bank, asked)
    if bank.moods.strike("unauthorised"):
        bank.tokens.clear()
    if asked.headers.get("Authorization", "").removeprefix("Bearer ") not in bank.tokens:
        return said(401, fault_row(401))
    for method, pattern, deed in ROUTES:
        if method == asked.method and (match := pattern.fullmatch(asked.path)):
            id = match[1] if match.groups() else ""
            key = asked.headers.get("PayPal-Request-Id", "") if method == "POST" else ""
            return bank.once(asked.path, key, partial(deed, bank, asked, id))
    raise no_such()


def token(bank: Bank, asked: Asked) -> Answer:
    pair = base64.b64encode(f"{bank.client}:{bank.secret}".encode()).decode()
    if asked.headers.get("Authorization") != f"Basic {pair}":
        wrong = {"error": "invalid_client", "error_description": "Client Authentication failed"}
        return said(401, wrong)
    made = bank.id("A21AA", 40)
    bank.tokens.add(made)
    return said(200, {"access_token": made, "token_type": "Bearer", "expires_in": 9 * HOUR})


def verified(bank: Bank, asked: Asked, _: str) -> tuple[int, Row]:
    """Whether we sent this event under this id of transmission, and nothing of it was changed."""
    claimed = asked.json
    sent = bank.shelf.of("transmissions").get(claimed.get("transmission_id", ""))
    event = bank.shelf.of("events").get(sent["event"]) if sent else None
    ours = event is not None and event == claimed.get("webhook_event")
    ours = ours and claimed.get("webhook_id") == bank.webhook
    return 200, {"verification_status": "SUCCESS" if ours else "FAILURE"}


def list_events(bank: Bank, asked: Asked, _: str) -> tuple[int, Row]:
    """The newest first, of one kind where one is asked for."""
    kind, since = asked.query.get("event_type", ""), asked.query.get("start_time", "")
    rows = [
        row
        for row in reversed(bank.shelf.of("events").values())
        if (not kind or row["event_type"] == kind)
        and (not since or money.moment(row["create_time"]) >= money.moment(since))
    ]
    size = int(asked.query.get("page_size", "10"))
    path = "/v1/notifications/webhooks-events"
    return 200, {"events": rows[:size], "count": len(rows), "links": [bank.link("self", path)]}


def resend(bank: Bank, _: Asked, id: str) -> tuple[int, Row]:
    event = bank.row("events", id)
    bank.send(event)
    return 202, event


def capture(bank: Bank, _: Asked, id: str) -> tuple[int, Row]:
    return 201, orders.capture(bank, id)


def change(action: str) -> Deed:
    def deed(bank: Bank, _: Asked, id: str) -> tuple[int, None]:
        subscriptions.change(bank, id, action)
        return 204, None

    return deed


def transactions(bank: Bank, asked: Asked, id: str) -> tuple[int, Row]:
    since, until = asked.query["start_time"], asked.query["end_time"]
    return 200, subscriptions.transactions(bank, id, since=since, until=until)


def subscription(bank: Bank, asked: Asked, id: str) -> tuple[int, Row]:
    fields = asked.query.get("fields", "")
    return 200, subscriptions.shown(bank.row("subscriptions", id), fields)


def payment(bank: Bank, _: Asked, id: str) -> tuple[int, Row]:
    row = bank.row("captures", id)
    return 200, {name: value for name, value in row.items() if name != "subscription"}


def route(method: str, path: str, deed: Deed) -> tuple[str, Pattern[str], Deed]:
    return method, re.compile(path.replace("ID", "([A-Za-z0-9-]+)")), deed


def order(bank: Bank, _: Asked, id: str) -> tuple[int, Row]:
    return 200, orders.shown(bank, bank.row("orders", id))


def subscribe(bank: Bank, asked: Asked, _: str) -> tuple[int, Row]:
    return 201, subscriptions.shown(subscriptions.create(bank, asked.json))


def list_plans(bank: Bank, asked: Asked, _: str) -> tuple[int, Row]:
    return 200, subscriptions.list_plans(bank, asked.query.get("product_id", ""))


def refund(bank: Bank, asked: Asked, id: str) -> tuple[int, Row]:
    return 201, payments.refund(bank, id, asked.json)


def revise(bank: Bank, asked: Asked, id: str) -> tuple[int, Row]:
    return 200, subscriptions.revise(bank, id, asked.json)


def made(make: Callable[[Bank, Row], Row]) -> Deed:
    return lambda bank, asked, _: (201, make(bank, asked.json))


ROUTES = [
    route("POST", "/v2/checkout/orders", made(orders.create)),
    route("GET", "/v2/checkout/orders/ID", order),
    route("POST", "/v2/checkout/orders/ID/capture", capture),
    route("GET", "/v2/payments/captures/ID", payment),
    route("POST", "/v2/payments/captures/ID/refund", refund),
    route("GET", "/v2/payments/refunds/ID", lambda bank, _, id: (200, bank.row("refunds", id))),
    route("POST", "/v1/catalogs/products", made(subscriptions.make_product)),
    route("POST", "/v1/billing/plans", made(subscriptions.make_plan)),
    route("GET", "/v1/billing/plans", list_plans),
    route("POST", "/v1/billing/subscriptions", subscribe),
    route("GET", "/v1/billing/subscriptions/ID", subscription),
    route("GET", "/v1/billing/subscriptions/ID/transactions", transactions),
    route("POST", "/v1/billing/subscriptions/ID/cancel", change("cancel")),
    route("POST", "/v1/billing/subscriptions/ID/suspend", change("suspend")),
    route("POST", "/v1/billing/subscriptions/ID/activate", change("activate")),
    route("POST", "/v1/billing/subscriptions/ID/revise", revise),
    route("POST", "/v1/notifications/verify-webhook-signature", verified),
    route("GET", "/v1/notifications/webhooks-events", list_events),
    route("POST", "/v1/notifications/webhooks-events/ID/resend", resend),
]
