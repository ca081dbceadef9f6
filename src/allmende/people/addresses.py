"""A reader's e-mail addresses: added, confirmed, changed, removed.

Each is a `ContactAddress`; one that signs in is a row of allauth's too. Nothing is believed before
the button behind a link that was mailed there. An address that comes by the page of preferences
gets letters but does not sign in: links to that page lie in every letter, and letters are passed
on. Where letters go to another address, the one before is told.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from allmende.people import consents, letters, links
from allmende.people.accounts import clean_address
from allmende.people.kin import family, root
from allmende.people.models import ContactAddress, Person
from allmende.people.roles import roles_of
from allmende.people.signals import address_replaced

PAUSE = dt.timedelta(hours=1)  # between two mails that a form can cause
MOST = 5


class Refused(Exception):
    """An address cannot be changed so.

    Refused
      x TooMany   a person has no more than `MOST` addresses
      x LastOne   the last address that signs in stays
    """


class TooMany(Refused):
    """A person has no more than `MOST` addresses."""


class LastOne(Refused):
    """The last address that signs in stays."""


@dataclass(frozen=True)
class Address:
    """One address of a person, as its owner sees it."""

    email: str
    confirmed: bool
    signs_in: bool
    primary: bool
    stays: bool  # for no other one signs in


def of(person: Person) -> list[Address]:
    """The person's e-mail addresses, the one that is written to first."""
    keys = family(person)
    doors = {row.email: row for row in EmailAddress.objects.filter(user__in=keys, verified=True)}
    contacts = ContactAddress.objects.filter(person__in=keys).exclude(email="")
    confirmed = {row.email for row in contacts if row.confirmed_at} | doors.keys()
    found = [
        Address(
            email=email,
            confirmed=email in confirmed,
            signs_in=email in doors,
            primary=email in doors and doors[email].primary,
            stays=doors.keys() == {email},
        )
        for email in {row.email for row in contacts} | doors.keys()
    ]
    return sorted(found, key=lambda one: (not one.primary, not one.signs_in, one.email))


def emails_of(person: Person) -> list[str]:
    """What one row is reached by, and signs in with."""
    written = person.contact_addresses.exclude(email="").values_list("email", flat=True)
    doors = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    return sorted({*written, *doors})


def emails_of_nobody_else(person: Person) -> list[str]:
    """Those of them that no other human being has; couples share."""
    keys, emails = family(person), emails_of(person)
    rows = ContactAddress.objects.filter(email__in=emails).exclude(person__in=keys)
    doors = EmailAddress.objects.filter(email__in=emails).exclude(user__in=keys)
    others = {*rows.values_list("email", flat=True), *doors.values_list("email", flat=True)}
    return [email for email in emails if email not in others]


@transaction.atomic
def reached(email: str) -> ContactAddress | None:
    """Where letters to this address belong: one that was confirmed comes first.

    An address that somebody known only wants to have is nobody's yet.
    """
    return reached_by([email]).get(email)


def reached_by(emails: Iterable[str]) -> dict[str, ContactAddress]:
    """The same for many, as far as they are known."""
    wanted = Q(confirmed_at=None, person__confirmed_at__isnull=False)
    rows = ContactAddress.objects.filter(email__in=emails, person__erased_at=None).exclude(wanted)
    rows = rows.select_related("person")
    best = sorted(rows, key=lambda row: (row.confirmed_at is not None, -row.pk))
    return {row.email: row for row in best}


def newcomer(
    email: str, *, language: str, at: dt.datetime, first_name: str = "", last_name: str = ""
) -> ContactAddress:
    """The address of a new person, who has confirmed nothing yet."""
    person = Person.objects.create_user(
        language=language, created_at=at, first_name=first_name, last_name=last_name
    )
    return ContactAddress.objects.create(person=person, email=email, created_at=at)


def ask(
    person: Person,
    *,
    email: str,
    at: dt.datetime,
    instead_of: ContactAddress | None = None,
    opens: bool = True,
) -> None:
    """Sends a link to an address that the person wants to have.

    Tells nothing about who else has it. instead_of: letters that go there shall go to the new one.
    Raises TooMany.
    """
    email, person = clean_address(email), root(person)
    knock = consents.knock(email)
    rows = ContactAddress.objects.filter(person__in=family(person)).exclude(email="")
    new = rows.filter(email=email).order_by("pk").first()
    if new is None:
        if rows.values("email").distinct().count() >= MOST:
            raise TooMany(_("You have as many addresses as one may have. Remove one first."))
        new = ContactAddress.objects.create(person=person, email=email, created_at=at)
    if consents.may_mail(knock, at=at, pause=PAUSE):
        link = links.to_confirm(new, instead_of=instead_of, opens=opens, at=at)
        letters.send("address_confirm", to=email, language=person.language, link=link)


