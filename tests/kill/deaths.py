"""Death by -9 at a chosen point: around any statement, any commit, any change of a file.

Deeds run in forked processes of a driver that is a process of its own, so that pytest itself never
forks. Nothing in the product knows of it: statements are seen by Django's `execute_wrapper`, files
by Python's audit events.
"""

import atexit
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db import connection, connections

PATIENCE = 300.0  # seconds for one deed; a crowded machine is slow
CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.utime"}

Deed = Callable[[], object]


class Points:
    """Counts the points that a deed passes; at the `fatal` one the process ends, as by kill -9."""

    def __init__(self, fatal: int = 0) -> None:
        self.fatal = fatal
        self.passed = 0
        self.commit = 0  # the point before the first commit

    def tick(self) -> None:
        self.passed += 1
        if self.passed == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch_statements(self) -> None:
        """Before and after every statement, and before and after every commit."""
        inner = connections["default"]
        commit = inner._commit

        def around() -> None:
            self.tick()
            self.commit = self.commit or self.passed
            commit()
            self.tick()

        inner._commit = around
        inner.execute_wrappers.append(self.around_statement)

    def around_statement(self, execute: Any, *arguments: Any) -> Any:
        self.tick()
        result = execute(*arguments)
        self.tick()
        return result

    def watch_files(self, root: Path) -> None:
        """Before every change of a file below `root`; the one before it is then done."""
        inside = str(root)

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            changes = event in CHANGES or (event == "open" and arguments[1] == "wb")
            if changes and str(arguments[0]).startswith(inside):
                self.tick()

        sys.addaudithook(hook)


living: set[int] = set()


@atexit.register
def end_all() -> None:
    """Where a driver fails, nothing of it goes on."""
    for pid in living:
        os.kill(pid, signal.SIGKILL)


def fork(deed: Deed) -> int:
    """Begins a deed in a process of its own; no connection is shared with it."""
    connections.close_all()
    sys.stdout.flush()
    if pid := os.fork():
        living.add(pid)
        return pid
    status = 1
    try:
        deed()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def end_of(pid: int, *, alone: bool = True) -> int:
    """The signal that ended a process; 0 when it came to its own end.

    Raises AssertionError when the deed failed, or did not end.
    """
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            living.discard(pid)
            if alone:
                wait_for_database()
            code = os.waitstatus_to_exitcode(status)
            assert code in (0, -signal.SIGKILL), f"the deed ended with {code}"
            return -code
        time.sleep(0.002)
    raise AssertionError("the deed did not end")


def kill_after(pid: int, seconds: float) -> None:
    """Kills a process from outside at any moment of its own, also between two statements."""
    time.sleep(seconds)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def wait_for_database() -> None:
    """PostgreSQL may still be at the last words of the dead; SQLite's lock died with it."""
    if connection.vendor != "postgresql":
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(others)
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.01)
    raise AssertionError("the database still serves the dead")


def points_of(deed: Deed, note: Path, root: Path | None = None) -> tuple[int, int]:
    """How many points a deed passes when nobody kills it, and the one before its first commit."""

    def counted() -> None:
        points = Points()
        points.watch_statements()
        if root:
            points.watch_files(root)
        deed()
        note.write_text(f"{points.passed} {points.commit}")

    assert end_of(fork(counted)) == 0
    passed, commit = map(int, note.read_text().split())
    return passed, commit


def seconds_of(deed: Deed) -> float:
    started = time.monotonic()
    assert end_of(fork(deed)) == 0
    return time.monotonic() - started
