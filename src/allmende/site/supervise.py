"""Runs several programs as one: prefixes what they say, restarts what dies, stops all cleanly."""

import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

LONGEST_PAUSE = 30.0
GOOD_AFTER = 60.0  # seconds after which a program counts as having started well
PATIENCE = 15.0  # seconds that a program has for stopping

Say = Callable[[str], None]


@dataclass
class Program:
    """One child: its name in the log, its command line, and how it has fared."""

    name: str
    command: list[str]
    process: subprocess.Popen[str] | None = None
    started: float = 0
    start_at: float = 0
    failures: int = 0
    reader: threading.Thread | None = field(default=None, repr=False)


def run(programs: list[Program], *, say: Say, stop: threading.Event) -> None:
    """Keeps all programs running until `stop` is set, then stops them. Call in the main thread."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    width = max(len(program.name) for program in programs)
    try:
        while not stop.is_set():
            for program in programs:
                look_after(program, say=say, width=width)
            stop.wait(0.2)
    finally:
        stop_all(programs, say=say)


def look_after(program: Program, *, say: Say, width: int) -> None:
    now = time.monotonic()
    if program.process is None:
        if now >= program.start_at:
            start(program, say=say, width=width)
    elif (status := program.process.poll()) is not None:
        lasted = now - program.started
        program.failures = 1 if lasted > GOOD_AFTER else program.failures + 1
        wait = min(2.0 ** (program.failures - 1), LONGEST_PAUSE)
        if program.reader:
            program.reader.join(timeout=1)
        program.process, program.start_at = None, now + wait
        say(f"{program.name} ended with {status}; starting it again in {wait:.0f} s")


def start(program: Program, *, say: Say, width: int) -> None:
    program.process = subprocess.Popen(
        program.command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        # Ctrl-C reaches the supervisor alone, which stops the others in order.
        start_new_session=True,
    )
    program.started = time.monotonic()
    program.reader = threading.Thread(
        target=pass_on, args=(program.process, program.name.ljust(width), say), daemon=True
    )
    program.reader.start()


def pass_on(process: subprocess.Popen[str], name: str, say: Say) -> None:
    assert process.stdout
    with process.stdout as lines:
        for line in lines:
            say(f"{name} | {line.rstrip()}")


def stop_all(programs: list[Program], *, say: Say) -> None:
    running = [program for program in programs if program.process]
    for program in running:
        tell(program, signal.SIGTERM)
    until = time.monotonic() + PATIENCE
    for program in running:
        assert program.process
        try:
            program.process.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{program.name} does not stop by itself and is ended")
            tell(program, signal.SIGKILL)
            program.process.wait()
        if program.reader:
            program.reader.join(timeout=1)


def tell(program: Program, number: signal.Signals) -> None:
    """Signals the program; a KILL reaches its children too, for it could not tell them itself."""
    assert program.process
    try:
        if number == signal.SIGKILL:
            os.killpg(program.process.pid, number)
        else:
            program.process.send_signal(number)
    except ProcessLookupError:
        pass


def end_with_parent() -> None:
    """Asks Linux for a SIGTERM when the supervisor dies, so that no port stays taken."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    except (AttributeError, OSError):  # not Linux: the orphan is ended by hand
        return
