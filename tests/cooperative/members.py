"""Memberships, written into the register directly: what a test does not care about is filled in."""

import datetime as dt
import itertools
from typing import Any

from allmende.cooperative import register
from allmende.cooperative.folding import Kind
from allmende.cooperative.models import Membership, RegisterEvent
from allmende.cooperative.register import Draft
from allmende.people.models import Person
from tests.cooperative.cast import DAY, NOW

SHARE = 500_00
DETAILS = {
    "last_name": "Lovelace", "first_names": "Ada", "street": "Am Auwald 3", "postcode": "04109",
    "town": "Auental", "country": "DE",
}  # fmt: skip
numbers = itertools.count(1)


def person(**more: Any) -> Person:
    fields = {"first_name": "Ada", "last_name": "Lovelace", "confirmed_at": NOW, **more}
    return Person.objects.create_user(**fields)


def applied(
    shares: int = 1, *, on: dt.date = DAY, at: dt.datetime = NOW, by: Person | None = None,
    **more: Any,
) -> Membership:  # fmt: skip
    """Applied, and the address is confirmed."""
    found = Membership.objects.create(person=by or person())
    payload = {"details": {**DETAILS, **more}}
    register.record_many(
        [
            Draft(Kind.APPLIED, found, on, shares=shares, declared_on=on, word="readers",
                  payload=payload),
            Draft(Kind.CONFIRMED, found, on),
        ],
        at=at,
    )  # fmt: skip
    return refreshed(found)


def member(
    shares: int = 1, *, on: dt.date = DAY, paid: int = 0, at: dt.datetime = NOW,
    by: Person | None = None, nominal: int = SHARE, **more: Any,
) -> Membership:  # fmt: skip
    """Admitted on the day; paid, nominal: cents, the latter of a share."""
    found = applied(shares, on=on, at=at, by=by, **more)
    record(
        Kind.ADMITTED, found, on, shares=shares, nominal=nominal, declared_on=on, decided_on=on,
        member_number=register.next_number(), payload={"details": {**DETAILS, **more}}, at=at,
    )  # fmt: skip
    if paid:
        record(Kind.PAID, found, on, cents=paid, at=at)
    return refreshed(found)


def record(
    kind: Kind, membership: Membership | None, on: dt.date = DAY, *, at: dt.datetime = NOW,
    **more: Any,
) -> RegisterEvent:  # fmt: skip
    return register.record(Draft(kind, membership, on, **more), at=at)


def refreshed(membership: Membership) -> Membership:
    membership.refresh_from_db()
    return membership
