"""Persons who come from elsewhere, many at a time.

arrive(newcomers, …)     readers, by addresses that were confirmed there
settle(residents, …)     whom the office knows by name and postal address
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from allmende.people.models import ContactAddress, Person


@dataclass(frozen=True)
class Newcomer:
    email: str
    first_name: str
    last_name: str
    confirmed_at: dt.datetime


@transaction.atomic
def arrive(
    newcomers: Sequence[Newcomer], *, language: str, at: dt.datetime
) -> list[ContactAddress]:
    """Makes a person with an address of each, in the same order; whom the house knows is not its
    matter. They cannot sign in."""
    persons = [
        Person(
            first_name=one.first_name,
            last_name=one.last_name,
            language=language,
            created_at=at,
            confirmed_at=one.confirmed_at,
        )
        for one in newcomers
    ]
    for person in persons:
        person.set_unusable_password()
    Person.objects.bulk_create(persons)
    return ContactAddress.objects.bulk_create(
        ContactAddress(person=person, email=one.email, created_at=at, confirmed_at=one.confirmed_at)
        for person, one in zip(persons, newcomers, strict=True)
    )


@dataclass(frozen=True)
class Resident:
    """email: or "". postal: fields of an address."""

    first_name: str
    last_name: str
    email: str = ""
    postal: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def settle(residents: Sequence[Resident], *, language: str, at: dt.datetime) -> list[Person]:
    """Makes a person of each, in the same order, with addresses that whoever tells them has written
    to: they count as confirmed."""
    persons = [
        Person(
            first_name=one.first_name, last_name=one.last_name, language=language, created_at=at,
            confirmed_at=at,
        )
        for one in residents
    ]  # fmt: skip
    for person in persons:
        person.set_unusable_password()
    Person.objects.bulk_create(persons)
    ContactAddress.objects.bulk_create(
        address
        for person, one in zip(persons, residents, strict=True)
        for address in addresses_of(person, one, at=at)
    )
    return persons


def addresses_of(person: Person, one: Resident, *, at: dt.datetime) -> Iterator[ContactAddress]:
    if one.email:
        yield ContactAddress(person=person, email=one.email, created_at=at, confirmed_at=at)
    if one.postal.get("town"):
        yield ContactAddress(person=person, **one.postal, created_at=at, confirmed_at=at)
