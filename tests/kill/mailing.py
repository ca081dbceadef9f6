"""Driver: a sender, or the mail server, is killed again and again while a mailing leaves.

    python -m tests.kill.mailing SEED KILLS

At the end every letter is in the sink once, or is listed as uncertain; each kill leaves no more of
those than there were connections. RECIPIENTS says how many letters a mailing has.
"""

import datetime as dt
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402  Django comes first
from django.utils import timezone  # noqa: E402

from allmende.mailroom import batches, deliver, guard, outbox  # noqa: E402
from allmende.mailroom.models import Batch, Message  # noqa: E402
from tests.kill import deaths  # noqa: E402
from tests.mailroom.cast import CONTENT, recipients  # noqa: E402
from tests.waiting import until  # noqa: E402

DATA = Path(settings.DATA)
RECIPIENTS = int(os.environ.get("RECIPIENTS", "400"))
CONNECTIONS = 6
FILE = DATA / "accepted"


class Server:
    """The sink's process, which may be killed and comes back on the same port."""

    def __init__(self) -> None:
        FILE.touch()
        self.port = 0
        self.start()

    def start(self) -> None:
        note = FILE.with_suffix(".port")
        note.unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.mailroom.sink", str(self.port), str(FILE)]
        self._process = subprocess.Popen(command)
        until(lambda: note.exists() and note.read_text())
        self.port = int(note.read_text())
        settings.MAILROOM["transport"] = (
            f"smtp://127.0.0.1:{self.port}?connections={CONNECTIONS}&timeout=30"
        )

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def accepted() -> Counter[str]:
    return Counter(FILE.read_text().split())


def open_batch(number: int) -> None:
    batch = outbox.open_batch(f"weekly:{number}", content=CONTENT, at=timezone.now())
    people = recipients(RECIPIENTS, first=number * RECIPIENTS + 1)
    outbox.freeze(batch, people, at=timezone.now())


def send() -> None:
    deliver.run(stop=threading.Event())


def settle_the_dead() -> int:
    """What the next sender does first; how many letters are uncertain then."""
    guard.begin(at=timezone.now()).close()
    return Message.objects.filter(state=Message.State.UNCERTAIN).count()


def a_kill(chance: random.Random, server: Server) -> str:
    """A sender at work, and the end of it, or of its server."""
    before = len(accepted())
    pid = deaths.fork(send)
    if chance.random() < 0.7:  # in the middle of the mailing; else at any moment of the start
        until(lambda: len(accepted()) > before or not open_ones())
    victim = "server" if chance.random() < 0.3 else "sender"
    time.sleep(chance.uniform(0, 0.12))
    if victim == "server":
        server.kill()
        time.sleep(chance.uniform(0, 0.2))
    deaths.kill_after(pid, 0)
    deaths.end_of(pid)
    if victim == "server":
        server.start()
    return victim


def open_ones() -> bool:
    return Message.objects.filter(state__in=Message.OPEN).exists()


def assert_once() -> int:
    """Everything is in the sink once, or uncertain. Returns the number of those."""
    arrived = accepted()
    assert not [who for who, times in arrived.items() if times > 1], "somebody got two letters"
    counts: Counter[str] = Counter()
    for address, state in Message.objects.values_list("address", "state"):
        counts[state] += 1
        if state == Message.State.HANDED_OVER:
            assert arrived[address] == 1, f"{address} got no letter"
        else:
            assert state == Message.State.UNCERTAIN, f"{address} is {state}"
    return counts[Message.State.UNCERTAIN]


def finish() -> None:
    at = timezone.now() + dt.timedelta(hours=1)
    while deliver.work(at=at):
        pass


def main(seed: int, kills: int) -> None:
    chance, server, number = random.Random(seed), Server(), 0
    killed: Counter[str] = Counter()
    uncertain = 0
    try:
        while sum(killed.values()) < kills:
            if not open_ones():
                open_batch(number)
                number += 1
            victim = a_kill(chance, server)
            killed[victim] += 1
            now_uncertain = settle_the_dead()
            # A server that dies first may leave as many as the sender that outlives it, and dies.
            most = CONNECTIONS * (2 if victim == "server" else 1)
            assert now_uncertain - uncertain <= most, (victim, uncertain, now_uncertain)
            uncertain = now_uncertain
        finish()
        assert assert_once() == uncertain
        total = Message.objects.count()
        print(f"{total} letters, killed {dict(killed)}, {uncertain} uncertain", end="; ")
        for batch in Batch.objects.all():
            batches.settle(batch, resend=True, at=timezone.now())
        finish()
        arrived = accepted()
        assert len(arrived) == total == Message.objects.filter(state="handed over").count()
        doubled = sum(times - 1 for times in arrived.values())
        assert doubled <= uncertain
        print(f"sent again, {doubled} came twice")
    finally:
        server.kill()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
