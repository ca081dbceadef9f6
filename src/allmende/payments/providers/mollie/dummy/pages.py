"""The hosted page of the dummy, and its desk."""

import html

from allmende.ledger.money import show
from allmende.payments.providers.dummies import desk, window
from allmende.payments.providers.dummies.stage import Answer, Asked, elsewhere, page
from allmende.payments.providers.mollie.api import read
from allmende.payments.providers.mollie.dummy.book import Book, Fault

NAME = "Mollie (dummy)"
CHOICES = {"pay": "paid", "pending": "pending", "declined": "failed", "no": "canceled"}


def answer(book: Book, asked: Asked) -> Answer:
    if asked.path.startswith("/checkout/"):
        return checkout(book, asked, asked.path.rpartition("/")[2])
    if asked.path in ("/", desk.PATH):
        shown = dealings(book)
        return desk.answer(asked, name=NAME, moods=book.moods, clock=book.clock, more=shown)
    if asked.path.startswith("/desk/") and asked.method == "POST":
        return dealt(book, asked)
    raise Fault(404, "Not Found")


def checkout(book: Book, asked: Asked, id: str) -> Answer:
    row = book.shelf.of("payments").get(id)
    said = window.words(row.get("locale", "en") if row else "en")
    if row is None or row["status"] != "open":
        return page(window.page(NAME, window.paragraph(said["gone"])), 404)
    if asked.method == "POST":
        deed = asked.form.get("deed", "")
        code = "card_declined" if deed == "declined" else ""
        book.end_payment(row, CHOICES[deed], code=code)
        return elsewhere(row.get("cancelUrl" if deed == "no" else "redirectUrl") or "/")
    language = "de" if said is window.WORDS["de"] else "en"
    body = window.paragraph(said["dummy"])
    body += window.paragraph(show(read(row["amount"]), language=language), "sum")
    body += window.paragraph(row["description"]) + window.paragraph(said["method"])
    body += window.buttons((name, said[name]) for name in CHOICES)
    return page(window.page(NAME, body, language=language))


def dealings(book: Book) -> str:
    lines = []
    for row in reversed(book.shelf.of("payments").values()):
        deeds = ["settle"] if row["status"] == "pending" else ["charge back"]
        lines.append(line("payment", row["id"], row["status"], deeds))
    for row in reversed(book.shelf.of("subscriptions").values()):
        lines.append(line("subscription", row["id"], row["status"], ["cancel"]))
    return f"<h2>Payments and subscriptions</h2>{''.join(lines[:50]) or '<p>None yet.</p>'}"


def line(kind: str, id: str, status: str, deeds: list[str]) -> str:
    choices = "".join(f'<button name="deed" value="{deed}">{deed}</button>' for deed in deeds)
    text = html.escape(f"{id} {status}")
    return f'<form method="post" action="/desk/{kind}/{id}"><p>{text}</p>{choices}</form>'


def dealt(book: Book, asked: Asked) -> Answer:
    """What a payer, or their bank, does by themselves."""
    _, _, kind, id = [*asked.path.split("/"), "", ""][:4]
    deed = asked.form.get("deed", "")
    if (kind, deed) == ("subscription", "cancel"):
        book.cancel(book.row("subscriptions", id))
    elif (kind, deed) == ("payment", "charge back"):
        book.charge_back(id)
    elif (kind, deed) == ("payment", "settle"):
        book.end_payment(book.row("payments", id), "paid")
    else:
        raise Fault(404, "Not Found")
    return elsewhere(desk.PATH)
