"""Opens a dummy's doors: for a demo in a program of its own, for tests beside them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from allmende.payments.providers.dummies.messenger import Messenger
from allmende.payments.providers.dummies.stage import Stage, served

TICK = 0.5  # seconds between two looks for what is due


@contextmanager
def open_doors(
    stage: Stage, messenger: Messenger, *, tick: Callable[[], None], port: int = 0
) -> Iterator[str]:
    """The address on this machine, until the block ends. Raises OSError when the port is taken.

    tick: called twice a second, for what happens by itself.
    """
    stop = threading.Event()

    def keep_time() -> None:
        while not stop.wait(TICK):
            tick()

    clockwork = threading.Thread(target=keep_time, daemon=True)
    with served(stage, port=port) as taken:
        messenger.start()
        clockwork.start()
        try:
            yield f"http://127.0.0.1:{taken}"
        finally:
            stop.set()
            messenger.stop()
            clockwork.join(timeout=5)
