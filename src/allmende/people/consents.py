"""Consents: who agreed to what, in which words, when, and by which way; and no longer."""

import datetime as dt
import hmac
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from allmende.people.models import Consent, Knock, Person, Wording


def address_hash(email: str) -> str:
    """What stands for an address where the address itself is not kept. 64 hex digits."""
    key = hmac.digest(settings.SECRET_KEY.encode(), b"address", sha256)
    return hmac.new(key, email.strip().lower().encode(), sha256).hexdigest()


@transaction.atomic
def wording(purpose: str, *, text: str, at: dt.datetime) -> Wording:
    """The version of a text; one that was never used for this purpose gets the next number."""
    digest = sha256(text.encode()).hexdigest()
    if found := Wording.objects.filter(purpose=purpose, digest=digest).first():
        return found
    last = Wording.objects.filter(purpose=purpose).aggregate(last=Max("number"))["last"] or 0
    return Wording.objects.create(
        purpose=purpose, number=last + 1, text=text, digest=digest, since=at
    )


def give(
    person: Person,
    *,
    wording: Wording,
    at: dt.datetime,
    asked_at: dt.datetime | None = None,
    source: str = "",
    email: str = "",
) -> Consent:
    """Writes down that the person agreed; a second time is a second row."""
    return Consent.objects.create(
        person=person,
        wording=wording,
        kind=Consent.Kind.GIVEN,
        asked_at=asked_at,
        at=at,
        source=source,
        address_hash=address_hash(email) if email else "",
    )


def withdraw(person: Person, *, purpose: str, at: dt.datetime, source: str = "") -> Consent | None:
    """Writes down that the person no longer agrees; None where no consent is in force."""
    last = current(person, purpose=purpose)
    if last is None:
        return None
    return Consent.objects.create(
        person=person,
        wording=last.wording,
        kind=Consent.Kind.WITHDRAWN,
        at=at,
        source=source,
        address_hash=last.address_hash,
    )


def current(person: Person, *, purpose: str) -> Consent | None:
    """The consent in force, if there is one."""
    last = person.consents.filter(wording__purpose=purpose).order_by("-at", "-pk").first()
    return last if last and last.kind == Consent.Kind.GIVEN else None


def knock(email: str) -> Knock:
    """Holds the address until the transaction ends: forms sent at the same time wait here."""
    row, _made = Knock.objects.get_or_create(address_hash=address_hash(email))
    return Knock.objects.select_for_update().get(pk=row.pk)


def may_mail(knock: Knock, *, at: dt.datetime, pause: dt.timedelta) -> bool:
    """Takes the right to send this address one mail; nobody else gets it within `pause`."""
    if knock.mailed_at is not None and at - knock.mailed_at < pause:
        return False
    knock.mailed_at = at
    knock.save(update_fields=["mailed_at"])
    return True
