"""Driver: a list of members is taken over, and killed on the way, again and again.

    python -m tests.kill.moving_in_members SEED KILLS

KILLS points around statements and commits; what is seen then is some lots, each whole: members,
events, opening entries. Taking the list over again completes it, and once more changes nothing.
"""

import datetime as dt
import random
import signal
import sys
import tempfile
from functools import partial
from pathlib import Path

import django

django.setup()

from allmende.cooperative.models import Membership, RegisterEvent  # noqa: E402  Django comes first
from allmende.importers.members import load  # noqa: E402
from allmende.ledger.models import Entry  # noqa: E402
from allmende.people.models import Person  # noqa: E402
from tests.cooperative import books, cast  # noqa: E402
from tests.kill import deaths  # noqa: E402

AT = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
MEMBERS, EVENTS = 24, 2
load.LOT = 8  # members a transaction, so that some are done and others are not


def listed(number: int) -> bytes:
    """Members with numbers of the round's own."""
    lines = ["Nummer;Name;E-Mail;Eintritt;Anteile;Nennwert;Eingezahlt"]
    for each in range(1, MEMBERS + 1):
        name = f"neu{number}-{each}"
        lines.append(f"{number * 1000 + each};{name};{name}@bote.example;2020-05-01;2;500;600")
    return "\n".join(lines).encode()


def take_over(number: int, fatal: int = 0) -> None:
    """fatal: the point at which it dies."""
    if fatal:
        deaths.Points(fatal).watch_statements()
    report = load.load(listed(number), opened_on=AT.date(), group="readers", at=AT)
    assert report.written, report.faults


def assert_whole() -> int:
    """Returns how many members there are."""
    count = Membership.objects.members().count()
    assert Membership.objects.count() == Person.objects.count() == count
    assert RegisterEvent.objects.count() == count * EVENTS
    assert Entry.objects.count() == count
    assert books.wrong() == []
    return count


def main(seed: int, kills: int) -> None:
    chance = random.Random(seed)
    cast.statute_like()
    note = Path(tempfile.mkstemp()[1])
    passed, _commit = deaths.points_of(partial(take_over, 0), note)
    note.unlink()
    between = 0
    for number in range(1, kills + 1):
        fatal = chance.randint(1, passed)
        assert deaths.end_of(deaths.fork(partial(take_over, number, fatal))) == signal.SIGKILL
        came = assert_whole() - number * MEMBERS
        assert came % load.LOT == 0
        between += 0 < came < MEMBERS
        for _ in range(2):  # the second finds nothing to do
            assert deaths.end_of(deaths.fork(partial(take_over, number))) == 0
        assert assert_whole() == (number + 1) * MEMBERS
    print(f"{passed} points, {kills} deaths, {between} of them with members here and to come")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
