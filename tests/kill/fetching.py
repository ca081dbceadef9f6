"""Driver: two fetch the same mails at once, and are killed over them.

    python -m tests.kill.fetching SEED KILLS

Each mail counts once, whoever read it, and none is lost.
"""

import random
import sys
import time
from pathlib import Path

from allmende.site.opening import open_house

open_house()

from django.conf import settings  # noqa: E402  Django comes first
from django.utils import timezone  # noqa: E402

from allmende.mailroom import outbox, verp  # noqa: E402
from allmende.mailroom.bounces import intake  # noqa: E402
from allmende.mailroom.models import Bounce, Incoming, Message  # noqa: E402
from tests.kill import deaths  # noqa: E402
from tests.mailroom.bounces.ordinary import BOUNCE  # noqa: E402
from tests.mailroom.cast import CONTENT, recipients  # noqa: E402

BOX = Path(settings.DATA) / "bounces"
MAILS = 15


def lay(number: int) -> None:
    """Mails about letters of a mailing of their own."""
    batch = outbox.open_batch(f"bounced:{number}", content=CONTENT, at=timezone.now())
    people = recipients(MAILS, first=number * MAILS + 1)
    outbox.freeze(batch, people, at=timezone.now())
    for pk in batch.messages.values_list("pk", flat=True):
        raw = BOUNCE.replace(b"bounces@bote.example", verp.return_path(pk).encode())
        (BOX / "new" / f"{pk}.mx").write_bytes(raw)


def fetch() -> None:
    while intake.fetch(at=timezone.now()):
        pass


def two_at_once(chance: random.Random, *, kill: bool) -> None:
    pids = [deaths.fork(fetch), deaths.fork(fetch)]
    if kill:
        time.sleep(chance.uniform(0, 0.3))
        for pid in pids[: chance.choice([1, 2])]:
            deaths.kill_after(pid, 0)
    for pid in pids:
        deaths.end_of(pid, alone=False)
    deaths.wait_for_database()


def main(seed: int, kills: int) -> None:
    settings.MAILROOM |= {"bounces": "bounces@bote.example", "bounces_from": f"maildir://{BOX}"}
    chance = random.Random(seed)
    for name in ("new", "cur", "tmp"):
        (BOX / name).mkdir(parents=True, exist_ok=True)
    for number in range(kills):
        lay(number)
        two_at_once(chance, kill=number % 2 == 1)
    fetch()
    expected = set(Message.objects.values_list("pk", flat=True))
    told = list(Bounce.objects.values_list("message", flat=True))
    assert len(told) == len(expected), (len(told), len(expected))
    assert set(told) == expected
    assert not Incoming.objects.filter(read_at=None).exists()
    assert not list((BOX / "new").iterdir())
    print(f"{len(told)} mails, each counted once")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
