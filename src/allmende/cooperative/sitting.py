"""What the board sees in a sitting: each line in plain words and numbers, before and after.

lines(found, decided_on=day)        what waits, with what an admission would do
decide(rows, choices, …)            what came of it, line by line
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from allmende.cooperative import (
    admission,
    board,
    keeping,
    member_letters,
    projecting,
    queries,
    terms,
)
from allmende.cooperative import shares as more
from allmende.cooperative.admission import NotDecided
from allmende.cooperative.board import Item
from allmende.cooperative.folding import Kind
from allmende.cooperative.models import Declaration, Membership, Proposal, RegisterEvent, Statute
from allmende.cooperative.shares import NoMoreShares
from allmende.ledger.money import Money
from allmende.people.models import Person

ADMIT, REFUSE = "admit", "refuse"
WHY = {
    admission.NotOpen: lambda: _("It is decided already, or was withdrawn."),
    admission.OnePerson: lambda: _("The statute wants a second person to decide."),
    admission.AlreadyMember: lambda: _(
        "This person is a member already, or has applied by another declaration."
    ),
    admission.TooEarly: lambda: _("The day of the decision lies before the declaration."),
    more.NoMember: lambda: _("This membership has ended, or is to end."),
    more.TooMany: lambda: _("The statute does not allow so many shares."),
    more.Unpaid: lambda: _(
        "All shares but the last must be fully paid in first (§ 15b GenG), and they are not."
    ),
    more.NotWanted: lambda: _("It is decided already, or was withdrawn."),
    more.OnePerson: lambda: _("The statute wants a second person to decide."),
    more.TooEarly: lambda: _("The day of the decision lies before the declaration."),
}


@dataclass(frozen=True)
class Line:
    """What waits. key: of it in forms. parts: what is to be paid, one amount each. first_on: when
    the first is due. obstacle: why it cannot be admitted. by_mail: whether a letter can leave."""

    item: Item
    key: str
    name: str
    number: int | None
    group: str
    shares: int
    parts: list[Money]
    first_on: dt.date
    by_mail: bool
    proposal: Proposal | None
    obstacle: str

    @property
    def is_wish(self) -> bool:
        return not isinstance(self.item, Declaration)

    @property
    def total(self) -> Money:
        return Money(sum(part.cents for part in self.parts), self.parts[0].currency)

    @property
    def takes_two(self) -> bool:
        assert self.item.statute is not None
        return self.item.statute.second_person

    def waits_for_second(self, choice: str, by: Person) -> bool:
        """Whether this person's decision is the first of two."""
        found = self.proposal
        if not self.takes_two:
            return False
        return found is None or found.by == by or found.admits != (choice == ADMIT)


def why(error: NotDecided | NoMoreShares) -> str:
    return WHY[type(error)]()


def key_of(one: Item) -> str:
    return f"d{one.pk}" if isinstance(one, Declaration) else f"w{one.pk}"


def waiting() -> list[Item]:
    """All that waits: who wants to join, then further shares, the longest waiting first."""
    return [
        *board.waiting().select_related("text").prefetch_related("statute__groups"),
        *board.wishes(),
    ]


def named(keys: Iterable[str]) -> list[Item]:
    """Those of these keys that there are, decided or not, in the order in which they wait."""
    numbers: dict[str, list[int]] = {"d": [], "w": []}
    for key in keys:
        if key[:1] in numbers and key[1:].isdecimal():
            numbers[key[0]].append(int(key[1:]))
    joining = Declaration.objects.filter(pk__in=numbers["d"]).select_related("statute", "text")
    wishes = RegisterEvent.objects.filter(kind=Kind.MORE_DECLARED, pk__in=numbers["w"])
    wishes = wishes.select_related("statute", "membership")
    joining = joining.prefetch_related("statute__groups")
    return [*joining.order_by("proven_at", "pk"), *wishes.order_by("number")]