@transaction.atomic
def confirm(
    new: ContactAddress, *, instead_of: ContactAddress | None, opens: bool, at: dt.datetime
) -> None:
    """The button behind the link was pressed. Twice is as good as once.

    A member of the staff signs in with what the office has entered, and with nothing else.
    """
    person = root(new.person)
    before = person.email
    if new.confirmed_at is None:
        new.confirmed_at = at
        new.save(update_fields=["confirmed_at"])
    opened = opens and not roles_of(person) and open_door(person, email=new.email)
    if instead_of is not None and instead_of.email != new.email:
        if replace(instead_of, by=new, at=at):
            back = links.to_take_back(instead_of.email, new=new, door=False, at=at)
            tell(person, "address_changed", to=instead_of.email, new=new.email, back=back)
    elif opened and before != new.email:
        tell(person, "address_added", to=before, new=new.email)


def open_door(person: Person, *, email: str) -> bool:
    """Lets an address sign in unless somebody else does with it. Returns whether it is new."""
    if EmailAddress.objects.filter(email=email, verified=True).exists():
        return False
    first = not EmailAddress.objects.filter(user=person, primary=True).exists()
    EmailAddress.objects.update_or_create(
        user=person,
        email=email,
        defaults={"verified": True},
        create_defaults={"verified": True, "primary": first},
    )
    return True


def open_first_door(email: str) -> None:
    """A reader who never signed in may, with the address that they confirmed first.

    Not with one that came later: it may have come by a letter that was passed on.
    """
    email = clean_address(email)
    if EmailAddress.objects.filter(email=email, verified=True).exists():
        return
    rows = ContactAddress.objects.filter(email=email, confirmed_at__isnull=False)
    for row in rows.filter(person__erased_at=None).order_by("confirmed_at", "pk"):
        person = root(row.person)
        if first_of(row.person) == email and not roles_of(person):
            open_door(person, email=email)
            return


def first_of(person: Person) -> str:
    """The address that a row confirmed first, "" where it signs in with one of its own already."""
    ever = person.contact_addresses.filter(confirmed_at__isnull=False).exclude(email="")
    emails = list(ever.order_by("confirmed_at", "pk").values_list("email", flat=True))
    merged = ContactAddress.objects.filter(person__in=family(person)).exclude(person=person)
    of_others = set(merged.values_list("email", flat=True)) - set(emails)
    doors = EmailAddress.objects.filter(user=root(person), verified=True)
    return "" if doors.exclude(email__in=of_others).exists() else emails[0]


@transaction.atomic
def make_primary(person: Person, *, email: str, at: dt.datetime) -> None:
    """From now on everything is written to this address of the person, letters too.

    Does nothing for an address that does not sign the person in.
    """
    rows = EmailAddress.objects.filter(user=person, verified=True)
    chosen = rows.filter(email=email).first()
    if chosen is None or chosen.primary:
        return
    before = rows.filter(primary=True).first()
    if before:
        before.primary = False
        before.save(update_fields=["primary"])
    chosen.primary = True
    chosen.save(update_fields=["primary"])
    new = contact(person, email=email, at=at)
    for old in contacts(person).exclude(pk=new.pk):
        replace(old, by=new, at=at)
    if before:
        back = links.to_take_back(before.email, new=new, door=True, at=at)
        tell(person, "address_changed", to=before.email, new=email, back=back)


@transaction.atomic
def remove(person: Person, *, email: str, at: dt.datetime) -> None:
    """Takes an address from a person; letters that went there go to the primary one.

    Raises LastOne.
    """
    keys, doors = family(person), EmailAddress.objects.filter(user=person, verified=True)
    gone = doors.filter(email=email)
    others = doors.exclude(email=email).order_by("-primary", "pk")
    rows = ContactAddress.objects.filter(person__in=keys, email=email)
    if not others.exists():
        raise LastOne(_("This is the only address that you sign in with. Add another one first."))
    if gone.filter(primary=True).exists():
        make_primary(person, email=others[0].email, at=at)
    heir = contact(person, email=others[0].email, at=at)
    signed_in = gone.exists()
    known = signed_in or rows.filter(confirmed_at__isnull=False).exists()
    for old in rows:
        replace(old, by=heir, at=at)
    gone.delete()
    rows.exclude(town="").update(email="")
    rows.delete()
    if known:
        back = links.to_take_back(email, new=heir, door=signed_in, at=at)
        tell(person, "address_removed", to=email, new="", back=back)


def contacts(person: Person) -> QuerySet[ContactAddress]:
    return ContactAddress.objects.filter(person__in=family(person)).exclude(email="")


def contact(person: Person, *, email: str, at: dt.datetime) -> ContactAddress:
    """The person's row of an address that signs in; it is confirmed by that."""
    row = contacts(person).filter(email=email).order_by("pk").first()
    if row is None:
        row = ContactAddress(person=person, email=email, created_at=at)
    if row.confirmed_at is None:
        row.confirmed_at = at
        row.save()
    return row


def replace(old: ContactAddress, *, by: ContactAddress, at: dt.datetime) -> int:
    """What goes to one address shall go to another. Returns how many things that are."""
    told: Any = address_replaced.send(ContactAddress, old=old, new=by, at=at)
    return sum(moved for _receiver, moved in told)


def tell(person: Person, name: str, *, to: str, new: str, back: str = "") -> None:
    """back: a link that takes the change back, for the address that was there before."""
    about = {"new": letters.masked(new), "back": back, "office": settings.DEFAULT_FROM_EMAIL}
    letters.send(name, to=to, language=person.language, **about)
