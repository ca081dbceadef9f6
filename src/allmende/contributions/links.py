"""Signed links in mails: to a reader's contributions, and to a reminder."""

import datetime as dt

from django.conf import settings

from allmende.contributions.models import Reminder
from allmende.lib.signing import Forged, Signer
from allmende.people import addresses
from allmende.people.consents import address_hash
from allmende.people.models import Person

MANAGE = dt.timedelta(days=365)  # § 312k BGB: ending must stay easy; a fresh link comes by mail
REMIND = dt.timedelta(days=7)
NO_MORE = dt.timedelta(days=400)


def signer(purpose: str) -> Signer:
    secrets = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return Signer(f"contributions.{purpose}", secrets=secrets)


def to_manage(person: Person, *, email: str, at: dt.datetime) -> str:
    """The page of all that a person gives; good as long as `email` is an address of theirs."""
    token = signer("manage").sign([person.pk, mark(email)], at=at)
    return absolute("verwalten", token)


def mark(email: str) -> str:
    """Tells the address to nobody who sees the link."""
    return address_hash(email)[:16]


def to_confirm_reminder(reminder: Reminder, *, at: dt.datetime) -> str:
    return absolute("erinnern", signer("remind").sign([reminder.pk], at=at))


def to_end_reminder(reminder: Reminder, *, at: dt.datetime) -> str:
    return absolute("nicht-erinnern", signer("no more").sign([reminder.pk], at=at))


def absolute(door: str, token: str) -> str:
    return f"{settings.PAPER_URL}/beitrag/{door}/{token}/"


def person_from(token: str, *, at: dt.datetime) -> Person:
    """Whose page it is. Raises `signing.Refused`."""
    pk, marked = signer("manage").read(token, at=at, longest=MANAGE)
    found = Person.objects.filter(pk=pk, erased_at=None).first()
    if found is None or marked not in {mark(one.email) for one in addresses.of(found)}:
        raise Forged
    return found


def reminder_from(token: str, *, purpose: str, at: dt.datetime, longest: dt.timedelta) -> Reminder:
    """Raises `signing.Refused`."""
    (pk,) = signer(purpose).read(token, at=at, longest=longest)
    rows = Reminder.objects.filter(pk=pk).select_related("address", "person", "wording")
    if (found := rows.first()) is None:
        raise Forged
    return found