def lines(found: Iterable[Item], *, decided_on: dt.date, checks: bool = False) -> list[Line]:
    """checks: whether it is looked up who is a member already; a wish is checked always."""
    items = list(found)
    declarations = [one for one in items if isinstance(one, Declaration)]
    wishes = [one for one in items if not isinstance(one, Declaration)]
    proposed = board.proposals(declarations)
    of_wishes = board.proposals_of_wishes(wishes)
    told = projecting.payloads(one.number for one in wishes)
    names = queries.details(on=decided_on, of=[one.membership_id or 0 for one in wishes])
    rows = []
    for one in items:
        joins = isinstance(one, Declaration)
        error = board.obstacle(one, decided_on=decided_on) if checks or not joins else None
        said = why(error) if error else ""
        if isinstance(one, Declaration):
            rows.append(of_declaration(one, decided_on, proposed.get(one.key), said))
            continue
        name = queries.name_of(names.get(one.membership_id or 0, {}))
        parts = told.get(one.number, {}).get("instalments", 1)
        rows.append(of_wish(one, name, parts, decided_on, of_wishes.get(one.number), said))
    return rows


def of_declaration(
    one: Declaration, decided_on: dt.date, proposal: Proposal | None, obstacle: str
) -> Line:
    applicant = keeping.applicant_of(one)
    parts = terms.plan(one.statute, shares=one.shares, instalments=one.instalments)
    return Line(
        one, key_of(one), applicant.name if applicant else _("deleted"), None,
        str(one.group_name), one.shares, parts, first_on(one.statute, decided_on),
        bool(applicant and applicant.email), proposal, obstacle,
    )  # fmt: skip


def of_wish(
    one: RegisterEvent, name: str, instalments: int, decided_on: dt.date,
    proposal: Proposal | None, obstacle: str,
) -> Line:  # fmt: skip
    assert one.membership is not None
    parts = terms.plan(law(one), shares=one.shares, instalments=instalments)
    return Line(
        one, key_of(one), name, one.membership.number, "", one.shares, parts,
        first_on(law(one), decided_on), bool(member_letters.email_of(one.membership)), proposal,
        obstacle,
    )  # fmt: skip


def law(one: Item) -> Statute:
    assert one.statute is not None
    return one.statute


def first_on(statute: Statute, decided_on: dt.date) -> dt.date:
    return decided_on + dt.timedelta(days=statute.payment_days)


# --- Decided ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What came of one line. done: admitted or refused; waits: for a second person; else `why`."""

    line: Line
    choice: str
    done: bool
    waits: bool
    why: str
    number: int | None


def decide(
    rows: Iterable[Line], choices: Mapping[str, str], *, decided_on: dt.date, by: Person,
    words: str, at: dt.datetime,
) -> list[Outcome]:  # fmt: skip
    """Each by itself, in the order given. choices: by key. What was decided the same before, as by
    a second click, counts as done."""
    found = []
    for line in rows:
        choice = choices[line.key]
        sitting = board.decide(
            [line.item], admits=choice == ADMIT, decided_on=decided_on, by=by, words=words, at=at
        )  # fmt: skip
        error = why(sitting.left[0][1]) if sitting.left else ""
        done = bool(sitting.done) or (bool(error) and stands_as(line.item, choice))
        found.append(
            Outcome(line, choice, done, bool(sitting.waits), "" if done else error, number_of(line))
        )
    return found


def stands_as(one: Item, choice: str) -> bool:
    """Whether it was decided like this."""
    if isinstance(one, Declaration):
        one.refresh_from_db()
        wanted = {ADMIT: Declaration.State.ADMITTED, REFUSE: Declaration.State.REFUSED}
        return one.state == wanted[choice]
    kind = {ADMIT: Kind.MORE_ADMITTED, REFUSE: Kind.MORE_REFUSED}[choice]
    return bool(one.followed.filter(kind=kind, corrected=None).exists())


def number_of(line: Line) -> int | None:
    """Of whoever is a member now."""
    if not isinstance(line.item, Declaration):
        return line.number
    rows = Membership.objects.filter(key=line.item.key)
    return rows.values_list("number", flat=True).first()
