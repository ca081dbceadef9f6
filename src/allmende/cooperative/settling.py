"""What whoever left gets back (§§ 73, 8a GenG): settled by the balance sheet, then paid out.

    settle_year(last_on, loss=…, …)    what ended until then, by that year's balance sheet
    due(on=today)                      the list of payouts, with days and what is held back
    ask(one, to=Receiver(…), at=now)   hands one to `payments`, where two persons release it

A member shares a loss in proportion to the credit; there is no claim on reserves. As long as a
payout would take the capital below the statute's minimum, it waits, the earliest due first.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from allmende.cooperative import calendar, capital, member_letters, projecting, register, statute
from allmende.cooperative.folding import Kind, fold
from allmende.cooperative.models import Membership, RegisterEvent
from allmende.cooperative.register import Draft
from allmende.ledger import post
from allmende.ledger.money import Money
from allmende.ledger.post import Line
from allmende.payments import payouts
from allmende.payments.models import Payout
from allmende.people.models import Person

PURPOSE = "settlement"


class NotSettled(Exception):
    """There is nothing to settle or to pay: it is done already, or never was."""


@dataclass(frozen=True)
class Due:
    """What is to be paid out. event: that settled it. due_on: the last day. held_back: it would
    take the capital below its minimum."""

    membership: Membership
    event: RegisterEvent
    money: Money
    due_on: dt.date
    held_back: bool


def claims(*, until: dt.date) -> Iterator[tuple[Membership, RegisterEvent]]:
    """Credits that were set free by then and are not settled: the membership, and what did it."""
    left = Membership.objects.filter(claim_cents__gt=0).order_by("pk")
    for membership, state in projecting.states_of(left):
        rows = RegisterEvent.objects.filter(pk__in=state.claims, effective_on__lte=until)
        for event in rows.order_by("number"):
            yield membership, event


@transaction.atomic
def settle(
    membership: Membership, ended: RegisterEvent, *, on: dt.date, loss: Fraction = Fraction(0),
    by: Person | None, second: Person | None = None, document: str = "", at: dt.datetime,
) -> RegisterEvent:  # fmt: skip
    """on: the day for the books. loss: the part of the credit that the balance sheet takes, from 0
    to 1. document: hash of the balance sheet. Raises NotSettled."""
    register.hold()
    cents = projecting.state_of(membership).claims.get(ended.number)
    if cents is None or not 0 <= loss <= 1:
        raise NotSettled
    owed = ended.kind == Kind.OVERPAID  # no credit, so it shares no loss
    payable = cents if owed else cents - round(cents * loss)
    draft = Draft(
        Kind.SETTLED, membership, on, cents=payable, currency=ended.currency, about=ended.number,
        decided_on=on, actor=by, second=second, statute=ended.statute, document=document,
    )  # fmt: skip
    event = register.record(draft, at=at)
    if not owed:
        book(membership, event, cents, payable, on=on, at=at)
    membership.refresh_from_db()
    tell(membership, ended, claim=cents, payable=event.money)
    return event


def tell(membership: Membership, ended: RegisterEvent, *, claim: int, payable: Money) -> None:
    due_on = due_of(ended)
    if ended.kind == Kind.OVERPAID:
        member_letters.paid_back(membership, payable=payable, due_on=due_on)
    else:
        whole = Money(claim, payable.currency)
        member_letters.settled(membership, claim=whole, payable=payable, due_on=due_on)


def due_of(ended: RegisterEvent) -> dt.date:
    """The last day for paying out what an event set free."""
    last = ended.effective_on
    return calendar.payout_due(last, statute=statute.in_force(on=last))


def book(
    membership: Membership, event: RegisterEvent, cents: int, payable: int, *, on: dt.date,
    at: dt.datetime,
) -> None:  # fmt: skip
    lines = [
        Line(capital.LEFT, Money(cents, event.currency), membership.party),
        Line(capital.OWED, Money(-payable, event.currency), membership.party),
        Line(capital.RESULT, Money(payable - cents, event.currency)),
    ]
    post.post(
        f"cooperative:settled:{event.number}", on=on, at=at, text=f"settled {membership.party}",
        lines=[line for line in lines if line.money],
    )  # fmt: skip


def settle_year(
    last_on: dt.date, *, on: dt.date, loss: Fraction = Fraction(0), by: Person | None,
    second: Person | None = None, document: str = "", at: dt.datetime,
) -> int:  # fmt: skip
    """All that ended until the balance sheet's day. Returns how many claims were settled."""
    found = list(claims(until=last_on))
    for membership, ended in found:
        settle(
            membership, ended, on=on, loss=loss, by=by, second=second, document=document, at=at
        )  # fmt: skip
    return len(found)


# --- To be paid -------------------------------------------------------------------------------


