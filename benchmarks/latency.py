"""Seconds until a mail leaves: a sign-in code beside a mailing of a million, and a mailing's first
letter after its approval.

A real `allmende worker`, its sender process and Postfix's `smtp-sink`; SQLite and PostgreSQL with
fsync. A single mail's time goes from its row to the row that says it was handed over; a mailing's
from the first statement, its audience being written down meanwhile, to the first letter.
SCALE=small takes few, LETTERS says how many leave beside.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import fixtures
import newsletter
from figures import Report

SMALL = os.environ.get("SCALE") == "small"
BULK = int(os.environ.get("LETTERS", "2000" if SMALL else "1000000"))
FIRST = 1_000 if SMALL else 100_000
SINGLES = 5 if SMALL else 60
PAUSE = 0.5  # seconds between two single mails
SINGLE_GOAL, FIRST_GOAL = 2.0, 5.0  # seconds


def main() -> None:
    if len(sys.argv) > 1:
        inside()
        return
    report = Report()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = stack.enter_context(newsletter.sink())
        for engine, environment in newsletter.databases(stack, folder):
            more = {"ALLMENDE_EMAIL_URL": f"smtp://127.0.0.1:{port}?connections=20"}
            with worker(environment | more):
                done = subprocess.run(
                    [sys.executable, __file__, "inside"],
                    env=environment | more,
                    stdout=subprocess.PIPE,
                    text=True,
                    timeout=1_800,
                    check=True,
                )
            found = json.loads(done.stdout)
            name = f"{engine}, first of {FIRST:,} letters"
            report.at_most(name, found["first"], FIRST_GOAL, 1.0, "s")
            name = f"{engine}, {SINGLES} single mails beside {BULK:,}"
            print(f"{name}: {found['median']:.2f} s in the middle, {found['left']:,} letters left")
            report.at_most(f"{name}, the slowest", found["slowest"], SINGLE_GOAL, 1.0, "s")
    report.end()


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen([*fixtures.COMMAND, "worker"], env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


# --- In the house --------------------------------------------------------------------------


def inside() -> None:
    from allmende.site.opening import open_house

    open_house()
    from django.utils import timezone

    from allmende.mailroom import batches

    single("warm-up@example.org")
    first = first_letter(FIRST)
    batch = newsletter.open_mailing(BULK)
    wait(lambda: batches.progress(batch, at=timezone.now()).handed_over)
    seconds = []
    for number in range(SINGLES):
        seconds.append(single(f"leserin{number}@example.org"))
        time.sleep(PAUSE)
    batch.refresh_from_db()
    left = batches.progress(batch, at=timezone.now()).left
    batches.stop(batch, at=timezone.now())
    seconds.sort()
    told = {"first": first, "median": seconds[len(seconds) // 2], "slowest": seconds[-1]}
    print(json.dumps(told | {"left": left}))


def wait(ask: Callable[[], object], patience: float = 600) -> None:
    until = time.monotonic() + patience
    while not ask():
        if time.monotonic() > until:
            sys.exit("nothing was sent")
        time.sleep(0.01)


def single(address: str) -> float:
    """Seconds until a mail that is written down now has left."""
    from django.core.mail import EmailMessage, get_connection

    from allmende.mailroom.models import Message

    mail = EmailMessage("Ihr Code", "123456", "Bote <post@bote.example>", [address])
    started = time.monotonic()
    get_connection("allmende.mailroom.outbox.Backend").send_messages([mail])
    row = Message.objects.filter(batch=None, address=address).latest("pk")
    wait(lambda: Message.objects.filter(pk=row.pk, state="handed over").exists())
    return time.monotonic() - started


def first_letter(count: int) -> float:
    """Seconds from the opening of a mailing to its first letter."""
    from allmende.mailroom.models import Message

    started = time.monotonic()
    batch = newsletter.open_mailing(count)
    wait(lambda: batch.messages.filter(state="handed over").exists())
    seconds = time.monotonic() - started
    wait(lambda: not batch.messages.filter(state__in=Message.OPEN).exists())
    return seconds


if __name__ == "__main__":
    main()
