"""Driver: a list of members is taken over, and killed on the way, again and again.

    python -m tests.kill.taking_over SEED KILLS

KILLS points around statements and commits; then the same list is loaded again. What stands in the
end is what a run that nobody killed has written, number by number: events, holdings, credit, money
asked for, and the ledger.
"""

import datetime as dt
import random
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from allmende.site.opening import open_house

open_house()

from allmende.cooperative import projecting  # noqa: E402  Django comes first
from allmende.cooperative.models import Membership, RegisterEvent  # noqa: E402
from allmende.importers.members import load  # noqa: E402
from allmende.ledger import balances  # noqa: E402
from allmende.mailroom.models import Message  # noqa: E402
from allmende.payments.models import DueItem, Pledge  # noqa: E402
from allmende.people.models import ContactAddress, Person  # noqa: E402
from tests.cooperative import books, cast  # noqa: E402
from tests.factories import payments as make  # noqa: E402
from tests.kill import deaths  # noqa: E402

AT = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
OPENED = dt.date(2026, 1, 1)
MEMBERS = 48
load.LOT = 16  # members a transaction, so that some are done and others are not
HEADING = (
    "Mitgliedsnummer;Nachname;Vornamen;Straße;PLZ;Ort;E-Mail;Beginn;Anteile;Nennwert;Eingezahlt;"
    "Eingezahlt am;Gekündigt am;Ausgeschieden am;Ausgezahlt am;Rate;Nächste Rate am"
)
#: What follows the first day: paid in full, in parts, under notice, left and paid out or not.
LIVES = [
    "2;500;1000;2016-05-02;;;;;",
    "1;500;125;2016-05-02;;;;25;2026-04-01",
    "3;500;1500;2016-06-01;2025-06-01;;;;",
    "1;500;500;2016-05-01;2018-05-01;2020-12-31;2021-05-01;;",
    "2;500;900;2016-05-01;;2025-12-31;;;",
    "1;500;;;;;;;",
]


def first_number(round_: int) -> int:
    return 1 + round_ * MEMBERS


def lines(round_: int) -> list[str]:
    """Every fourth has bought another share, on a line of its own."""
    found = []
    for each in range(MEMBERS):
        number = first_number(round_) + each
        who = f"{number};Ott-{each};Lene;Am Wehr {each};01234;Niederau"
        email = f"neu{round_}-{each}@bote.example" if each % 5 else ""
        life = LIVES[each % len(LIVES)]
        found.append(f"{who};{email};2016-05-01;{life}")
        if each % 4 == 0 and ";2020-12-31;" not in life and ";2025-12-31;" not in life:
            found.append(f"{number};;;;;;;2019-03-01;1;500;100;2019-03-02;;;;;")
    return found


def take_over(round_: int) -> None:
    raw = "\n".join([HEADING, *lines(round_)]).encode()
    report = load.load(raw, opened_on=OPENED, at=AT, group="readers")
    assert report.written, report.faults


def killed(round_: int, fatal: int) -> None:
    deaths.Points(fatal).watch_statements()
    take_over(round_)


def members_of(round_: int) -> list[Membership]:
    first = first_number(round_)
    rows = Membership.objects.filter(number__gte=first, number__lt=first + MEMBERS)
    return list(rows.select_related("person").order_by("number"))


def told(round_: int) -> list[Any]:
    """All that is known of each member of a list, but for numbers that differ from run to run."""
    found = []
    for row in members_of(round_):
        facts = projecting.facts_of(row.pk)
        first = facts[0].number
        assert row.person is not None
        events = [
            (
                fact.kind, fact.effective_on, fact.shares, fact.nominal, fact.cents, fact.word,
                fact.declared_on, fact.about and fact.about - first,
            )
            for fact in facts
        ]  # fmt: skip
        asked = Pledge.objects.filter(party=row.party).order_by("pk")
        items = DueItem.objects.filter(pledge__in=asked).order_by("due_on")
        sums = [
            balances.balance(one, party=row.party).cents
            for one in ("share-capital", "left-capital")
        ]
        found.append((
            row.stage, row.shares, row.credit_cents, row.claim_cents, row.leaving_on, row.ended_on,
            events, sums, list(asked.values_list("cents", "periods", "anchor", "state")),
            list(items.values_list("due_on", "cents")), str(row.person.get_full_name()),
            row.person.contact_addresses.count(),
        ))  # fmt: skip
    return found


def main(seed: int, kills: int) -> None:
    chance = random.Random(seed)
    cast.statute_like()
    make.bank_account()
    note = Path(tempfile.mkstemp()[1])
    passed, _commit = deaths.points_of(partial(take_over, 0), note)
    note.unlink()
    whole = told(0)
    assert len(whole) == MEMBERS
    between = deadly = 0
    for round_ in range(1, kills + 1):
        fatal = chance.randint(1, passed)
        deadly += deaths.end_of(deaths.fork(partial(killed, round_, fatal))) == 9
        done = len(members_of(round_))
        between += 0 < done < MEMBERS
        assert done % load.LOT == 0
        assert told(round_) == whole[:done]
        assert books.wrong() == []
        for _ in range(2):  # the second finds all of them there
            assert deaths.end_of(deaths.fork(partial(take_over, round_))) == 0
        assert told(round_) == whole
    assert books.wrong() == []
    count = (kills + 1) * MEMBERS
    assert Membership.objects.count() == Person.objects.count() == count
    emails = ContactAddress.objects.exclude(email="").values_list("email", flat=True)
    assert len(emails) == len(set(emails))
    joined = RegisterEvent.objects.filter(member_number__isnull=False)
    assert sorted(joined.values_list("member_number", flat=True)) == list(range(1, count + 1))
    assert not Message.objects.exists()
    assert deadly == kills
    print(f"{passed} points, {deadly} deaths, {between} of them with members done and to do")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
