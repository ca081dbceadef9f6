"""Opens the dummy's doors: for a demo in a program of its own, for tests beside them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from allmende.payments.providers.dummies.stage import Answer, Asked, Stage, served
from allmende.payments.providers.paypal.dummy import play, subscriptions
from allmende.payments.providers.paypal.dummy.bank import Bank, fault_row

TICK = 0.5  # seconds between two looks for what is due


@contextmanager
def opened(
    bank: Bank, *, port: int = 0, answer: Callable[[Bank, Asked], Answer] = play.answer
) -> Iterator[Bank]:
    """Serves it on this machine until the block ends; its address is filled in.

    answer: what it says to a request. Raises OSError when the port is taken.
    """
    stage = Stage(partial(answer, bank), bank.moods, play.INTERFACE, fault_row)
    stop = threading.Event()
    ticker = threading.Thread(target=tick, args=(bank, stop), daemon=True)
    with served(stage, port=port) as taken:
        bank.address = f"http://127.0.0.1:{taken}"
        bank.messenger.start()
        ticker.start()
        try:
            yield bank
        finally:
            stop.set()
            bank.messenger.stop()
            ticker.join(timeout=5)


def tick(bank: Bank, stop: threading.Event) -> None:
    while not stop.wait(TICK):
        with bank.shelf.lock:
            subscriptions.bill_all(bank)
            bank.shelf.save()
