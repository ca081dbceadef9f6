"""The demo's members: taken over from an older list, and what has happened since, day by day."""

import datetime as dt
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from allmende.cooperative import (
    admission,
    asking,
    changing,
    declaration,
    inheriting,
    leaving,
    queries,
    settling,
    shares,
    statute,
    taking_over,
    transfers,
    typing_in,
)
from allmende.cooperative.capital import PURPOSE
from allmende.cooperative.declaration import Wish
from allmende.cooperative.keeping import NAMED, Applicant
from allmende.cooperative.models import Declaration, Membership
from allmende.cooperative.taking_over import Entry, Lot, Notice, Payment
from allmende.mailroom import outbox
from allmende.payments import due, settle
from allmende.payments.models import DueItem, Pledge
from allmende.people.models import Person

CONTENT = Path(__file__).parent / "content" / "members.toml"
TAKEN_OVER = dt.timedelta(days=700)  # ago
THEIR_MAIL = 90  # days after which a letter is not in the caught mail
DAY = dt.timedelta(days=1)
Row = dict[str, Any]


def lay(board: list[Person], *, at: dt.datetime) -> None:
    """board: two of it, who decide."""
    words = tomllib.loads(CONTENT.read_text())
    opened = at - TAKEN_OVER
    entries = [entry(row, opened=opened, at=at) for row in words["taken_over"]]
    taking_over.take_over(entries, opened_on=statute.day_of(opened), at=opened)
    life = Life(board)
    rows = in_order(words, at=at)
    life.go_on((row for row in rows if row["days_ago"] > THEIR_MAIL), at=at)
    for row in [*words["taken_over"], *words["joined"]]:
        outbox.forget_address(row.get("email", ""))
    life.go_on((row for row in rows if row["days_ago"] <= THEIR_MAIL), at=at)
    life.collect(until=at)


def in_order(words: dict[str, list[Row]], *, at: dt.datetime) -> list[Row]:
    """The earliest first. The business year is the calendar's; half of what has gone by of it was
    needed for the balance sheet of the last one."""
    gone = (statute.day_of(at) - new_year(at)).days
    joined = [row | {"what": "joined"} for row in words["joined"]]
    years = [{"what": "ended", "days_ago": gone}, {"what": "settled", "days_ago": gone / 2}]
    return sorted([*joined, *words["happened"], *years], key=lambda row: -row["days_ago"])


def new_year(at: dt.datetime) -> dt.date:
    return statute.day_of(at).replace(month=1, day=1)


# --- An older list ------------------------------------------------------------------------------


def entry(row: Row, *, opened: dt.datetime, at: dt.datetime) -> Entry:
    law = statute.in_force(on=row["since"])
    told = {"country": "DE"} | {name: row.get(name, "") for name in NAMED if name != "country"}
    paid = Payment(row["shares"] * law.share_cents, row["since"])
    left, last = row.get("left"), new_year(at) - DAY
    received = last.replace(year=last.year - 2, month=8)
    return Entry(
        row["number"], told, (Lot(row["shares"], law.share_cents, row["since"]),),
        group=row.get("group", "readers"), email=row.get("email", ""), declared_on=row["since"],
        payments=(paid,), notice=Notice(received, last) if left == "since" else None,
        ended_on=new_year(opened) - DAY if left == "before" else None,
        paid_out_on=statute.day_of(opened) if left == "before" else None,
    )  # fmt: skip


# --- What has happened since --------------------------------------------------------------------


