"""Persons who come from elsewhere, many at a time, with addresses that were confirmed there."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

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
