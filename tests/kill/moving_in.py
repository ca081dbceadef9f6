"""Driver: a list of subscribers is taken in, and killed on the way, again and again.

    python -m tests.kill.moving_in SEED KILLS

KILLS points around statements and commits; then it is taken up again, as the next worker does.
"""

import datetime as dt
import random
import sys
import tempfile
from functools import partial
from pathlib import Path

from allmende.site.opening import open_house

open_house()

from allmende.importers.models import SubscriberList  # noqa: E402  Django comes first
from allmende.importers.subscribers import load  # noqa: E402
from allmende.mailroom.models import Message  # noqa: E402
from allmende.newsletters.models import Change, Subscription  # noqa: E402
from allmende.people.models import Consent, ContactAddress  # noqa: E402
from tests.factories.newsletters import newsletter  # noqa: E402
from tests.kill import deaths  # noqa: E402

AT = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
LINES = 48
load.LOT = 16  # lines a transaction, so that some are done and others are not


def emails(number: int) -> list[str]:
    """Half of them are known from the lists before."""
    half = LINES // 2
    own = [f"neu{number}-{each}@bote.example" for each in range(half)]
    return own + [f"alt-{each}@bote.example" for each in range(half)]


def handed_in(number: int) -> int:
    """A list that is looked through and begun."""
    lines = [f"{email},2021-03-04 10:00,Vertrag" for email in emails(number)]
    raw = "\n".join(["email,confirmed,source", *lines]).encode()
    letter = newsletter(f"liste-{number}")
    found = load.hand_in(letter, raw=raw, name="liste.csv", words="Ja.", at=AT)
    load.look_through(found, at=AT)
    assert load.begin(found, at=AT)
    return found.pk


def take_in(pk: int) -> None:
    found = SubscriberList.objects.select_related("newsletter").get(pk=pk)
    if found.state in SubscriberList.RUNNING:
        load.take_in(found, at=AT)


def killed(pk: int, fatal: int) -> None:
    points = deaths.Points(fatal)
    points.watch_statements()
    take_in(pk)


def check(pk: int, number: int) -> int:
    """Everybody once, with proof, and no mail. Returns how many were taken in before."""
    found = SubscriberList.objects.select_related("newsletter").get(pk=pk)
    rows = Subscription.objects.filter(newsletter=found.newsletter, state="confirmed")
    assert sorted(rows.values_list("address__email", flat=True)) == sorted(emails(number))
    assert Change.objects.filter(newsletter=found.newsletter).count() == LINES
    proof = Consent.objects.filter(wording__purpose=found.newsletter.purpose)
    assert proof.values("person").distinct().count() == proof.count() == LINES
    assert ContactAddress.objects.filter(email__in=emails(number)).count() == LINES
    assert (found.state, found.content) == ("done", None)
    assert found.report["counts"] == {"new": LINES}
    assert not Message.objects.exists()
    return found.done


def main(seed: int, kills: int) -> None:
    chance = random.Random(seed)
    note = Path(tempfile.mkstemp()[1])
    first = handed_in(0)
    passed, _commit = deaths.points_of(partial(take_in, first), note)
    check(first, 0)
    between = deadly = 0
    for number in range(1, kills + 1):
        pk = handed_in(number)
        fatal = chance.randint(1, passed)
        deadly += deaths.end_of(deaths.fork(partial(killed, pk, fatal))) == 9
        done = SubscriberList.objects.values_list("done", flat=True).get(pk=pk)
        between += 0 < done < LINES
        assert done % load.LOT == 0
        assert Subscription.objects.filter(newsletter__slug=f"liste-{number}").count() == done
        for _ in range(2):  # the second finds nothing to do
            assert deaths.end_of(deaths.fork(partial(take_in, pk))) == 0
        check(pk, number)
    note.unlink()
    assert deadly == kills
    print(f"{passed} points, {deadly} deaths, {between} of them with lines done and to do")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
