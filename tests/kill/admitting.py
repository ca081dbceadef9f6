"""Driver: several processes admit the same declarations at the same moment, and some die at it.

    python -m tests.kill.admitting SEED KILLS

Each round a few people stand before the board. Rivals admit all of them, each in an order of its
own: whoever is first admits, the others are told that it is decided. One is killed by the clock,
and then one at a point of its own, around a statement or a commit. What is seen then is whole:
whoever is admitted has a number, an entry, something to pay and a letter; whoever is not has none
of them. When the dead have tried again, everybody has one number, and no number is left out.
"""

import datetime as dt
import random
import signal
import sys
import tempfile
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path

from allmende.site.opening import open_house

open_house()

from allmende.cooperative import admission  # noqa: E402  Django comes first
from allmende.cooperative.models import Declaration, Membership, RegisterEvent, Statute  # noqa: E402
from allmende.mailroom.models import Message  # noqa: E402
from allmende.payments.models import Checkout, Pledge, PledgeVersion  # noqa: E402
from allmende.people.models import Person  # noqa: E402
from tests.cooperative import books, cast  # noqa: E402
from tests.factories import payments as make  # noqa: E402
from tests.kill import deaths  # noqa: E402

RIVALS, APPLICANTS = 3, 4
DECIDED = cast.DAY + dt.timedelta(days=9)
AT = cast.NOW + dt.timedelta(days=9)


def stand(law: Statute, number: int) -> list[int]:
    """Before the board; keys of the declarations."""
    emails = [f"lene{number}-{each}@bote.example" for each in range(APPLICANTS)]
    return [cast.confirmed(law, email=email).pk for email in emails]


def decide(keys: list[int], fatal: int = 0) -> None:
    """fatal: the point at which it dies."""
    if fatal:
        deaths.Points(fatal).watch_statements()
    rows = {row.pk: row for row in Declaration.objects.filter(pk__in=keys)}
    found = [rows[key] for key in keys]
    admitted, left = admission.admit_many(found, decided_on=DECIDED, by=None, at=AT)
    assert len(admitted) + len(left) == len(keys)
    assert all(isinstance(why, admission.NotOpen) for _one, why in left), left


def assert_whole() -> int:
    """Of everything each declaration has all or nothing. Returns how many were admitted."""
    admitted = Declaration.objects.filter(state=Declaration.State.ADMITTED)
    members = Membership.objects.members().filter(key__in=admitted.values("key"))
    keys, numbers = list(members.values_list("pk", flat=True)), numbers_given()
    count = admitted.count()
    assert len(keys) == Membership.objects.members().count() == count
    assert numbers == list(range(1, count + 1)), numbers
    for kind in ("admitted", "notified"):
        events = RegisterEvent.objects.filter(kind=kind)
        assert sorted(events.values_list("membership", flat=True)) == sorted(keys), kind
    parties = sorted(f"member:{key}" for key in keys)
    assert sorted(Pledge.objects.values_list("party", flat=True)) == parties
    assert PledgeVersion.objects.count() == Checkout.objects.count() == count
    assert len(welcomed()) == len(set(welcomed())) == count
    assert Person.objects.filter(memberships__in=keys).distinct().count() == count
    assert Person.objects.filter(memberships=None).count() == 0
    return count


def welcomed() -> list[str]:
    """Addresses to which a letter says that they are entered."""
    found = []
    for address, raw in Message.objects.values_list("address", "raw"):
        subject = message_from_bytes(bytes(raw), policy=policy.default)["subject"]
        found += [address] * (subject == "Sie sind Mitglied")
    return found


def numbers_given() -> list[int]:
    rows = Membership.objects.filter(number__isnull=False)
    return list(rows.order_by("number").values_list("number", flat=True))


def main(seed: int, kills: int) -> None:
    chance = random.Random(seed)
    law = cast.statute_like()
    make.bank_account()
    note = Path(tempfile.mkstemp()[1])
    passed, _commit = deaths.points_of(partial(decide, stand(law, 0)), note)
    note.unlink()
    assert assert_whole() == APPLICANTS
    assert books.wrong() == []
    rounds, between, dead = -(-kills // 2), 0, 0
    for number in range(1, rounds + 1):
        keys = stand(law, number)
        orders = [chance.sample(keys, len(keys)) for _ in range(RIVALS)]
        rivals = [deaths.fork(partial(decide, order)) for order in orders]
        deaths.kill_after(rivals[0], chance.random() * 0.3)
        dead += sum(deaths.end_of(pid, alone=False) == signal.SIGKILL for pid in rivals)
        assert_whole()
        keys = [*stand(law, rounds + number), *keys]
        fatal = chance.randint(1, passed)
        assert deaths.end_of(deaths.fork(partial(decide, keys, fatal))) == signal.SIGKILL
        between += assert_whole() % APPLICANTS > 0
        assert deaths.end_of(deaths.fork(partial(decide, keys))) == 0
        assert assert_whole() == APPLICANTS * (1 + 2 * number)
        assert books.wrong() == []
    print(f"{passed} points, {dead + rounds} deaths, {between} of them with some admitted")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
