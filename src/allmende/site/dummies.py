"""The demo's providers of payments: a PayPal, a Mollie and a bank on which no money moves.

What they remember lies in the data folder, so that a subscription outlives a restart.
"""

import signal
import threading
from contextlib import ExitStack
from pathlib import Path

from allmende.payments.providers.dummies.shelf import Shelf
from allmende.payments.providers.dummy_bank import branch
from allmende.payments.providers.mollie.dummy import opening as mollie
from allmende.payments.providers.mollie.dummy.book import Book
from allmende.payments.providers.paypal.dummy import opening as paypal
from allmende.payments.providers.paypal.dummy.bank import Bank


def run(folder: Path, *, port: int) -> None:
    """Plays all until SIGTERM or SIGINT. Raises OSError when a port is taken.

    port: of the paper; PayPal stands on the third after it, Mollie on the fourth, the bank on the
    fifth.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    folder.mkdir(parents=True, exist_ok=True)
    listener = f"http://127.0.0.1:{port}/-/payments/paypal"
    bank = Bank(address="", listener=listener, shelf=Shelf(folder / "paypal.json"))
    book = Book(address="", shelf=Shelf(folder / "mollie.json"))
    with ExitStack() as doors:
        doors.enter_context(paypal.opened(bank, port=port + 3))
        doors.enter_context(mollie.opened(book, port=port + 4))
        counter = branch.Branch(Shelf(folder / "bank.json"))
        doors.enter_context(branch.opened(counter, port=port + 5))
        stop.wait()
