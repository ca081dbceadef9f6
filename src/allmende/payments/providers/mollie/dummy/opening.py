"""Opens the dummy's doors."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from allmende.payments.providers.dummies.doors import open_doors
from allmende.payments.providers.dummies.stage import Stage
from allmende.payments.providers.mollie.dummy import play
from allmende.payments.providers.mollie.dummy.book import Book, fault_row


@contextmanager
def opened(book: Book, *, port: int = 0) -> Iterator[Book]:
    """Serves it on this machine until the block ends; its address is filled in.

    Raises OSError when the port is taken.
    """
    stage = Stage(partial(play.answer, book), book.moods, play.INTERFACE, fault_row)
    with open_doors(stage, book.messenger, tick=partial(tick, book), port=port) as address:
        book.address = address
        yield book


def tick(book: Book) -> None:
    with book.shelf.lock:
        book.bill_all()
        book.shelf.save()
