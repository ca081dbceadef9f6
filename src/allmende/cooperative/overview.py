"""What members see of their own: shares, what is paid and what is to come, notices, papers."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.cooperative import capital, projecting, settling
from allmende.cooperative.folding import Kind, Stage, State
from allmende.cooperative.models import Declaration, MemberRequest, Membership, RegisterEvent
from allmende.cooperative.models.register import ADMITTED
from allmende.ledger.money import Money
from allmende.payments.models import DueItem, Pledge
from allmende.payments.rhythm import due_on
from allmende.people.answers import Line
from allmende.people.kin import family
from allmende.people.models import Person


def memberships(person: Person) -> "QuerySet[Membership]":
    """Of all rows of this human being, the first first."""
    rows = Membership.objects.filter(person__in=family(person), stage__in=ADMITTED)
    return rows.order_by("number")


def lines(person: Person) -> list[Line]:
    """For the account page."""
    return [
        Line(
            _("Member %(number)s") % {"number": row.number},
            detail(row),
            reverse("member", args=[row.number]),
            _("See the membership"),
        )
        for row in memberships(person)
    ]


def detail(row: Membership) -> str:
    if row.stage == Stage.ENDED:
        return _("has left the cooperative")
    return ngettext("%(shares)d share", "%(shares)d shares", row.shares) % {"shares": row.shares}


@dataclass(frozen=True)
class Instalment:
    """paid_on: None while it is open; late: it is, and its day is over."""

    due_on: dt.date
    money: Money
    paid_on: dt.date | None
    late: bool


def instalments(membership: Membership, *, on: dt.date) -> list[Instalment]:
    """What was paid, and what is to come, in the order of days."""
    pledges = Pledge.objects.filter(party=membership.party, purpose=capital.PURPOSE)
    rows = pledges.exclude(state=Pledge.State.DRAFT).prefetch_related("items")
    found = [one for pledge in rows.order_by("anchor", "pk") for one in of_pledge(pledge, on=on)]
    return sorted(found, key=lambda one: one.due_on)


def of_pledge(pledge: Pledge, *, on: dt.date) -> Iterator[Instalment]:
    """Periods are written down as their days come; those that are not yet follow the rhythm."""
    items = {item.period: item for item in pledge.items.all()}
    lives = pledge.state != Pledge.State.ENDED
    for period in range(pledge.periods or 1):
        item = items.get(period)
        if item and item.state == DueItem.State.COLLECTED:
            yield Instalment(item.due_on, item.amount, item.collected_on, late=False)
        elif item and item.state in (*DueItem.OPEN, DueItem.State.RETURNED):
            yield Instalment(item.due_on, item.amount, None, late=item.due_on < on)
        elif item is None and lives:
            day = due_on(pledge.anchor, pledge.rhythm, period)
            yield Instalment(day, pledge.amount, None, late=day < on)


@dataclass(frozen=True)
class Notice:
    """shares: None is everything. asked: it is to be taken back, or to end earlier."""

    number: int
    shares: int | None
    received_on: dt.date | None
    last_on: dt.date
    asked: list[MemberRequest]


def notices(membership: Membership, state: State) -> list[Notice]:
    pending = {number: one for number, one in state.pending.items() if one.kind == Kind.NOTICE}
    days = dict(RegisterEvent.objects.filter(pk__in=pending).values_list("pk", "declared_on"))
    asked = list(membership.requests.filter(answered_at=None))
    found = [
        Notice(
            number, one.shares, days[number], one.last_on,
            [request for request in asked if request.notice_id == number],
        )
        for number, one in pending.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.last_on)


@dataclass(frozen=True)
class Claim:
    """What was set free and is not paid out. settled: by the balance sheet; until then it may be
    less. due_on: the last day for it."""

    money: Money
    due_on: dt.date
    settled: bool


def claims(state: State) -> list[Claim]:
    numbers = [*state.claims, *state.payables]
    events = RegisterEvent.objects.select_related("about").in_bulk(numbers)
    found = []
    for settled, sums in ((False, state.claims), (True, state.payables)):
        for number, cents in sums.items():
            event = events[number]
            ended = event.about if settled and event.about else event
            money = Money(cents, event.currency)
            found.append(Claim(money, settling.due_of(ended), settled))
    return sorted(found, key=lambda one: one.due_on)


def awaits_money(membership: Membership) -> bool:
    """Something is to be paid out, or will be when a notice ends; and nobody but the member says
    where to."""
    lives = membership.died_on is None
    owed = membership.claim_cents or membership.payable_cents or membership.next_end_on
    return lives and bool(owed)


def wishes(membership: Membership) -> list[RegisterEvent]:
    """Further shares that the board has not decided about."""
    wanted = projecting.state_of(membership).wanted
    return list(RegisterEvent.objects.filter(pk__in=wanted).order_by("number"))


def joined_by(membership: Membership) -> Declaration | None:
    """With its paper; None where it came from an older list, or on paper without a scan."""
    rows = Declaration.objects.filter(key=membership.key).select_related("statute")
    return rows.filter(~Q(paper_hash="")).first()


def papers(membership: Membership) -> list[RegisterEvent]:
    """Further declarations that have one. What else the office keeps is not the member's to read
    here: a death certificate, a power of attorney."""
    rows = membership.events.filter(kind=Kind.MORE_DECLARED, paper__isnull=False)
    return list(rows.order_by("number"))


def last(membership: Membership) -> int:
    """The number of the last entry that names them."""
    facts = projecting.facts_of(membership.pk)
    return facts[-1].number if facts else 0
