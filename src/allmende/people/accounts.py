"""Accounts of the staff: persons who may sign in, their addresses, their way back in.

Sign-in addresses are written small and verified by whoever enters them: the office knows its
people. The database lets a verified address belong to one person only.
"""

import datetime as dt
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from allmende.people.models import Person
from allmende.people.roles import (
    NotAllowed,
    Role,
    check_giver,
    check_other_admin,
    grant,
    revoke,
    roles_of,
)


class AddressTaken(Exception):
    """Another person signs in with this address."""


@transaction.atomic
def create_staff(
    *,
    email: str,
    first_name: str,
    last_name: str,
    roles: Iterable[str],
    password: str | None = None,
    at: dt.datetime,
    by: Person | None = None,
    language: str = "de",
) -> Person:
    """Makes a person who signs in with `email`; without a password, by mailed code.

    Raises AddressTaken and NotAllowed.
    """
    person = Person.objects.create_user(
        first_name=first_name,
        last_name=last_name,
        language=language,
        password=password,
        created_at=at,
        confirmed_at=at,
    )
    add_sign_in_address(person, email=email)
    set_roles(person, to=roles, by=by)
    return person


@transaction.atomic
def update_staff(
    person: Person,
    *,
    email: str,
    first_name: str,
    last_name: str,
    language: str,
    roles: Iterable[str],
    is_active: bool | None = None,
    by: Person | None,
    at: dt.datetime,
) -> Person:
    """Writes what the office has changed; `is_active` None leaves it as it is.

    Raises AddressTaken, NotAllowed and LastAdmin.
    """
    person.first_name, person.last_name, person.language = first_name, last_name, language
    person.save(update_fields=["first_name", "last_name", "language"])
    if person.email != clean_address(email):
        change_sign_in_address(person, email=email, by=by)
    set_roles(person, to=roles, by=by)
    if is_active is not None:
        set_active(person, active=is_active, by=by, at=at)
    return person


def set_roles(person: Person, *, to: Iterable[str], by: Person | None) -> None:
    """Grants and revokes until the person has exactly the roles `to`.

    Raises NotAllowed and LastAdmin.
    """
    wanted, had = set(to), set(roles_of(person))
    for role in sorted(wanted - had):
        grant(person, role=role, by=by)
    for role in sorted(had - wanted):
        revoke(person, role=role, by=by)


def clean_address(email: str) -> str:
    return email.strip().lower()


def check_address_free(email: str, *, person: Person | None = None) -> None:
    """Raises AddressTaken when another person signs in with this address."""
    taken = EmailAddress.objects.filter(email=clean_address(email), verified=True)
    if person is not None:
        taken = taken.exclude(user=person)
    if taken.exists():
        raise AddressTaken(_("Another person signs in with this address."))


@transaction.atomic
def add_sign_in_address(person: Person, *, email: str) -> EmailAddress:
    """Adds a verified address; the person's first is the one that is written to.

    Raises AddressTaken.
    """
    check_address_free(email, person=person)
    first = not EmailAddress.objects.filter(user=person, primary=True).exists()
    address, _made = EmailAddress.objects.update_or_create(
        user=person,
        email=clean_address(email),
        defaults={"verified": True},
        create_defaults={"verified": True, "primary": first},
    )
    return address


@transaction.atomic
def change_sign_in_address(person: Person, *, email: str, by: Person | None) -> None:
    """Puts `email` in the place of all sign-in addresses that the person had.

    Raises AddressTaken.
    """
    address = add_sign_in_address(person, email=email)
    old = EmailAddress.objects.filter(user=person).exclude(pk=address.pk)
    if not old.exists() and address.primary:
        return
    old.delete()
    address.primary = True
    address.save(update_fields=["primary"])
    log(person, "people.address_changed", user=by)


@transaction.atomic
def set_active(person: Person, *, active: bool, by: Person | None, at: dt.datetime) -> None:
    """Lets a person sign in, or no longer; whoever no longer may is signed out everywhere.

    Raises NotAllowed and LastAdmin.
    """
    if person.is_active == active:
        return
    if person.is_superuser:
        check_giver(by, role=Role.ADMIN)
    if not active:
        check_other_admin(person)
        end_sessions(person, at=at)
    person.is_active = active
    person.save(update_fields=["is_active"])
    log(person, "people.activated" if active else "people.deactivated", user=by)


@transaction.atomic
def reset_second_factor(person: Person, *, by: Person | None, at: dt.datetime) -> int:
    """Removes app, passkeys and recovery codes, and signs the person out everywhere.

    Returns how many were removed. Raises NotAllowed: only an admin may.
    """
    if by is not None and not by.is_superuser:
        raise NotAllowed(_("Only an administrator resets a second factor."))
    removed, _each = Authenticator.objects.filter(user=person).delete()
    end_sessions(person, at=at)
    log(person, "people.second_factor_reset", user=by, data={"removed": removed})
    return removed


def end_sessions(person: Person, *, at: dt.datetime) -> int:
    """Signs the person out on every device; returns how many sessions that ended."""
    own = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=at).iterator()
        if session.get_decoded().get(SESSION_KEY) == str(person.pk)
    ]
    ended, _each = Session.objects.filter(pk__in=own).delete()
    return ended


def with_second_factor(persons: QuerySet[Person]) -> QuerySet[Person]:
    """The same persons, each with `second_factor`: whether one is set up."""
    factors = Authenticator.objects.filter(user=OuterRef("pk"))
    return persons.annotate(second_factor=Exists(factors))
