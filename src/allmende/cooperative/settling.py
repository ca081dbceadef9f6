"""What whoever left gets back (§§ 73, 8a GenG): settled by the balance sheet, then paid out.

    settle_year(last_on, loss=…, …)    what ended until then, by that year's balance sheet
    due(on=today)                      the list of payouts, with days and what is held back
    ask(one, to=Receiver(…), at=now)   hands one to `payments`, where two persons release it

A member shares a loss in proportion to the credit; there is no claim on reserves. As long as a
payout would take the capital below the statute's minimum, it waits: the earliest due first, and
those of one day share what there is in proportion to what they are owed.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from allmende.cooperative import calendar, capital, member_letters, projecting, register, statute
from allmende.cooperative.folding import Kind, fold
from allmende.cooperative.models import Membership, RegisterEvent
from allmende.cooperative.register import Draft
from allmende.ledger import post
from allmende.ledger.money import Money, divided
from allmende.ledger.post import Line
from allmende.payments import payouts
from allmende.payments.models import Payout
from allmende.people.models import Person

PURPOSE = "settlement"
OVER = (Payout.State.PAID, Payout.State.CANCELLED)


class NotSettled(Exception):
    """There is nothing to settle or to pay: it is done already, or never was."""


@dataclass(frozen=True)
class Due:
    """What is to be paid out. event: that settled it. money: all that is owed; now: what of it the
    minimum capital lets us pay. due_on: the last day. payouts: those under way; what is owed beyond
    them waits for them."""

    membership: Membership
    event: RegisterEvent
    money: Money
    now: Money
    due_on: dt.date
    capital: bool  # and not paid beyond the shares
    payouts: Sequence[Payout]

    @property
    def payout(self) -> Payout | None:
        return self.payouts[0] if self.payouts else None

    @property
    def asked(self) -> int:
        """Cents that are under way."""
        return sum(payout.cents for payout in self.payouts)

    @property
    def held_back(self) -> bool:
        return not self.now


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
    rows = sorted(owed(), key=lambda one: (one.due_on, one.event.number))
    room = spare(on=on) if rows else None
    if room is None:
        return rows
    room -= sum(one.asked for one in rows if one.capital)
    found: list[Due] = []
    for _day, of_day in groupby(rows, key=lambda one: one.due_on):
        lot = granted(list(of_day), room=max(0, room))
        room -= sum(one.now.cents for one in lot if one.capital and not one.payouts)
        if any(one.now < one.money for one in lot):
            room = 0  # nobody overtakes
        found += lot
    return found


def granted(of_day: list[Due], *, room: int) -> list[Due]:
    """What those whose money is due on one day can have of so many cents."""
    wants = {
        one.event.number: one.money.cents for one in of_day if one.capital and not one.payouts
    }  # fmt: skip
    parts = divided(min(room, sum(wants.values())), wants)
    found = []
    for one in of_day:
        free = 0 if one.capital else one.money.cents
        cents = one.asked or parts.get(one.event.number, free)
        found.append(replace(one, now=Money(cents, one.money.currency)))
    return found


def owed() -> Iterator[Due]:
    """All that is settled and not paid out, as if nothing held it back."""
    left = Membership.objects.filter(payable_cents__gt=0).order_by("pk")
    payables = {
        number: (membership, cents)
        for membership, state in projecting.states_of(left)
        for number, cents in state.payables.items()
        if cents > 0
    }
    days: dict[dt.date, dt.date] = {}  # most left on the same few
    events = RegisterEvent.objects.filter(membership__payable_cents__gt=0).select_related("about")
    asked = payouts_asked()
    for event in events.filter(kind=Kind.SETTLED).order_by("number"):
        if event.number in payables:
            membership, cents = payables[event.number]
            assert event.about is not None
            left_on = event.about.effective_on
            if left_on not in days:
                days[left_on] = due_of(event.about)
            money = Money(cents, event.currency)
            yield Due(
                membership, event, money, money, days[left_on],
                event.about.kind != Kind.OVERPAID, asked[str(event.number)],
            )  # fmt: skip


def payouts_asked() -> defaultdict[str, list[Payout]]:
    """Those under way, by their reference. More than one only where one that was paid came back."""
    found: defaultdict[str, list[Payout]] = defaultdict(list)
    for row in Payout.objects.filter(purpose=PURPOSE).exclude(state__in=OVER).order_by("pk"):
        found[row.reference].append(row)
    return found


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
    """As much as may be paid now; two persons release it in `payments`. wanted: that settled it;
    asking again before it is paid makes no other.

    Raises NotSettled, HeldBack; ibans.BadIban, payouts.NoAddress.
    """
    register.hold()
    found = next((one for one in due(on=on) if one.event == wanted), None)
    if found is None:
        raise NotSettled
    if found.payout:
        return found.payout
    if found.held_back:
        raise HeldBack
    membership = found.membership
    debt = payouts.Debt(PURPOSE, str(wanted.number), capital.OWED, membership.party)
    words = _("Settlement of your shares, member %(number)s") % {"number": membership.number}
    before = Payout.objects.filter(purpose=PURPOSE, reference=str(wanted.number)).count()
    return payouts.ask(
        f"settlement:{wanted.number}:{before}", amount=found.now, to=to,
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
