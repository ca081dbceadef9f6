"""Driver: several processes post the same keys at the same moment, and some are killed at it.

    python -m tests.kill.posting SEED KILLS

Each round rivals post keys of their own and keys that all of them have, in an order of their own,
singly and many in one transaction, and take some back. At the end every key stands once and the
totals are the sums of the postings.
"""

import datetime as dt
import random
import sys
from collections.abc import Iterator

from allmende.site.opening import open_house

open_house()

from allmende.ledger import post, proofs  # noqa: E402  Django comes first
from allmende.ledger.models import Entry, Posting  # noqa: E402
from allmende.ledger.post import Draft  # noqa: E402
from tests.kill import deaths  # noqa: E402
from tests.ledger.cast import DAY, NOW, lines  # noqa: E402

RIVALS, SHARED, OWN = 3, 40, 20


def main() -> None:
    seed, kills = int(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(seed)
    for number in range(kills):
        rivals = [deaths.fork(rival(number, name, chance.random())) for name in range(RIVALS)]
        deaths.kill_after(rivals[0], chance.random() * 0.2)
        for pid in rivals:
            deaths.end_of(pid, alone=False)
        deaths.end_of(deaths.fork(rival(number, 0, chance.random())))  # the dead tries again
        assert [row for proof in proofs.PROOFS for row in proof.wrong()] == []
    entries = Entry.objects.count()
    assert entries == kills * (SHARED + SHARED // 8 + RIVALS * OWN), entries
    assert Posting.objects.count() == 2 * entries
    print(f"{entries} entries by {RIVALS} rivals")


def rival(number: int, name: int, seed: float) -> deaths.Deed:
    """What one process does in a round; again, it does the same in another order."""

    def work() -> None:
        chance = random.Random(seed)
        drafts = [*shared(number), *own(number, name)]
        chance.shuffle(drafts)
        half = len(drafts) // 2
        post.post_many(drafts[:half], at=NOW)
        for draft in drafts[half:]:
            post.post(draft.key, on=draft.on, at=NOW, text=draft.text, lines=draft.lines)
        for draft in shared(number)[::8]:
            entry = post.find(draft.key)
            assert entry is not None
            post.reverse(entry, key=f"back:{draft.key}", on=draft.on, at=NOW, text="")

    return work


def shared(number: int) -> list[Draft]:
    return list(drafts(f"shared:{number}", SHARED))


def own(number: int, name: int) -> list[Draft]:
    return list(drafts(f"own:{number}:{name}", OWN))


def drafts(key: str, count: int) -> Iterator[Draft]:
    for n in range(count):
        day = DAY + dt.timedelta(days=n % 3)
        yield Draft(f"{key}:{n}", day, "", lines(100 + n, party=f"person:{n}"))


if __name__ == "__main__":
    main()
