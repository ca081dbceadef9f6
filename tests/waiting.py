"""Waiting for what another process does."""

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 300  # seconds; a crowded machine is slow


class Waited:
    """What was found, and after how many seconds."""

    def __init__(self, found: Any, seconds: float) -> None:
        self.found, self.seconds = found, seconds


def until(ask: Callable[[], object], *, patience: float = PATIENCE) -> Waited:
    """Asks until there is something to find; AssertionError when patience (seconds) ends."""
    started = time.monotonic()
    while time.monotonic() - started < patience:
        if found := ask():
            return Waited(found, time.monotonic() - started)
        time.sleep(0.02)
    raise AssertionError(f"Still waiting after {patience} s.")
