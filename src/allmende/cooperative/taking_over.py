"""Members of an older list are taken over, with their own numbers, days and prices.

    facts(entry)                          what the register will say of one, without a database
    judge(entries)                        what taking them over would do; nothing is written
    take_over(entries, opened_on=day, document=hash, at=now)

The register tells what was in the order in which it was, as known since now: each lot of shares
"taken over" with its first day and the value that it was bought at, each payment, a notice that
runs, an end that has come. The ledger gets one opening entry a member, of what stands today.
Nobody is written to.
"""

import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from allmende.cooperative import (
    admission,
    capital,
    leaving,
    member_letters,
    proofs,
    register,
    statute,
)
from allmende.cooperative.folding import WHOLE, Fact, Kind, Stage, State, begins, fold
from allmende.cooperative.keeping import Applicant
from allmende.cooperative.models import Membership, RegisterEvent
from allmende.cooperative.projecting import fields_of
from allmende.cooperative.register import Draft
from allmende.ledger import post
from allmende.ledger.money import Money
from allmende.ledger.post import Line
from allmende.paper import identity
from allmende.people import arriving
from allmende.people.kin import family
from allmende.people.models import ContactAddress, Person

OPENING = "opening"  # account of the ledger: what stood before
NOBODY = 0  # the membership in facts, as long as there is none
Same = tuple[str, str]  # what makes two entries one human being


class Outcome(enum.StrEnum):
    NEW = "new"
    THERE = "there"  # taken over before
    TAKEN = "taken"  # the number is somebody else's
    LIVING = "living"  # this person is a member by another number


@dataclass(frozen=True, slots=True)
class Lot:
    """Shares that began together. cents: what one of them is to be paid in with."""

    shares: int
    cents: int
    on: dt.date


@dataclass(frozen=True, slots=True)
class Payment:
    cents: int
    on: dt.date


