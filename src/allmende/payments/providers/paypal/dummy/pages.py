"""What a payer sees of the dummy, and its desk: where disputes and cancellations begin."""

import html
from urllib.parse import urlencode

from allmende.ledger.money import Money, show
from allmende.payments.providers.dummies import desk, window
from allmende.payments.providers.dummies.shelf import Row
from allmende.payments.providers.dummies.stage import Answer, Asked, elsewhere, page
from allmende.payments.providers.paypal import money
from allmende.payments.providers.paypal.dummy import orders, payments, subscriptions
from allmende.payments.providers.paypal.dummy.bank import Bank, Fault

NAME = "PayPal (dummy)"
RHYTHMS = {("MONTH", 1): "monthly", ("MONTH", 3): "quarterly", ("YEAR", 1): "yearly"}


def answer(bank: Bank, asked: Asked) -> Answer:
    if asked.path == "/checkoutnow":
        return one(bank, asked, asked.query.get("token", ""))
    if asked.path.startswith("/webapps/billing/subscriptions"):
        id = asked.query.get("ba_token", "").removeprefix("BA-")
        return again(bank, asked, id, update=asked.path.endswith("/update"))
    if asked.path in ("/", desk.PATH):
        return desk.answer(
            asked, name=NAME, moods=bank.moods, clock=bank.clock, more=dealings(bank)
        )
    if asked.path.startswith("/desk/") and asked.method == "POST":
        return dealt(bank, asked)
    raise Fault(404)


def one(bank: Bank, asked: Asked, id: str) -> Answer:
    """The page on which an order is approved."""
    row, context = bank.shelf.of("orders").get(id), bank.shelf.of("contexts").get(id, {})
    said = window.words(context.get("locale", "en"))
    if row is None or row["status"] not in {"PAYER_ACTION_REQUIRED", "APPROVED"}:
        return page(window.page(NAME, window.paragraph(said["gone"])), 404)
    if asked.method == "POST":
        deed = asked.form.get("deed", "")
        if deed == "no":
            return elsewhere(joined(context["cancel_url"], token=id))
        if deed in ("pending", "declined"):
            bank.moods.next(deed)
        orders.approve(bank, id)
        return elsewhere(joined(context["return_url"], token=id, PayerID="DUMMYPAYER123"))
    unit = row["purchase_units"][0]
    choices = [(name, said[name]) for name in ("pay", "pending", "declined", "no")]
    return asking(context, money.read(unit["amount"]), unit.get("description", ""), choices)


def again(bank: Bank, asked: Asked, id: str, *, update: bool) -> Answer:
    """The page on which a subscription, or another amount of it, is agreed to."""
    row, context = bank.shelf.of("subscriptions").get(id), bank.shelf.of("contexts").get(id, {})
    said = window.words(context.get("locale", "en"))
    if row is None or (row["status"] != "APPROVAL_PENDING" and not update):
        return page(window.page(NAME, window.paragraph(said["gone"])), 404)
    if asked.method == "POST":
        token = {"subscription_id": id, "ba_token": f"BA-{id}"}
        if asked.form.get("deed") == "no":
            return elsewhere(joined(context["cancel_url"], **token))
        (subscriptions.agree if update else subscriptions.approve)(bank, id)
        return elsewhere(joined(context["return_url"], **token))
    wish = bank.shelf.of("wishes").get(id)
    cycle = (wish["plan"] if wish and update else row["plan"])["billing_cycles"][0]
    amount = money.read(cycle["pricing_scheme"]["fixed_price"])
    beat = row["plan"]["billing_cycles"][0]["frequency"]
    rhythm = RHYTHMS.get((beat["interval_unit"], int(beat.get("interval_count", 1))), "monthly")
    choices = [(name, said[name]) for name in ("agree", "no")]
    return asking(context, amount, said[rhythm], choices)


def asking(context: Row, amount: Money, purpose: str, choices: list[tuple[str, str]]) -> Answer:
    said = window.words(context.get("locale", "en"))
    language = "de" if said is window.WORDS["de"] else "en"
    body = window.paragraph(said["dummy"])
    body += window.paragraph(f"{said['to']} {context.get('brand_name', '')}")
    body += window.paragraph(show(amount, language=language), "sum")
    body += window.paragraph(purpose) + window.buttons(choices)
    return page(window.page(NAME, body, language=language))


def joined(address: str, **more: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(more)}"


def dealings(bank: Bank) -> str:
    """Payments and subscriptions, each with what their payers may do to them."""
    lines = []
    for row in reversed(bank.shelf.of("captures").values()):
        deeds = ["settle", "deny"] if row["status"] == "PENDING" else ["dispute", "reverse"]
        lines.append(line("payment", row, deeds))
    for row in reversed(bank.shelf.of("subscriptions").values()):
        lines.append(line("subscription", row, ["cancel", "suspend", "activate"]))
    return f"<h2>Payments and subscriptions</h2>{''.join(lines[:50]) or '<p>None yet.</p>'}"


def line(kind: str, row: Row, deeds: list[str]) -> str:
    id, status = html.escape(row["id"]), html.escape(row["status"])
    choices = "".join(f"<button name=deed value={deed}>{deed}</button>" for deed in deeds)
    return f'<form method=post action="/desk/{kind}/{id}"><p>{id} {status}</p>{choices}</form>'


def dealt(bank: Bank, asked: Asked) -> Answer:
    """What a payer, or their bank, does by themselves."""
    _, _, kind, id = [*asked.path.split("/"), "", ""][:4]
    deed = asked.form.get("deed", "")
    if kind == "subscription" and deed in subscriptions.STATES:
        subscriptions.change(bank, id, deed)
    elif kind == "payment" and deed in PAYERS:
        PAYERS[deed](bank, id)
    else:
        raise Fault(404)
    return elsewhere(desk.PATH)


PAYERS = {
    "settle": lambda bank, id: payments.complete(bank, bank.row("captures", id)),
    "deny": lambda bank, id: payments.deny(bank, bank.row("captures", id)),
    "dispute": payments.dispute,
    "reverse": payments.reverse,
}
