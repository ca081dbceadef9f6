"""Driver: workers convert everybody's shares and die at it.

    python -m tests.kill.converting SEED KILLS

Each round the statute halves the share, and one of the board has everybody's converted, with a
second person. One worker after the other dies, at a point of its own around a statement or a
commit, the last one beside another that lives. What is seen then is whole: whoever stands at or
before the number that the conversion has come to holds new shares, by one event each, of the same
two persons; whoever stands behind it holds the old ones.
"""

import datetime as dt
import random
import sys
import tempfile
from pathlib import Path

from allmende.site.opening import open_house

open_house()

from allmende.cooperative import converting, projecting, tasks  # noqa: E402  Django comes first
from allmende.cooperative.folding import Kind  # noqa: E402
from allmende.cooperative.models import Conversion, Membership, RegisterEvent  # noqa: E402
from tests.cooperative import books, cast, members  # noqa: E402
from tests.factories import payments as make  # noqa: E402
from tests.kill import deaths  # noqa: E402

converting.LOT = 3  # members a commit, so that some are done and others are not
MEMBERS, DEATHS = 10, 3  # a round
AT = dt.datetime(2027, 6, 1, 12, tzinfo=dt.UTC)


def asked(cents: int, number: int) -> Conversion:
    """By two persons, and not begun."""
    law = cast.statute_like(
        share_cents=cents, second_person=True, notice_months=3,
        in_force_from=cast.DAY + dt.timedelta(days=number),
    )  # fmt: skip
    first, second = (members.person(first_name=name) for name in ("Bea", "Carl"))
    found = converting.ask(into=law, on=law.in_force_from, by=first, at=AT)
    converting.agree(found, by=second, at=AT)
    return found


def work(pk: int, fatal: int = 0) -> None:
    """fatal: the point at which it dies."""
    if fatal:
        deaths.Points(fatal).watch_statements()
    tasks.convert.func(pk)


def assert_whole(pk: int) -> int:
    """Returns how many were converted."""
    found = Conversion.objects.get(pk=pk)
    cents = found.statute.share_cents
    for membership, state in projecting.states_of(Membership.objects.order_by("number")):
        assert membership.number
        done = membership.number <= found.number
        assert list(state.holdings) == [cents if done else cents * 2], membership.number
        assert (state.nominal, state.credit) == (512_00, 512_00)
        events = RegisterEvent.objects.filter(membership=membership, statute=found.statute)
        kinds = [Kind.CONVERTED, Kind.REPLACED] * done
        assert list(events.order_by("number").values_list("kind", flat=True)) == kinds
        by = {(event.actor_id, event.second_id) for event in events}
        assert by == ({(found.by_id, found.second_id)} if done else set())
    assert found.done == Membership.objects.filter(number__lte=found.number).count()
    return found.done


def main(seed: int, kills: int) -> None:
    chance = random.Random(seed)
    make.bank_account()
    cast.statute_like(share_cents=512_00)
    for number in range(MEMBERS):
        found = members.member(by=members.person(first_name=f"Ada {number}"), nominal=512_00)
        books.credit(found, 512_00, on=cast.DAY)
    note = Path(tempfile.mkstemp()[1])
    counted = asked(256_00, 1).pk
    points, _commit = deaths.points_of(lambda: work(counted), note)
    note.unlink()
    assert assert_whole(counted) == MEMBERS
    between = dead = 0
    for number in range(2, 2 + -(-kills // DEATHS)):
        pk = asked(512_00 >> number, number).pk
        for last in [False] * (DEATHS - 1) + [True]:
            survivor = deaths.fork(lambda pk=pk: work(pk)) if last else None
            fatal = chance.randint(1, points // 2)
            dead += deaths.end_of(deaths.fork(lambda: work(pk, fatal)), alone=not survivor) != 0  # noqa: B023
            if survivor:
                assert deaths.end_of(survivor) == 0
            between += 0 < assert_whole(pk) < MEMBERS
        assert deaths.end_of(deaths.fork(lambda: work(pk))) == 0  # noqa: B023
        assert assert_whole(pk) == MEMBERS
        found = Conversion.objects.get(pk=pk)
        assert (found.done_at is not None, found.total, found.refused) == (True, MEMBERS, [])
        assert books.wrong() == []
    assert dead, "nobody died"
    print(f"{points} points, {dead} deaths, {between} times with some converted")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