@dataclass(frozen=True, slots=True)
class Notice:
    """shares: None is all."""

    received_on: dt.date
    last_on: dt.date
    shares: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How what is still owed comes: parts, and the day of the next one."""

    cents: int
    next_on: dt.date


@dataclass(frozen=True)
class Entry:
    """A member, or somebody who was one. details: as `keeping.NAMED`. lots: the first one is of
    whoever joined. ended_on: the last day. paid_out_on: nothing is owed any more."""

    number: int
    details: dict[str, str]
    lots: tuple[Lot, ...]
    group: str = ""
    email: str = ""
    born_on: str = ""
    declared_on: dt.date | None = None
    payments: tuple[Payment, ...] = ()
    notice: Notice | None = None
    ended_on: dt.date | None = None
    paid_out_on: dt.date | None = None
    plan: Plan | None = None

    @property
    def name(self) -> str:
        told = self.details
        return told["organisation"] or f"{told['first_names']} {told['last_name']}".strip()

    @property
    def person(self) -> Same:
        """Whoever has the same is the same human being; without an address nobody is."""
        return self.email, self.name if self.email else str(self.number)


# --- What the register will say ---------------------------------------------------------------


def facts(entry: Entry) -> list[Fact]:
    """Numbered from one, in the order of their days; of the membership `NOBODY`."""
    found = sorted(began(entry), key=begins)
    facts = [fact._replace(number=number) for number, fact in enumerate(found, 1)]
    if entry.ended_on:
        facts += ended(entry, facts)
    return facts


def began(entry: Entry) -> Iterator[Fact]:
    """Lots, payments and the notice; not numbered yet."""
    first = entry.lots[0]
    for lot in entry.lots:
        joins = lot is first
        yield Fact(
            0, Kind.IMPORTED, lot.on, NOBODY, shares=lot.shares, nominal=lot.cents,
            word=entry.group if joins else "", declared_on=entry.declared_on if joins else None,
            member_number=entry.number if joins else None,
        )  # fmt: skip
    for paid in entry.payments:  # what came before the first day counts from it
        yield Fact(0, Kind.PAID, max(paid.on, first.on), NOBODY, cents=paid.cents, word="imported")
    if entry.notice:
        one = entry.notice
        yield Fact(
            0, Kind.NOTICE, one.last_on, NOBODY, shares=one.shares or 0,
            word="" if one.shares else WHOLE, declared_on=one.received_on,
        )  # fmt: skip


def ended(entry: Entry, before: list[Fact]) -> Iterator[Fact]:
    """The end, and what became of the credit."""
    assert entry.ended_on
    state = fold(before).get(NOBODY, State())
    about = next((fact.number for fact in before if fact.kind == Kind.NOTICE), None)
    number = len(before)
    owed: list[Fact] = []
    for kind, nominal, count, freed in leaving.parts(state, state.shares):
        number += 1
        end = Fact(
            number, kind, entry.ended_on, NOBODY, shares=count, nominal=nominal, cents=freed,
            word=Kind.NOTICE if about else "imported", about=about,
        )  # fmt: skip
        owed += [end] * bool(freed)
        yield end
    for end in owed * bool(entry.paid_out_on):
        settled = Fact(
            number + 1, Kind.SETTLED, entry.paid_out_on or entry.ended_on, NOBODY, cents=end.cents,
            about=end.number,
        )  # fmt: skip
        number += 2
        yield settled
        yield settled._replace(number=number, kind=Kind.PAID_OUT, about=settled.number)


def state_of(entry: Entry) -> State:
    return fold(facts(entry))[NOBODY]


# --- Whether they may come --------------------------------------------------------------------


def judge(entries: Sequence[Entry]) -> list[Outcome]:
    """What taking them over would do. Writes nothing."""
    there = Membership.objects.filter(number__in=[entry.number for entry in entries])
    standing = dict(there.values_list("number", "pk"))
    names = names_of(standing.values())
    persons = known(entries)
    living = members_among(persons.values())
    found = []
    for entry in entries:
        if entry.number in standing:
            same = names.get(standing[entry.number]) in (entry.name, None)
            found.append(Outcome.THERE if same else Outcome.TAKEN)
            continue
        person = persons.get(entry.person)
        twice = not entry.ended_on and person is not None and person.pk in living
        found.append(Outcome.LIVING if twice else Outcome.NEW)
    return found


def names_of(memberships: Iterable[int]) -> dict[int, str | None]:
    """As they were taken over; None where that is forgotten. A member who was not taken over has no
    name that anybody on a list can have."""
    found: dict[int, str | None] = dict.fromkeys(memberships, "")
    rows = RegisterEvent.objects.filter(
        kind=Kind.IMPORTED, member_number__isnull=False, membership__in=list(found)
    )
    for row in rows.select_related("detail"):
        assert row.membership_id is not None
        detail = getattr(row, "detail", None)
        found[row.membership_id] = str(detail) if detail else None
    return found


def known(entries: Iterable[Entry]) -> dict[Same, Person]:
    """Who of them is a person here already, by address and name."""
    by_key = {entry.person: entry for entry in entries if entry.email}
    emails = {entry.email for entry in by_key.values()}
    here = set(ContactAddress.objects.filter(email__in=emails).values_list("email", flat=True))
    found = {
        key: admission.known(entry.email, entry.name)
        for key, entry in by_key.items()
        if entry.email in here
    }
    return {key: person for key, person in found.items() if person}


def members_among(persons: Iterable[Person]) -> set[int]:
    """Keys of those who are members, or have applied, by any row of theirs."""
    kin = {person.pk: family(person) for person in persons}
    every = {key for keys in kin.values() for key in keys}
    rows = Membership.objects.living().filter(person__in=every)
    living = set(rows.values_list("person", flat=True))
    return {pk for pk, keys in kin.items() if living.intersection(keys)}


# --- Taking over ------------------------------------------------------------------------------


@transaction.atomic
def take_over(
    entries: Sequence[Entry], *, opened_on: dt.date, document: str = "", at: dt.datetime
) -> list[Outcome]:
    """Some hundred in one transaction; again without harm. opened_on: the day of the ledger's
    opening entries. document: SHA-256 of the list.

    Raises register.Broken for what does not add up; statute.NoStatute.
    """
    register.hold()
    outcomes = judge(entries)
    new = [one for one, outcome in zip(entries, outcomes, strict=True) if outcome == Outcome.NEW]
    if new:
        write(new, opened_on=opened_on, document=document, at=at)
    return outcomes


def write(
    entries: Sequence[Entry], *, opened_on: dt.date, document: str, at: dt.datetime
) -> None:  # fmt: skip
    law = statute.in_force(on=opened_on)
    people = persons_of(entries, at=at)
    rows = Membership.objects.bulk_create(
        Membership(person=people[entry.person], **fields_of(state_of(entry))) for entry in entries
    )
    last, drafts, first = proofs.head().number, list[Draft](), list[int]()
    for entry, row in zip(entries, rows, strict=True):
        first.append(len(drafts))
        drafts += drafts_of(
            entry, row, after=last + len(drafts), currency=law.currency, document=document
        )
    events = register.record_many(drafts, at=at)
    lines = (opening(row, law.currency) for row in rows)
    post.post_many(
        (
            post.Draft(key_of(row), opened_on, f"imported {row.party}", some)
            for row, some in zip(rows, lines, strict=True)
            if some
        ),
        at=at,
    )
    for entry, row, place in zip(entries, rows, first, strict=True):
        if entry.plan and row.stage == Stage.MEMBER:
            ask(entry.plan, row, events[place], months=law.instalment_months, at=at)


def persons_of(entries: Sequence[Entry], *, at: dt.datetime) -> dict[Same, Person]:
    """Those who are here, and new ones."""
    language = identity.paper().language
    here = known(entries)
    found, strangers = dict[Same, Person](), dict[Same, arriving.Resident]()
    for entry in entries:
        told: dict[str, Any] = entry.details
        if entry.person in here:
            applicant = Applicant(**told, email=entry.email)
            found[entry.person] = admission.person_of(
                applicant, language=language, proven=False, at=at
            )
        else:
            strangers[entry.person] = arriving.Resident(
                first_name=told["first_names"],
                last_name=told["organisation"] or told["last_name"],
                email=entry.email,
                postal={name: told[name] for name in ("street", "postcode", "town", "country")},
            )
    came = arriving.settle(list(strangers.values()), language=language, at=at)
    return found | dict(zip(strangers, came, strict=True))


def drafts_of(
    entry: Entry, membership: Membership, *, after: int, currency: str, document: str
) -> Iterator[Draft]:
    """after: the number of the event before."""
    for fact in facts(entry):
        joins = fact.member_number is not None
        payload = {"details": entry.details} | ({"born_on": entry.born_on} if entry.born_on else {})
        yield Draft(
            fact.kind, membership, fact.effective_on, shares=fact.shares, nominal=fact.nominal,
            cents=fact.cents, currency=currency, word=fact.word, declared_on=fact.declared_on,
            member_number=fact.member_number, about=fact.about and after + fact.about,
            document=document if fact.kind == Kind.IMPORTED else "",
            entry=key_of(membership) if joins and opening(membership, currency) else "",
            payload=payload if joins else None,
        )  # fmt: skip


def key_of(membership: Membership) -> str:
    """Of the opening entry."""
    return f"cooperative:imported:{membership.pk}"


def opening(of: Membership, currency: str) -> list[Line]:
    """What the member holds, or is still owed."""
    sums = {capital.CAPITAL: of.credit_cents, capital.LEFT: of.claim_cents}
    lines = [
        Line(account, Money(-cents, currency), of.party) for account, cents in sums.items() if cents
    ]
    total = sum(sums.values())
    return [Line(OPENING, Money(total, currency)), *lines] if total else []


def ask(
    plan: Plan, membership: Membership, event: RegisterEvent, *, months: int, at: dt.datetime
) -> None:
    """For what is still owed, as it was agreed."""
    owed = membership.nominal_cents - membership.credit_cents
    parts = [plan.cents] * (owed // plan.cents) + [owed % plan.cents] * bool(owed % plan.cents)
    capital.asked(
        event, [Money(cents, event.currency) for cents in parts], of=membership, months=months,
        first_on=plan.next_on, language=member_letters.language_of(membership), at=at,
    )  # fmt: skip
