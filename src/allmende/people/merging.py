"""Two rows are one human being: the office says so, and nothing is rewritten.

`merged_into` leads from one row to the other. Consents, letters, changes and addresses stay where
they were written; whoever asks about the person asks for the whole family (`kin`). Only the ways
in move: sign-in addresses open the row that stays, for the other can no longer be entered, and its
passkeys go, for a key knows the row that it was made for. `unmerging` leads back.
"""

import datetime as dt
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from allmende.people.accounts import end_sessions
from allmende.people.answers import collect
from allmende.people.kin import family
from allmende.people.models import ContactAddress, Merge, Person
from allmende.people.roles import roles_of
from allmende.people.signals import merged


class CannotMerge(Exception):
    """Two persons cannot become one.

    CannotMerge
      x Same          they are one already
      x Gone          one of them was erased
      x Staff         who goes has a role, or who stays has one and no administrator asks
    """


class Same(CannotMerge):
    """They are one already."""


class Gone(CannotMerge):
    """One of them was erased."""


class Staff(CannotMerge):
    """Whoever works here signs in with addresses that nobody slips in by merging."""


@dataclass(frozen=True)
class Moved:
    """What a merge moved."""

    doors: list[int]  # keys of sign-in addresses
    first_door: int | None
    passkeys: int

    @property
    def addresses(self) -> int:
        return len(self.doors)


@transaction.atomic
def merge(person: Person, *, into: Person, by: Person | None, at: dt.datetime) -> Moved:
    """From now on `person` is the same as `into`. Raises CannotMerge."""
    keys = [person.pk, into.pk]
    rows = Person.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    locked = {row.pk: row for row in rows}
    person, into = locked[person.pk], locked[into.pk]
    check(person, into=into, by=by)
    moved = move_doors(person, into=into, at=at)
    took_name = not into.get_full_name() and bool(person.get_full_name())
    Merge.objects.create(
        person=person,
        into=into,
        by=by,
        at=at,
        doors=moved.doors,
        first_door=moved.first_door,
        took_name=took_name,
    )
    person.merged_into = into
    person.is_active = False
    person.save(update_fields=["merged_into", "is_active"])
    take_over(person, into=into)
    collect(merged, person, into=into, at=at)
    log(person, "people.merged", user=by, data={"into": into.pk})
    log(into, "people.took_in", user=by, data={"person": person.pk})
    return moved


def check(person: Person, *, into: Person, by: Person | None) -> None:
    if person.pk == into.pk or person.merged_into_id or into.merged_into_id:
        raise Same(_("These are one person already."))
    if person.erased_at or into.erased_at:
        raise Gone(_("One of the two was erased."))
    if person.is_superuser or roles_of(person):
        raise Staff(_("Whoever has a role cannot be merged into somebody else."))
    has_role = into.is_superuser or roles_of(into)
    if has_role and by is not None and not by.is_superuser:
        raise Staff(_("Only an administrator merges somebody into a member of the staff."))


def move_doors(person: Person, *, into: Person, at: dt.datetime) -> Moved:
    end_sessions(person, at=at)
    passkeys, _each = Authenticator.objects.filter(user=person).delete()
    doors = EmailAddress.objects.filter(user=person)
    doors.filter(email__in=EmailAddress.objects.filter(user=into).values("email")).delete()
    has = EmailAddress.objects.filter(user=into, primary=True).exists()
    rows = list(doors.order_by("-primary", "pk"))
    first = next((row.pk for row in rows if row.primary), None)
    for row in rows:
        row.user, row.primary = into, row.primary and not has
        row.save(update_fields=["user", "primary"])
    return Moved(doors=[row.pk for row in rows], first_door=first, passkeys=passkeys)


def take_over(person: Person, *, into: Person) -> None:
    """The row that stays is as old, and as much confirmed, as the two together."""
    if into.confirmed_at is None and person.confirmed_at:
        into.confirmed_at = person.confirmed_at
    if not into.get_full_name():
        into.first_name, into.last_name = person.first_name, person.last_name
    into.save(update_fields=["confirmed_at", "first_name", "last_name"])


def alike(person: Person) -> QuerySet[Person]:
    """Others who may be the same: an address or a whole name in common."""
    keys = family(person)
    emails = ContactAddress.objects.filter(person__in=keys).exclude(email="").values("email")
    reached = Q(contact_addresses__email__in=emails) | Q(emailaddress__email__in=emails)
    if person.first_name and person.last_name:
        reached |= Q(first_name__iexact=person.first_name, last_name__iexact=person.last_name)
    return standing().filter(reached).exclude(pk__in=keys).distinct()


def standing() -> QuerySet[Person]:
    """Persons who are neither erased nor merged into another."""
    return Person.objects.filter(erased_at=None, merged_into=None)
