"""The statute that holds on a day, and how a version comes to hold.

statute.in_force(on=day)                    # the version that declarations of that day follow
found = statute.draft(values, groups=[...], document=pdf)
statute.publish(found, by=person, at=now)
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from allmende.bakery import ingredients, orders
from allmende.cooperative.models import CooperativePage, MemberGroup, Statute, StatuteDocument
from allmende.paper import identity
from allmende.people.models import Person

VERSIONS = "statutes"  # ingredient: which versions there are, and which one holds


class StatuteRule(Exception):
    """A rule about statutes was broken.

    StatuteRule
      x NoStatute          none is in force on that day
      x AlreadyPublished   a version is published once
      x NoGroup            nobody could be a member by this version
    """


class NoStatute(StatuteRule):
    """None is in force on that day."""


class AlreadyPublished(StatuteRule):
    """A version is published once."""


class NoGroup(StatuteRule):
    """Nobody could be a member by this version."""


def published(*, known_at: dt.datetime | None = None) -> QuerySet[Statute]:
    """Versions that stand, the newest first; as they were known at a time."""
    ingredients.read(VERSIONS)
    found = Statute.objects.filter(published_at__isnull=False)
    if known_at is not None:
        found = found.filter(published_at__lte=known_at)
    return found.order_by("-in_force_from", "-number")


def in_force(*, on: dt.date, known_at: dt.datetime | None = None) -> Statute:
    """Of versions with the same day the greatest number holds: it mends the others.

    Raises NoStatute.
    """
    found = published(known_at=known_at).filter(in_force_from__lte=on).first()
    if found is None:
        raise NoStatute(on)
    return found


def keep_document(content: bytes) -> StatuteDocument:
    """The same bytes are kept once."""
    found, _made = StatuteDocument.objects.get_or_create(
        sha256=sha256(content).hexdigest(), defaults={"content": content}
    )
    return found


@transaction.atomic
def draft(
    values: Mapping[str, Any], *, groups: Iterable[Mapping[str, Any]], document: bytes
) -> Statute:
    """A version that nobody follows yet. values, groups: fields of the two models.

    Raises ValidationError.
    """
    found = Statute(**values, number=next_number(), document=keep_document(document))
    found.full_clean()
    found.save()
    for position, group in enumerate(groups):
        MemberGroup.objects.create(statute=found, position=position, **group)
    return found


def next_number() -> int:
    newest: int | None = Statute.objects.aggregate(newest=Max("number"))["newest"]
    return (newest or 0) + 1


@transaction.atomic
def publish(statute: Statute, *, by: Person | None, at: dt.datetime) -> None:
    """From now on it is fixed. by: None for the demo paper.

    Raises AlreadyPublished and NoGroup.
    """
    if not statute.groups.exists():
        raise NoGroup(statute.pk)
    moved = Statute.objects.filter(pk=statute.pk, published_at__isnull=True)
    if moved.update(published_at=at, published_by=by) != 1:
        raise AlreadyPublished(statute.pk)
    statute.refresh_from_db()
    orders.place(VERSIONS)
    turn(on=day_of(at))


def day_of(at: dt.datetime) -> dt.date:
    """The day in the paper's time zone: what law speaks of."""
    return at.astimezone(identity.paper().time_zone_info).date()


def turn(*, on: dt.date) -> bool:
    """Lets the public pages show the version that holds on a day. Says whether it is another."""
    row = CooperativePage.load()
    law = published().filter(in_force_from__lte=on).first()
    if law is None or row.law_id == law.pk:
        return False
    CooperativePage.objects.filter(pk=row.pk).update(law=law)
    orders.place(CooperativePage.INGREDIENT)
    return True
