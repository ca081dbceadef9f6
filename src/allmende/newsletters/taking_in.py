"""Subscribers from elsewhere, many at a time, each with the proof that they agreed there.

Nobody comes against their will: who left here stays away, whatever a list says, also when nothing
but the keyed hash of the address is left of them; so does whose address is barred.
"""

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from allmende.mailroom import suppression
from allmende.newsletters.models import Change, Newsletter, Subscription
from allmende.newsletters.subscribe import STRONGEST, move
from allmende.people import arriving, consents
from allmende.people.addresses import reached_by
from allmende.people.kin import family, root
from allmende.people.models import Consent, ContactAddress, Person, Wording

State = Subscription.State


@dataclass(frozen=True)
class Entry:
    """Somebody on a list. words: what they read when they agreed; source: where that was."""

    email: str
    first_name: str
    last_name: str
    asked_at: dt.datetime
    confirmed_at: dt.datetime
    words: str
    source: str


class Outcome(enum.StrEnum):
    NEW = "new"
    THERE = "there"  # already, or for the second time on this list
    LEFT = "left"
    BARRED = "barred"


@dataclass(frozen=True)
class Known:
    """What the house knows of a lot of addresses."""

    addresses: dict[str, ContactAddress]
    own: dict[str, Subscription]  # by address: the person's, wherever it goes
    subscribed: set[str]  # addresses to which the newsletter goes, is paused or suspended
    left: set[str]
    barred: set[str]


def judge(newsletter: Newsletter, entries: Sequence[Entry]) -> list[Outcome]:
    """What taking them in would do. Writes nothing."""
    return outcomes(entries, look(newsletter, entries))


@transaction.atomic
def take_in(
    newsletter: Newsletter, entries: Sequence[Entry], *, at: dt.datetime, by: Person | None
) -> list[Outcome]:
    """Takes in who may come, a lot of some hundred in one transaction; again without harm."""
    consents.knock_all({entry.email for entry in entries})
    known = look(newsletter, entries)
    found = outcomes(entries, known)
    new = [e for e, outcome in zip(entries, found, strict=True) if outcome == Outcome.NEW]
    if new:
        write(newsletter, new, known, at=at, by=by)
    return found


def look(newsletter: Newsletter, entries: Sequence[Entry]) -> Known:
    emails = {entry.email for entry in entries}
    addresses = reached_by(emails)
    mine = Subscription.objects.filter(newsletter=newsletter)
    there = mine.filter(address__email__in=emails)
    states = list(there.values_list("address__email", "state"))
    return Known(
        addresses=addresses,
        own=own(newsletter, addresses),
        subscribed={email for email, state in states if state not in (State.ASKED, State.LEFT)},
        left={email for email, state in states if state == State.LEFT}
        | withdrawn(newsletter, emails),
        barred=suppression.among(emails, single=False),
    )


def own(newsletter: Newsletter, addresses: dict[str, ContactAddress]) -> dict[str, Subscription]:
    """What the persons of these addresses have of the newsletter; merged rows are one person."""
    persons = {address.person_id: address.person for address in addresses.values()}
    merged = set(
        Person.objects.filter(merged_into__in=persons).values_list("merged_into", flat=True)
    )
    kin = {
        key: family(person) if key in merged or person.merged_into_id else [key]
        for key, person in persons.items()
    }
    everybody = {key for keys in kin.values() for key in keys}
    rows = Subscription.objects.filter(newsletter=newsletter, person__in=everybody)
    by_person = {row.person_id: row for row in rows.select_related("newsletter")}
    found = {}
    for email, address in addresses.items():
        has = [by_person[key] for key in kin[address.person_id] if key in by_person]
        if has:
            found[email] = min(has, key=lambda row: STRONGEST.index(State(row.state)))
    return found


def withdrawn(newsletter: Newsletter, emails: set[str]) -> set[str]:
    """Addresses whose last consent to this newsletter is a withdrawn one, erased persons' too."""
    hashes = {consents.address_hash(email): email for email in emails}
    rows = Consent.objects.filter(address_hash__in=hashes, wording__purpose=newsletter.purpose)
    last = dict(rows.order_by("at", "pk").values_list("address_hash", "kind"))
    return {hashes[digest] for digest, kind in last.items() if kind == Consent.Kind.WITHDRAWN}


def outcomes(entries: Sequence[Entry], known: Known) -> list[Outcome]:
    found, seen = [], set()
    for entry in entries:
        found.append(Outcome.THERE if entry.email in seen else outcome_of(entry.email, known))
        seen.add(entry.email)
    return found


def outcome_of(email: str, known: Known) -> Outcome:
    own = known.own.get(email)
    if email in known.subscribed or (own and own.state not in (State.ASKED, State.LEFT)):
        return Outcome.THERE
    if email in known.left or (own and own.state == State.LEFT):
        return Outcome.LEFT
    return Outcome.BARRED if email in known.barred else Outcome.NEW


def write(
    newsletter: Newsletter,
    entries: Sequence[Entry],
    known: Known,
    *,
    at: dt.datetime,
    by: Person | None,
) -> None:
    strangers = [entry for entry in entries if entry.email not in known.addresses]
    came = arriving.arrive(
        [
            arriving.Newcomer(
                email=e.email,
                first_name=e.first_name,
                last_name=e.last_name,
                confirmed_at=e.confirmed_at,
            )
            for e in strangers
        ],
        language=newsletter.language,
        at=at,
    )
    addresses = known.addresses | {address.email: address for address in came}
    wordings = {
        words: consents.wording(newsletter.purpose, text=words, at=at)
        for words in dict.fromkeys(entry.words for entry in entries)
    }
    begun = []
    for entry in entries:
        address = addresses[entry.email]
        wish = known.own.get(entry.email)
        fields = subscribed(entry, address, wordings[entry.words])
        if wish:  # asked here and never confirmed, but had agreed elsewhere
            for name, value in fields.items():
                setattr(wish, name, value)
            wish.save(update_fields=list(fields))
            move(wish, State.CONFIRMED, at=at, way=Change.Way.IMPORT, by=by)
        else:
            person = root(address.person)
            begun.append(
                Subscription(newsletter=newsletter, person=person, changed_at=at, **fields)
            )
    begin(begun, at=at, by=by)
    consents.give_all(
        consents.Given(
            person=root(addresses[entry.email].person),
            wording=wordings[entry.words],
            asked_at=entry.asked_at,
            at=entry.confirmed_at,
            source=entry.source,
            email=entry.email,
        )
        for entry in entries
    )


def subscribed(entry: Entry, address: ContactAddress, wording: Wording) -> dict[str, object]:
    return {
        "address": address,
        "wording": wording,
        "asked_at": entry.asked_at,
        "confirmed_at": entry.confirmed_at,
        "source": entry.source,
    }


def begin(rows: list[Subscription], *, at: dt.datetime, by: Person | None) -> None:
    for row in rows:
        row.state = State.CONFIRMED
    Change.objects.bulk_create(
        Change(
            newsletter=row.newsletter,
            subscription=row,
            at=at,
            was="",
            became=State.CONFIRMED,
            way=Change.Way.IMPORT,
            by=by,
        )
        for row in Subscription.objects.bulk_create(rows)
    )
