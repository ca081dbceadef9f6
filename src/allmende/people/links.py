"""Signed links in mails about addresses: good for a week, and for one thing."""

import datetime as dt

from django.conf import settings
from django.urls import reverse

from allmende.lib.signing import Forged, Signer
from allmende.people.kin import root
from allmende.people.models import ContactAddress, Person

CONFIRM = TAKE_BACK = dt.timedelta(days=7)


def signer(purpose: str = "address") -> Signer:
    secrets = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return Signer(f"people.{purpose}", secrets=secrets)


def to_confirm(
    new: ContactAddress, *, instead_of: ContactAddress | None, opens: bool, at: dt.datetime
) -> str:
    """Confirms `new`. opens: whether it may sign in from then on."""
    old = instead_of.pk if instead_of else 0
    token = signer().sign([new.pk, old, int(opens)], at=at)
    return settings.PAPER_URL + reverse("account_confirm_address", args=[token])


def confirmed_by(
    token: str, *, at: dt.datetime
) -> tuple[ContactAddress, ContactAddress | None, bool]:
    """What `to_confirm` was given. Raises `signing.Refused`."""
    new, old, opens = (int(value) for value in signer().read(token, at=at, longest=CONFIRM))
    rows = ContactAddress.objects.filter(person__erased_at=None).select_related("person")
    found = rows.in_bulk([new, old])
    if new not in found or (old and old not in found):
        raise Forged
    return found[new], found.get(old), bool(opens)


def to_take_back(email: str, *, new: ContactAddress, door: bool, at: dt.datetime) -> str:
    """Leads back to `email` what goes to `new` instead. door: whether `email` signed in. Whoever
    reads the link learns nothing of the new address."""
    token = signer("take back").sign([new.person_id, new.pk, email, int(door)], at=at)
    return settings.PAPER_URL + reverse("account_take_back", args=[token])


def taken_back_by(
    token: str, *, at: dt.datetime
) -> tuple[Person, str, ContactAddress | None, bool]:
    """The row that stays, the address before, the new one if it is there still, and whether the
    one before signed in. Raises `signing.Refused`."""
    owner, pk, email, door = signer("take back").read(token, at=at, longest=TAKE_BACK)
    person = Person.objects.filter(pk=owner, erased_at=None).first()
    if person is None:
        raise Forged
    new = ContactAddress.objects.filter(pk=pk).first()
    return root(person), str(email), new, bool(door)
