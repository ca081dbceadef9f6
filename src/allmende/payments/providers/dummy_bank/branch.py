"""The counter of the dummy bank: files are handed in, statements fetched, as at a bank's own site.

What was taken lies on the shelf, and the bank books it anew when it opens. Days of a file are
played through at once: its statement tells the day of collection, and what comes back afterwards.
"""

import html
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from functools import partial
from typing import Any

from lxml import etree

from allmende.ledger.money import Money, show
from allmende.payments.pain.reading import Order
from allmende.payments.providers.dummies import window
from allmende.payments.providers.dummies.moods import Moods
from allmende.payments.providers.dummies.shelf import Shelf
from allmende.payments.providers.dummies.stage import Answer, Asked, Stage, elsewhere, page, served
from allmende.payments.providers.dummy_bank.bank import Bank, Fate, Rejected, magic

TITLE = "Auenbank (dummy)"
COMES_BACK = Fate("AM04")
OPENING = 50_000_00  # cents on an account before its first booking


class Branch:
    """shelf: holds the files that were taken, in their order."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.banks: dict[str, Bank] = {}
        for row in sorted(shelf.of("files").values(), key=lambda row: row["number"]):
            self._book(row["file"].encode(), row["returned"])

    def take(self, file: bytes, *, one_returns: bool) -> str:
        """one_returns: the first payment of it comes back. Returns the message id.

        Raises bank.Rejected.
        """
        with self.shelf.lock:
            returned = first_of(file) if one_returns else ""
            message = self._book(file, returned)
            row = {"number": self.shelf.number(), "file": file.decode(), "returned": returned}
            self.shelf.of("files")[message] = row
            self.shelf.save()
            return message

    def _book(self, file: bytes, returned: str) -> str:
        account = account_of(file)
        bank = self.banks.setdefault(account, Bank(account, OPENING))

        def fate(order: Order) -> Fate:
            return COMES_BACK if order.end_to_end == returned else magic(order)

        bank.fate = fate
        return bank.take(file)

    def statement(self, account: str) -> bytes:
        """All that is booked on an account, from the first day to the last; the paper knows rows
        that it has been told before."""
        bank = self.banks[account]
        days = [one.on for one in bank.bookings]
        return bank.statement(min(days), max(days))


def account_of(file: bytes) -> str:
    """Ours: the creditor's of debits, the debtor's of payouts. Raises bank.Rejected."""
    return text_of(file, "CdtrAcct" if b"pain.008" in file[:300] else "DbtrAcct", "IBAN")


def first_of(file: bytes) -> str:
    return text_of(file, "PmtId", "EndToEndId")


def text_of(file: bytes, *path: str) -> str:
    """Of the first such element in the file. Raises bank.Rejected."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    steps = "//".join(f"*[local-name()='{step}']" for step in path)
    try:
        found = etree.fromstring(file, parser).xpath(f"//{steps}")
    except etree.XMLSyntaxError as error:
        raise Rejected("FF01", "no XML") from error
    if not found:
        raise Rejected("FF01", f"no {path[-1]}")
    return str(found[0].text).strip()


# --- What people see ----------------------------------------------------------------------------


def answer(branch: Branch, asked: Asked) -> Answer:
    if asked.path.startswith("/statement/"):
        return fetched(branch, asked.path.rpartition("/")[2])
    if asked.path not in ("/", "/desk"):
        return page(window.page(TITLE, window.paragraph("Not found.")), 404)
    if asked.method != "POST":
        return page(window.page(TITLE, counter(branch)))
    form = typed(asked)
    try:
        branch.take(form.get("file", b""), one_returns="returns" in form)
    except Rejected as refused:
        words = window.paragraph(f"Refused: {refused}", "wrong")
        return page(window.page(TITLE, words + counter(branch)), 422)
    return elsewhere("/desk")


def fetched(branch: Branch, account: str) -> Answer:
    bank = branch.banks.get(account)
    if bank is None or not bank.bookings:
        return page(window.page(TITLE, window.paragraph("Nothing is booked yet.")), 404)
    name = f'attachment; filename="camt.053-{account}.xml"'
    headers = {"Content-Disposition": name}
    return Answer(200, branch.statement(account), "application/xml", headers)


def typed(asked: Asked) -> dict[str, bytes]:
    """Fields of a form with files, by name."""
    head = f"Content-Type: {asked.headers.get('Content-Type', '')}\r\n\r\n".encode()
    parts: Any = message_from_bytes(head + asked.body).get_payload()
    found = {}
    for part in parts if isinstance(parts, list) else []:
        name = part.get_param("name", header="content-disposition")
        found[str(name)] = part.get_payload(decode=True) or b""
    return found


def counter(branch: Branch) -> str:
    rows = "".join(booked(account, bank) for account, bank in branch.banks.items())
    return (
        window.paragraph("This is a dummy. No money moves.")
        + "<h2>Hand in a file</h2><form method=post enctype=multipart/form-data>"
        "<label>pain.008 or pain.001, as downloaded under “Money”"
        " <input type=file name=file accept=.xml required></label>"
        "<label><input type=checkbox name=returns checked> The first payment in it comes back"
        " (AM04)</label><button class=first>Hand in</button></form>"
        f"<h2>Statements</h2>{rows or window.paragraph('Nothing is booked yet.')}"
    )


def booked(account: str, bank: Bank) -> str:
    lines = "".join(
        f"<tr><td>{one.on}</td><td>{html.escape(show(Money(one.cents), language='en'))}</td>"
        f"<td>{html.escape(one.message or ', '.join(d.reason for d in one.details))}</td></tr>"
        for one in sorted(bank.bookings, key=lambda one: one.on)[-50:]
    )
    return (
        f"<h3>{html.escape(account)}</h3><table>{lines}</table>"
        f'<p><a href="/statement/{html.escape(account)}">Statement as camt.053</a>, to be taken in'
        " under “Money”, “Bank statements”</p>"
    )


@contextmanager
def opened(branch: Branch, *, port: int = 0) -> Iterator[str]:
    """Its address on this machine until the block ends. Raises OSError when the port is taken."""
    stage = Stage(partial(answer, branch), Moods(), ("/no/",), lambda status: {"status": status})
    with served(stage, port=port) as taken:
        yield f"http://127.0.0.1:{taken}"