def due(*, on: dt.date) -> list[Due]:
    """What is to be paid out, the earliest due first."""
    owed = Membership.objects.filter(payable_cents__gt=0).order_by("pk")
    payables = {
        number: (membership, cents)
        for membership, state in projecting.states_of(owed)
        for number, cents in state.payables.items()
    }
    found = []
    days: dict[dt.date, dt.date] = {}  # most left on the same few
    events = RegisterEvent.objects.filter(membership__payable_cents__gt=0).select_related("about")
    for event in events.filter(kind=Kind.SETTLED).order_by("number"):
        if event.number in payables:
            membership, cents = payables[event.number]
            assert event.about is not None
            money = Money(cents, event.currency)
            left_on = event.about.effective_on
            if left_on not in days:
                days[left_on] = due_of(event.about)
            found.append((days[left_on], event.number, membership, event, money))
    room = spare(on=on) if found else None
    told = []
    for due_on, _number, membership, event, money in sorted(found, key=lambda row: row[:2]):
        assert event.about is not None
        capital_of_theirs = event.about.kind != Kind.OVERPAID
        held = room is not None and capital_of_theirs and money.cents > room
        if room is not None and capital_of_theirs:
            room = 0 if held else room - money.cents  # nobody overtakes in the queue
        told.append(Due(membership, event, money, due_on, held))
    return told


def spare(*, on: dt.date) -> int | None:
    """Cents that may be paid out before the capital is at its minimum; None is without limit. The
    credit of those who left counts as long as it is not paid, as in the balance sheet (§ 337 (1)
    HGB); what was paid beyond the shares never was capital."""
    minimum = statute.in_force(on=on).minimum_capital_cents
    if minimum is None:
        return None
    sums = Membership.objects.aggregate(
        credit=Sum("credit_cents"), claim=Sum("claim_cents"), payable=Sum("payable_cents")
    )
    total = sum(cents or 0 for cents in sums.values()) - overpaid()
    return max(0, total - minimum)


def overpaid() -> int:
    """Cents that came beyond the shares and are not paid back."""
    total = 0
    rows = RegisterEvent.objects.filter(kind=Kind.OVERPAID, corrected=None)
    keys = rows.values("membership")
    owing = Membership.objects.filter(Q(claim_cents__gt=0) | Q(payable_cents__gt=0), pk__in=keys)
    for pk, facts in projecting.facts_by_member(list(owing.values_list("pk", flat=True))).items():
        state = fold(facts)[pk]
        beyond = {fact.number for fact in facts if fact.kind == Kind.OVERPAID}
        settled = {fact.number for fact in facts if fact.about in beyond}
        total += sum(cents for number, cents in state.claims.items() if number in beyond)
        total += sum(cents for number, cents in state.payables.items() if number in settled)
    return total


class HeldBack(NotSettled):
    """It would take the capital below the statute's minimum (§ 8a GenG)."""


@transaction.atomic
def ask(wanted: RegisterEvent, *, to: payouts.Receiver, on: dt.date, at: dt.datetime) -> Payout:
    """Two persons release it in `payments`. wanted: that settled it; asking twice makes one.

    Raises NotSettled, HeldBack; ibans.BadIban, payouts.NoAddress.
    """
    register.hold()
    found = next((one for one in due(on=on) if one.event == wanted), None)
    if found is None:
        raise NotSettled
    if found.held_back:
        raise HeldBack
    membership = found.membership
    debt = payouts.Debt(PURPOSE, str(wanted.number), capital.OWED, membership.party)
    words = _("Settlement of your shares, member %(number)s") % {"number": membership.number}
    return payouts.ask(
        f"settlement:{wanted.number}", amount=found.money, to=to,
        debt=debt, words=words, pay_on=on, person=membership.person, at=at,
    )  # fmt: skip


@transaction.atomic
def paid_out(
    membership: Membership, settled: int, money: Money, *, entry: str, on: dt.date,
    at: dt.datetime,
) -> RegisterEvent:  # fmt: skip
    """The bank says that it has left. settled: the event that settled it.

    Raises register.Broken where that is more than is owed.
    """
    register.hold()
    draft = Draft(
        Kind.PAID_OUT, membership, on, cents=money.cents, currency=money.currency, about=settled,
        entry=entry,
    )  # fmt: skip
    event = register.record(draft, at=at)
    member_letters.paid_out(membership, money, on)
    return event


@transaction.atomic
def came_back(
    membership: Membership, settled: int, money: Money, *, entry: str, on: dt.date,
    at: dt.datetime,
) -> RegisterEvent:  # fmt: skip
    """The member's bank sent it back: it is owed again."""
    register.hold()
    draft = Draft(
        Kind.PAYOUT_RETURNED, membership, on, cents=money.cents, currency=money.currency,
        about=settled, entry=entry,
    )  # fmt: skip
    event = register.record(draft, at=at)
    member_letters.payout_returned(membership, money, on)
    return event
