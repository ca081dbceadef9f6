"""Consents: who agreed to what, in which words, when, and by which way; and no longer."""

import datetime as dt
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from allmende.people.kin import family
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


@dataclass(frozen=True)
class Given:
    """One of many consents, with the arguments of `give`."""

    person: Person
    wording: Wording
    at: dt.datetime
    asked_at: dt.datetime
    source: str
    email: str


def give_all(given: Iterable[Given]) -> None:
    """Writes down many at a time."""
    Consent.objects.bulk_create(
        Consent(
            person=one.person,
            wording=one.wording,
            kind=Consent.Kind.GIVEN,
            asked_at=one.asked_at,
            at=one.at,
            source=one.source,
            address_hash=address_hash(one.email),
        )
        for one in given
    )


def withdraw(person: Person, *, purpose: str, at: dt.datetime, source: str = "") -> Consent | None:
    """Writes down that the person no longer agrees; None where no consent is in force.

    What several rows of one human being agreed to ends for all of them.
    """
    ended = [
        Consent.objects.create(
            person_id=last.person_id,
            wording=last.wording,
            kind=Consent.Kind.WITHDRAWN,
            at=at,
            source=source,
            address_hash=last.address_hash,
        )
        for last in in_force(person, purpose=purpose)
    ]
    return ended[-1] if ended else None


def current(person: Person, *, purpose: str) -> Consent | None:
    """The consent in force, if there is one."""
    return next(reversed(in_force(person, purpose=purpose)), None)


def in_force(person: Person, *, purpose: str) -> list[Consent]:
    """The newest consent of every row of this human being, where it was not withdrawn."""
    rows = Consent.objects.filter(person__in=family(person), wording__purpose=purpose)
    newest = {row.person_id: row for row in rows.select_related("wording").order_by("at", "pk")}
    given = [row for row in newest.values() if row.kind == Consent.Kind.GIVEN]
    return sorted(given, key=lambda row: (row.at, row.pk))


def knock(email: str) -> Knock:
    """Holds the address until the transaction ends: forms sent at the same time wait here."""
    rows = Knock.objects.select_for_update()
    return rows.get_or_create(address_hash=address_hash(email))[0]


def sweep_knocks(*, before: dt.datetime) -> int:
    """Forgets addresses that were typed long ago. Returns how many."""
    old = Q(mailed_at__lt=before) | Q(mailed_at=None)
    return Knock.objects.filter(old).delete()[0]


def knock_all(emails: Iterable[str]) -> None:
    """Holds many addresses as `knock` holds one; in one order, so that two lists do not wait for
    each other."""
    hashes = sorted(address_hash(email) for email in emails)
    Knock.objects.bulk_create((Knock(address_hash=each) for each in hashes), ignore_conflicts=True)
    rows = Knock.objects.select_for_update().filter(address_hash__in=hashes)
    list(rows.order_by("address_hash").values_list("pk", flat=True))


def may_mail(knock: Knock, *, at: dt.datetime, pause: dt.timedelta) -> bool:
    """Takes the right to send this address one mail; nobody else gets it within `pause`."""
    if knock.mailed_at is not None and at - knock.mailed_at < pause:
        return False
    knock.mailed_at = at
    knock.save(update_fields=["mailed_at"])
    return True
