"""Signed links in mails about addresses: good for a week, and for one thing."""

import datetime as dt

from django.conf import settings
from django.urls import reverse

from allmende.lib.signing import Forged, Signer
from allmende.people.models import ContactAddress

CONFIRM = dt.timedelta(days=7)


def signer() -> Signer:
    secrets = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return Signer("people.address", secrets=secrets)


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
