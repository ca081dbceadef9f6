"""Driver: a sender, or the mail server, is killed again and again while a mailing leaves.

    python -m tests.kill.mailing SEED KILLS

Between kills the server misbehaves, too: hangs, closes in the middle of a letter or after it, asks
to come again. At the end every letter is in the sink once, or is listed as uncertain; each kill
leaves no more of those than there were connections, and letters that the server left unanswered.
RECIPIENTS says how many letters a mailing has.
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

from allmende.site.opening import open_house

open_house()

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
TROUBLES = [
    "",
    "",
    "end hang",
    "end close",
    "end close after",
    "text close",
    "rcpt 451 4.3.0 later",
]


class Server:
    """The sink's process, which may be killed and comes back on the same port."""

    def __init__(self) -> None:
        FILE.touch()
        self.port = 0
        self.start()

    def start(self) -> None:
        note = FILE.with_suffix(".port")
        note.unlink(missing_ok=True)
        FILE.with_suffix(".unanswered").unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.mailroom.sink", str(self.port), str(FILE)]
        self._process = subprocess.Popen(command)
        until(lambda: note.exists() and note.read_text())
        self.port = int(note.read_text())
        settings.MAILROOM["transport"] = (
            f"smtp://127.0.0.1:{self.port}?connections={CONNECTIONS}&timeout=30"
        )

    def behave(self, trouble: str) -> None:
        """What it does now and then from now on."""
        draft = FILE.with_suffix(".draft")
        draft.write_text(trouble)
        draft.rename(FILE.with_suffix(".trouble"))

    def unanswered(self) -> int:
        """Letters of this server's life whose end it did not answer."""
        count = FILE.with_suffix(".unanswered")
        return int(count.read_text() or 0) if count.exists() else 0

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


def a_kill(chance: random.Random, server: Server) -> tuple[str, int]:
    """A sender at work, and the end of it, or of its server. Returns whose, and how many letters
    may be uncertain after it."""
    server.behave(chance.choice(TROUBLES))
    before, unanswered = len(accepted()), server.unanswered()
    pid = deaths.fork(send)
    if chance.random() < 0.7:  # in the middle of the mailing; else at any moment of the start
        until(lambda: len(accepted()) > before or not due_ones())
    victim = "server" if chance.random() < 0.3 else "sender"
    time.sleep(chance.uniform(0, 0.12))
    # A server that dies first may leave as many as the sender that outlives it, and dies.
    most = CONNECTIONS
    if victim == "server":
        server.kill()
        time.sleep(chance.uniform(0, 0.2))
        most *= 2
    deaths.kill_after(pid, 0)
    deaths.end_of(pid)
    most += server.unanswered() - unanswered
    if victim == "server":
        server.start()
    return victim, most


def due_ones() -> bool:
    """Letters that may leave now; what was put off does later."""
    due = Message.objects.filter(state__in=Message.OPEN, due_at__lte=timezone.now())
    return due.exists()


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
    """Sends what is left, those that were put off, too."""
    at = timezone.now() + dt.timedelta(hours=1)
    while deliver.work(at=at):
        pass


def main(seed: int, kills: int) -> None:
    chance, server, number = random.Random(seed), Server(), 0
    killed: Counter[str] = Counter()
    uncertain = 0
    try:
        while sum(killed.values()) < kills:
            if not due_ones():
                open_batch(number)
                number += 1
            victim, most = a_kill(chance, server)
            killed[victim] += 1
            now_uncertain = settle_the_dead()
            assert now_uncertain - uncertain <= most, (victim, uncertain, now_uncertain)
            uncertain = now_uncertain
        server.behave("")
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
