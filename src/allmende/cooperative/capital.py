"""Members' capital (*Geschäftsguthaben*): what they are asked to pay, what came, what goes.

    asked(event, parts, of=membership, …)     pledges of `payments`, one or more
    credited(membership, money, entry=…)      money came; the register's credit follows the ledger
    taken_back(membership, money, entry=…)    it went back to the member's bank
    move(key, membership, out_of=…, into=…)   between accounts of the ledger

Credit never exceeds what the shares are to be paid in with. Further shares that the board has
admitted, and that had to wait for those before them to be paid (§ 15b GenG), count from the money
that does so. What comes beyond all that is owed back.

Whoever ends pledges and writes the register locks the pledges first (`hold`), as whoever settles
money has to.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from allmende.cooperative import projecting, register
from allmende.cooperative.folding import Fact, Kind, Stage, State, begins, fold
from allmende.cooperative.models import Membership, RegisterEvent
from allmende.cooperative.register import Draft
from allmende.ledger import post
from allmende.ledger.money import Money
from allmende.ledger.post import Line
from allmende.paper import identity
from allmende.payments import checkout, ibans, pledges, references
from allmende.payments.models import BankAccount, Checkout, DueItem, Pledge
from allmende.payments.providers.port import Refused
from allmende.payments.rhythm import MONTHS, months_later

PURPOSE = "share"
CAPITAL, LEFT, OWED = "share-capital", "left-capital", "payouts"  # accounts of the ledger
RESULT = "result"  # profits and losses of years, carried forward
METHOD = "transfer"
RHYTHMS = {months: rhythm for rhythm, months in MONTHS.items()}


@dataclass(frozen=True)
class Way:
    """How somebody pays: what the letter says about one pledge. words: of the provider."""

    amount: Money
    first_on: dt.date
    rhythm: str
    periods: int
    words: dict[str, Any]


@dataclass(frozen=True)
class Transfer:
    """Where money of shares goes, and the reference by which it is known whose it is."""

    holder: str
    iban: str
    bank: str
    reference: str


# --- Asked for --------------------------------------------------------------------------------


def asked(
    event: RegisterEvent, parts: Sequence[Money], *, of: Membership, months: int,
    first_on: dt.date, language: str, at: dt.datetime,
) -> list[Way]:  # fmt: skip
    """Writes down what a member owes for shares, by an event. parts: of each instalment; months:
    from one to the next. The same event asks once."""
    with translation.override(language):
        purpose = _("Shares, member %(number)s") % {"number": of.number or ""}
    ways = []
    for number, terms in enumerate(plan(parts, months=months, on=first_on)):
        key = uuid.uuid5(of.key, f"{event.number}:{number}")
        cause = pledges.Cause(PURPOSE, CAPITAL, of.party, str(event.number))
        made = checkout.begin(key, person=of.person, terms=terms, cause=cause, at=at)
        words = told(made, purpose=purpose, language=language, at=at)
        ways.append(Way(terms.amount, terms.anchor, terms.rhythm, terms.periods or 1, words))
    return ways


def plan(parts: Sequence[Money], *, months: int, on: dt.date) -> list[pledges.Terms]:
    """As few pledges as there can be: one for each run of equal amounts, if there is a rhythm of so
    many months; else one for each amount."""
    found, done = [], 0
    for amount, run in groupby(parts):
        count = len(list(run))
        if count > 1 and months in RHYTHMS:
            anchor = months_later(on, done * months)
            found.append(pledges.Terms(amount, RHYTHMS[months], anchor, METHOD, count))
        else:
            days = (months_later(on, (done + number) * months) for number in range(count))
            found += [pledges.Terms(amount, Pledge.Rhythm.ONCE, day, METHOD) for day in days]
        done += count
    return found


def told(made: Checkout, *, purpose: str, language: str, at: dt.datetime) -> dict[str, Any]:
    """How to transfer it; empty where the paper has named no account yet."""
    url = settings.PAPER_URL
    words = checkout.Words(purpose, identity.paper().name, language, url, url)
    try:
        return checkout.proceed(made, words=words, at=at).words
    except Refused:
        assert made.pledge is not None
        pledges.activate(made.pledge, at=at)
        return {}


def transfers_to(pledges: Iterable[Pledge]) -> list[Transfer]:
    """How to pay them now; empty where the paper has named no account."""
    account = BankAccount.objects.filter(is_main=True).first()
    if account is None:
        return []
    bank, iban = account.bank or ibans.bank_name(account.iban), references.shown(account.iban)
    names = {pledge.pk: pledge.transfer_reference or "" for pledge in pledges}
    return [
        Transfer(account.holder, iban, bank, references.shown(name))
        for _pk, name in sorted(names.items())
        if name
    ]


def hold(*memberships: Membership) -> None:
    """Locks what these members owe, then the register; and the rows are as they are now."""
    parties = [membership.party for membership in memberships]
    of_members = Pledge.objects.filter(party__in=parties, purpose=PURPOSE)
    list(of_members.select_for_update().order_by("pk").values_list("pk"))
    register.hold()
    for membership in memberships:
        membership.refresh_from_db()


def end_pledges(membership: Membership, *, reason: str, at: dt.datetime) -> int:
    """Nothing more is asked for."""
    living = Pledge.objects.filter(
        party=membership.party, purpose=PURPOSE, state__in=pledges.LIVING
    )
    return sum(pledges.end(pledge, reason=reason, at=at) for pledge in living.order_by("pk"))


def adjust(
    of: Membership, event: RegisterEvent, *, months: int, on: dt.date, at: dt.datetime
) -> list[Way]:
    """What is asked for becomes what is still owed, after shares came or went otherwise than by an
    admission: in instalments as big as before. event: by which."""
    state = projecting.state_of(of)
    owed = state.nominal + waiting_cents(state) - state.credit
    living = Pledge.objects.filter(party=of.party, purpose=PURPOSE, state__in=pledges.LIVING)
    rows = list(living.order_by("pk"))
    if owed == sum(open_cents(pledge) for pledge in rows):
        return []
    part = max((pledge.cents for pledge in rows), default=owed)
    end_pledges(of, reason=Pledge.Reason.OFFICE, at=at)
    if owed <= 0:
        return []
    parts = [part] * (owed // part) + [owed % part] * bool(owed % part)
    language = of.person.language if of.person else identity.paper().language
    return asked(
        event, [Money(cents, event.currency) for cents in parts], of=of, months=months,
        first_on=on, language=language, at=at,
    )  # fmt: skip


def open_cents(pledge: Pledge) -> int:
    """What is still to come by it."""
    settled = pledge.items.filter(state=DueItem.State.COLLECTED).count()
    return ((pledge.periods or 0) - settled) * pledge.cents


def to_pay_first(state: State, *, compulsory: int) -> int:
    """Cents that stand against further shares: all shares but the last have to be fully paid in;
    compulsory ones are taken together and count as one (§ 15b (2) GenG)."""
    if state.shares <= compulsory:
        return 0
    return max(0, state.nominal - state.newest - state.credit)


def let_in(state: State, wanted: int, *, nominal: int, money: int = 0) -> int:
    """How many of so many further shares may follow each other: each when all before it are paid.
    nominal: cents of each; money: that comes with them."""
    for count in range(wanted):
        if state.nominal > state.credit + money:
            return count
        state = state.with_more(1, nominal=nominal)
    return wanted


def waiting_cents(state: State) -> int:
    """What shares that are granted, and wait for money, are to be paid in with."""
    rows = RegisterEvent.objects.filter(pk__in=state.granted).values_list(
        "pk", "statute__share_cents"
    )
    return sum(state.granted[number].shares * cents for number, cents in rows)


# --- Came and went ----------------------------------------------------------------------------


@transaction.atomic
def credited(
    membership: Membership, money: Money, *, entry: str, on: dt.date, at: dt.datetime
) -> list[RegisterEvent]:
    """entry: key of the ledger's entry that credited it to the member's capital. Returns further
    shares that it let in."""
    register.hold()
    facts = projecting.facts_of(membership.pk)
    state = fold(facts).get(membership.pk, State())
    day = max(on, state.joined_on or on)
    further = list(entering(membership, state, money.cents, on=day))
    added = sum(one.shares * one.nominal for one in further)
    kept = max(0, min(money.cents, state.nominal + added - state.credit))
    day = max([day, *(one.effective_on for one in further if one.effective_on)])
    coin = money.currency
    drafts = list(further)
    if kept:
        first = first_with_room(facts, membership.pk, cents=kept - added, on=day)
        drafts.append(Draft(Kind.PAID, membership, first, cents=kept, currency=coin, entry=entry))
    if over := money.cents - kept:
        key = f"cooperative:overpaid:{entry}"
        back = Money(over, coin)
        move(key, membership, out_of=CAPITAL, into=OWED, money=back, on=on, at=at)
        drafts.append(Draft(Kind.OVERPAID, membership, day, cents=over, currency=coin, entry=key))
    return register.record_many(drafts, at=at)[: len(further)]


def first_with_room(facts: list[Fact], member: int, *, cents: int, on: dt.date) -> dt.date:
    """The first day from which shares can take so much: what is handed over to somebody begins on
    the day after its entry, and money may come on the day itself."""
    later = sorted({begins(one) for one in facts if begins(one) > on})
    for day in [on, *later]:
        state = fold(facts, on=day).get(member, State())
        if state.nominal - state.credit >= cents:
            return day
    return on


def entering(membership: Membership, state: State, cents: int, *, on: dt.date) -> Iterator[Draft]:
    """Further shares that were granted, and count as soon as so much money is there. Who is to
    leave takes none."""
    if state.stage != Stage.MEMBER or state.leaving_on or state.died_on:
        return
    wishes = RegisterEvent.objects.select_related("statute").in_bulk(list(state.granted))
    for number, granted in state.granted.items():
        wish = wishes[number]
        assert wish.statute is not None
        share = wish.statute.share_cents
        count = let_in(state, granted.shares, nominal=share, money=cents)
        if count:
            yield Draft(
                Kind.MORE_ADMITTED, membership, max(on, granted.decided_on), shares=count,
                nominal=share, declared_on=wish.declared_on, decided_on=granted.decided_on,
                about=number, statute=wish.statute,
            )  # fmt: skip
            state = state.with_more(count, nominal=share)


@transaction.atomic
def taken_back(
    membership: Membership, money: Money, *, entry: str, on: dt.date, at: dt.datetime
) -> None:
    """It changes credit, never the number of shares: what was paid is owed again."""
    register.hold()
    draft = Draft(
        Kind.UNPAID, membership, on, cents=money.cents, currency=money.currency, entry=entry
    )
    register.record(draft, at=at)


def move(
    key: str, membership: Membership, *, out_of: str, into: str, money: Money, on: dt.date,
    at: dt.datetime, to: Membership | None = None,
) -> None:  # fmt: skip
    """A credit goes from one account of the ledger to another, or to another member's."""
    if not money:
        return
    lines = [
        Line(out_of, money, membership.party), Line(into, -money, (to or membership).party)
    ]  # fmt: skip
    post.post(key, on=on, at=at, text=f"{key.split(':')[1]} {membership.party}", lines=lines)


def follow(party: str, entry: str, *, on: dt.date, at: dt.datetime) -> list[RegisterEvent]:
    """What an entry of the ledger changed of a member's capital is the member's credit. Returns
    further shares that it let in."""
    membership, booked = of_party(party), post.find(entry)
    further: list[RegisterEvent] = []
    if membership is None or booked is None:
        return further
    lines = post.lines_of([booked])[booked.pk]
    ours = [line.money for line in lines if (line.account, line.party) == (CAPITAL, party)]
    for money in ours:
        if money.cents < 0:
            further += credited(membership, -money, entry=entry, on=on, at=at)
        else:
            taken_back(membership, money, entry=entry, on=on, at=at)
    return further


def of_party(party: str) -> Membership | None:
    """Whose money it is, by the ledger's party."""
    kind, _colon, number = party.partition(":")
    if kind != "member" or not number.isdecimal():
        return None
    return Membership.objects.filter(pk=number).first()
