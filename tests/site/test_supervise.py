"""Programs that run as one: restarted when they die, stopped together, none left behind."""

import os
import signal
import sys
import threading
import time

import pytest

from allmende.site import supervise
from allmende.site.supervise import Program
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.no_database
SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(15, signal.SIG_IGN); {SLEEPER}"
MOODY = "raise SystemExit(3)"


def program(name: str, code: str) -> Program:
    return Program(name, [sys.executable, "-c", code])


@pytest.fixture
def said():
    return []


@pytest.fixture
def look(said):
    def look(*programs):
        for one in programs:
            supervise.look_after(one, say=said.append, width=6)

    return look


def test_what_a_program_says_carries_its_name(said, look):
    one = program("worker", SLEEPER)
    look(one)
    until(lambda: said)
    supervise.stop_all([one], say=said.append)
    assert said == ["worker | up"]


def test_a_program_that_dies_is_started_again_after_growing_pauses(said, look):
    one = program("worker", MOODY)
    for failures in (1, 2):
        one.start_at = 0
        look(one)
        one.process.wait(timeout=PATIENCE)
        ended = time.monotonic()
        look(one)
        assert one.failures == failures
        assert one.start_at - ended >= 2.0 ** (failures - 1)
    assert "starting it again in 2 s" in said[-1]


def test_a_program_killed_comes_back(said, look):
    one = program("web", SLEEPER)
    look(one)
    first = one.process.pid
    os.kill(first, signal.SIGKILL)
    until(lambda: one.process.poll() is not None)
    look(one)
    one.start_at = 0
    look(one)
    assert one.process.pid != first
    supervise.stop_all([one], say=said.append)


def test_all_are_stopped_and_a_stubborn_one_is_ended(said, look, monkeypatch):
    monkeypatch.setattr(supervise, "PATIENCE", 1.0)
    programs = [program("web", SLEEPER), program("mule", STUBBORN)]
    look(*programs)
    until(lambda: len(said) == 2)
    supervise.stop_all(programs, say=said.append)
    assert all(one.process.poll() is not None for one in programs)
    assert "mule does not stop by itself and is ended" in said


def test_the_supervisor_stops_when_asked():
    stop = threading.Event()
    one = program("web", SLEEPER)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        supervise.run([one], say=lambda line: stop.set(), stop=stop)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert one.process.poll() is not None
