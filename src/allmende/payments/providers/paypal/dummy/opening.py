"""Opens the dummy's doors."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from allmende.payments.providers.dummies.doors import open_doors
from allmende.payments.providers.dummies.stage import Answer, Asked, Stage
from allmende.payments.providers.paypal.dummy import play, subscriptions
from allmende.payments.providers.paypal.dummy.bank import Bank, fault_row


@contextmanager
def opened(
    bank: Bank, *, port: int = 0, answer: Callable[[Bank, Asked], Answer] = play.answer
) -> Iterator[Bank]:
    """Serves it on this machine until the block ends; its address is filled in.

    answer: what it says to a request. Raises OSError when the port is taken.
    """
    stage = Stage(partial(answer, bank), bank.moods, play.INTERFACE, fault_row)
    with open_doors(stage, bank.messenger, tick=partial(tick, bank), port=port) as address:
        bank.address = address
        yield bank


def tick(bank: Bank) -> None:
    with bank.shelf.lock:
        subscriptions.bill_all(bank)
        bank.shelf.save()
