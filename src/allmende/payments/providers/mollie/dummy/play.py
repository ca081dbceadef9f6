"""What the dummy answers to which request."""

import re
from collections.abc import Callable
from re import Pattern

from allmende.payments.providers.dummies.shelf import Row
from allmende.payments.providers.dummies.stage import Answer, Asked
from allmende.payments.providers.mollie.dummy import pages
from allmende.payments.providers.mollie.dummy.book import Book, Fault

INTERFACE = ("/v2/",)  # where moods strike
HIDDEN = ("customer", "billed", "deleted")
Deed = Callable[[Book, Asked, list[str]], tuple[int, Row | None]]


def answer(book: Book, asked: Asked) -> Answer:
    with book.shelf.lock:
        book.bill_all()
        try:
            return found(book, asked)
        except Fault as fault:
            return fault.answer()
        except (ValueError, KeyError, TypeError):
            return Fault(400, "Bad Request", "The request could not be read.").answer()
        finally:
            book.shelf.save()


def found(book: Book, asked: Asked) -> Answer:
    if not asked.path.startswith(INTERFACE):
        return pages.answer(book, asked)
    if asked.headers.get("Authorization") != f"Bearer {book.key}":
        raise Fault(
            401, "Unauthorized Request", "Missing authentication, or failed to authenticate"
        )
    for method, pattern, deed in ROUTES:
        if method == asked.method and (match := pattern.fullmatch(asked.path)):
            key = asked.headers.get("Idempotency-Key", "") if method == "POST" else ""
            ids = list(match.groups())

            def done(deed: Deed = deed, ids: list[str] = ids) -> tuple[int, Row | None]:
                status, row = deed(book, asked, ids)
                return status, bare(row)

            return book.once(asked.path, key, done)
    raise Fault(404, "Not Found")


def bare(row: Row | None) -> Row | None:
    return row and {name: value for name, value in row.items() if name not in HIDDEN}


def listed(kind: str, rows: list[Row]) -> Row:
    embedded = {kind: [bare(row) for row in reversed(rows)]}
    return {"count": len(rows), "_embedded": embedded, "_links": {"next": None}}


def payment(book: Book, asked: Asked, ids: list[str]) -> tuple[int, Row]:
    row = book.row("payments", ids[0])
    return 200, book.shown(row) if asked.query.get("embed") else row


def refunds(book: Book, _: Asked, ids: list[str]) -> tuple[int, Row]:
    return 200, listed("refunds", book.of(book.row("payments", ids[0]), "refunds"))


def change_customer(book: Book, asked: Asked, ids: list[str]) -> tuple[int, Row]:
    row = book.row("customers", ids[0])
    row["metadata"] = asked.json["metadata"]
    return 200, row


def delete_customer(book: Book, _: Asked, ids: list[str]) -> tuple[int, None]:
    book.delete_customer(ids[0])
    return 204, None


def subscriptions(book: Book, _: Asked, ids: list[str]) -> tuple[int, Row]:
    book.row("customers", ids[0])
    return 200, listed("subscriptions", book.subscriptions(ids[0]))


def all_subscriptions(book: Book, _: Asked, __: list[str]) -> tuple[int, Row]:
    return 200, listed("subscriptions", list(book.shelf.of("subscriptions").values()))


def cancel(book: Book, _: Asked, ids: list[str]) -> tuple[int, Row]:
    row = book.row("subscriptions", ids[1])
    book.cancel(row)
    return 200, row


def route(method: str, path: str, deed: Deed) -> tuple[str, Pattern[str], Deed]:
    return method, re.compile(path.replace("ID", "([A-Za-z0-9_]+)")), deed


ROUTES = [
    route("POST", "/v2/payments", lambda book, asked, _: (201, book.make_payment(asked.json))),
    route("GET", "/v2/payments/ID", payment),
    route("GET", "/v2/payments/ID/refunds", refunds),
    route(
        "POST",
        "/v2/payments/ID/refunds",
        lambda book, asked, ids: (201, book.refund(ids[0], asked.json)),
    ),
    route("POST", "/v2/customers", lambda book, asked, _: (201, book.make_customer(asked.json))),
    route("GET", "/v2/customers/ID", lambda book, _, ids: (200, book.row("customers", ids[0]))),
    route("PATCH", "/v2/customers/ID", change_customer),
    route("DELETE", "/v2/customers/ID", delete_customer),
    route("GET", "/v2/customers/ID/subscriptions", subscriptions),
    route(
        "POST",
        "/v2/customers/ID/subscriptions",
        lambda book, asked, ids: (201, book.subscribe(ids[0], asked.json)),
    ),
    route("DELETE", "/v2/customers/ID/subscriptions/ID", cancel),
    route("GET", "/v2/subscriptions", all_subscriptions),
]
