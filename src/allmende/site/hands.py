"""More processes that bake, for as long as there is much to do.

A worker has threads and starts them anew (`Hands`), one a core with itself. A command has none and
forks itself (`more`), so that all cores bake from the first moment; with itself there is one more
than cores, so that these have work while a page waits for the disk.
"""

import contextlib
import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

from django.db import connections
from django.utils import timezone

from allmende.bakery import bake, placing, queue

MUCH = 100  # pages; a process takes seconds to start
LOOK = 2.0  # seconds between two looks whether there is much to do
IDLE = 1.0  # seconds after which a further process ends
# A page leaves hardly any garbage in circles; looking for it at Python's own pace costs a seventh.
SELDOM = (20_000, 20, 20)
COMMAND = [sys.executable, "-m", "allmende.site.command", "worker", "--hand"]


class Hands:
    """The further processes of one worker. They end by themselves, or with it."""

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        self._look_at = 0.0

    def lend(self) -> None:
        """Starts them when there is much to do and none is there; cheap to call often."""
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + LOOK
        self._processes = [process for process in self._processes if process.poll() is None]
        if not self._processes and much():
            self.start()

    def start(self) -> None:
        count = max(0, (os.cpu_count() or 1) - 1)
        self._processes = [subprocess.Popen(COMMAND) for _ in range(count)]

    def end(self) -> None:
        for process in self._processes:
            process.send_signal(signal.SIGTERM)
        for process in self._processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)


def much() -> bool:
    """Asks for the hundredth page, not for the number of all."""
    rows = queue.ready(at=timezone.now()).values_list("pk", flat=True)
    return bool(rows[MUCH : MUCH + 1])


@contextlib.contextmanager
def more() -> Iterator[None]:
    """All cores bake until the block ends. For a process of one thread only."""
    context = multiprocessing.get_context("fork")
    count = (os.cpu_count() or 1) if much() else 0
    processes = [context.Process(target=fork_off, daemon=True) for _ in range(count)]
    connections.close_all()  # both would speak through one
    # What the house is made of is no garbage, and is not looked through for any.
    gc.collect()
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    for process in processes:
        process.start()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(10)


def fork_off() -> None:
    placing.store.cache_clear()  # a bucket's has threads, and they are not here
    help_out()


def help_out() -> None:
    """What a further process does: bakes until there is nothing to do for a while. SIGTERM ends it
    after the pages that it has in hand."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    idle_since = time.monotonic()
    while not stop.is_set() and time.monotonic() - idle_since < IDLE:
        if bake.work(at=timezone.now()):
            idle_since = time.monotonic()
        else:
            stop.wait(0.1)
