"""Driver: all that is sealed is put under a new key, and whoever does it dies again and again.

    python -m tests.kill.renewing SEED KILLS

Each round `allmende keys renew` dies at a point of its own, around a statement, a commit or a
change of a file of keys, until one comes to its end; then the old key is destroyed. After each
death everything opens, and in the end everything is under the newest key.
"""

import random
import sys

from allmende.site.opening import open_house

open_house()

from django.conf import settings  # noqa: E402  Django comes first

from allmende.lib import renewing  # noqa: E402
from allmende.payments import mandates, sealing  # noqa: E402
from allmende.payments.models import Mandate  # noqa: E402
from tests.factories import payments as make  # noqa: E402
from tests.kill import deaths  # noqa: E402

GIVERS, OWNERS, POINTS = 8, 3, 250


def main() -> None:
    seed, kills = int(sys.argv[1]), int(sys.argv[2])
    dice = random.Random(seed)
    vault = sealing.vault()
    for number in range(GIVERS):
        make.mandate(reference=f"M-{seed}-{number}")
    owned = {
        f"person:{number}": vault.seal(b"name", context="c", owner=f"person:{number}")
        for number in range(OWNERS)
    }
    deadly = 0
    for _round in range(kills):
        while deaths.end_of(deaths.fork(dying(dice.randint(1, POINTS)))):
            deadly += 1
            check(owned)
        old = [number for number in vault.numbers() if number != max(vault.numbers())]
        assert not set(renewing.used(vault)) & set(old), renewing.used(vault)
        for number in old:
            vault.retire(number)
        check(owned)
    assert deadly, "nobody died"
    print(f"{deadly} deaths, key {max(vault.numbers())}")


def dying(fatal: int) -> deaths.Deed:
    def deed() -> None:
        points = deaths.Points(fatal)
        points.watch_statements()
        points.watch_files(settings.KEYS)
        renew()

    return deed


def renew() -> None:
    """As the command does."""
    vault = sealing.vault()
    if not set(renewing.used(vault)) - {max(vault.numbers())}:
        vault.rotate()
    assert renewing.renew(vault).unreadable == ()


def check(owned: dict[str, bytes]) -> None:
    vault = sealing.vault()
    for mandate in Mandate.objects.all():
        assert mandates.iban_of(mandate) == make.IBAN
    for owner, sealed in owned.items():
        assert vault.open(sealed, context="c", owner=owner) == b"name"


if __name__ == "__main__":
    main()