class Life:
    """By the deeds of the office and the board, each on its day, with the money that came until
    then."""

    def __init__(self, board: list[Person]) -> None:
        self.by, self.second = board
        self.parts: dict[str, int] = {}  # that came, of those who have stopped; by the party

    def go_on(self, rows: Iterable[Row], *, at: dt.datetime) -> None:
        for row in rows:
            day = at - row["days_ago"] * DAY
            self.collect(until=day)
            getattr(self, row["what"])(row, day)

    def collect(self, *, until: dt.datetime) -> None:
        """What members owed for shares has come on its day."""
        day = statute.day_of(until)
        for pledge in Pledge.objects.filter(purpose=PURPOSE, state=Pledge.State.ACTIVE):
            due.plan_one(pledge, until=day, at=until)
        items = DueItem.objects.open().filter(pledge__purpose=PURPOSE, due_on__lte=day)
        for item in items.select_related("pledge").order_by("due_on", "pk"):
            if item.period < self.parts.get(item.pledge.party, item.period + 1):
                attempt = settle.try_once(
                    item, provider="transfer", key=f"demo-share-{item.pk}", at=until
                )
                settle.collected(attempt, into="bank", on=item.due_on, at=until)

    def joined(self, row: Row, at: dt.datetime) -> None:
        """Declared online, or on paper by whoever has no address of mail; decided days later."""
        given = {name: row[name] for name in (*NAMED, "email", "representative") if name in row}
        law = statute.in_force(on=statute.day_of(at))
        wish = Wish(
            law, row.get("group", "readers"), row["shares"], instalments=row.get("instalments", 1)
        )
        before, applicant = at - 6 * DAY, Applicant(**given)
        if applicant.email:
            found = declaration.written(applicant, wish, way=Declaration.Way.ONLINE, at=before)
            declaration.confirm(found, at=before)
        else:
            day = statute.day_of(before)
            found = typing_in.type_in(applicant, wish, declared_on=day, by=self.by, at=before)
        membership = admission.admit(
            found, decided_on=statute.day_of(at), by=self.by, second=self.second, at=at
        )  # fmt: skip
        if "parts" in row:
            self.parts[membership.party] = row["parts"]
        if row.get("told"):
            admission.told(membership, on=statute.day_of(at), by=self.by, at=at)

    def more(self, row: Row, at: dt.datetime) -> None:
        on = statute.day_of(at)
        wish = shares.declare(member(row), shares=row["shares"], declared_on=on, at=at)
        shares.admit(wish, decided_on=on, by=self.by, second=self.second, at=at)

    def wants_more(self, row: Row, at: dt.datetime) -> None:
        """On their own page; the board has not decided yet."""
        asking.take_further(member(row), count=row["shares"], at=at)

    def moved(self, row: Row, at: dt.datetime) -> None:
        on, found = statute.day_of(at), member(row)
        details = queries.details_of(found.pk, on=on)
        details |= {name: row[name] for name in ("street", "postcode", "town")}
        changing.change_details(found, details, on=on, by=None, at=at)

    def regrouped(self, row: Row, at: dt.datetime) -> None:
        on = statute.day_of(at)
        changing.change_group(member(row), row["group"], on=on, by=self.by, at=at)

    def transferred(self, row: Row, at: dt.datetime) -> None:
        on, to = statute.day_of(at), Membership.objects.get(number=row["to"])
        transfers.transfer(
            member(row), to=to, shares=row["shares"], declared_on=on, on=on, by=self.by, at=at
        )  # fmt: skip

    def gave_notice(self, row: Row, at: dt.datetime) -> None:
        on = statute.day_of(at)
        leaving.give_notice(member(row), shares=row.get("shares"), received_on=on, at=at)

    def died(self, row: Row, at: dt.datetime) -> None:
        inheriting.died(member(row), on=statute.day_of(at - 4 * DAY), by=self.by, at=at)

    def ended(self, row: Row, at: dt.datetime) -> None:
        leaving.end_due(on=statute.day_of(at), at=at)

    def settled(self, row: Row, at: dt.datetime) -> None:
        on = statute.day_of(at)
        settling.settle_year(
            new_year(at) - DAY, on=on, by=self.by, second=self.second, at=at
        )  # fmt: skip


def member(row: Row) -> Membership:
    return Membership.objects.get(number=row["number"])
