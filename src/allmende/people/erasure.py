"""Forgetting somebody (Art. 17 GDPR): at once, in every app, and with a report of what stays.

1. Every app removes what is its own and says what law keeps (`signals.erasing`).
2. `people` removes names, addresses, keys and sessions. The row itself stays, empty, for others
   point to it, and consents with it as long as they prove something.
3. Wagtail's log names the row no longer.
4. A file outside the database notes that the row was erased (`erasures`): a backup from before
   brings nobody back (`make_again`).

Who never confirmed anything goes after thirty days, row and all.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, RestrictedError
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from allmende.people import consents, erasures
from allmende.people.accounts import end_sessions
from allmende.people.answers import Kept, collect
from allmende.people.kin import family
from allmende.people.models import PROOF_YEARS, Consent, ContactAddress, Person
from allmende.people.roles import roles_of
from allmende.people.signals import erasing, sweeping

UNCONFIRMED = dt.timedelta(days=30)
KNOCKS = dt.timedelta(days=1)
LOT = 500  # persons that are looked up at once


class HasRole(Exception):
    """Staff are not erased as long as they have a role."""


@dataclass(frozen=True)
class Report:
    """What an erasure did, or would do."""

    addresses: list[str]
    kept: list[Kept]


@transaction.atomic
def erase(person: Person, *, at: dt.datetime, by: Person | None = None) -> Report:
    """Forgets a human being, all merged rows. by: who of the office did it; None is themselves.

    A second time does nothing. Raises HasRole.
    """
    known = Person.objects.select_for_update().filter(pk__in=family(person), erased_at=None)
    rows = list(known.order_by("pk"))
    check_without_role(rows)
    return erase_rows(rows, at=at, by=by)


def erase_rows(rows: list[Person], *, at: dt.datetime, by: Person | None) -> Report:
    emails = addresses_of(rows)
    kept = [one for row in rows for one in collect(erasing, row, at=at)]
    kept = list(dict.fromkeys(kept))
    for row in rows:
        empty(row, at=at)
        log(row, "people.erased", user=by)
    unname(rows)
    noted = partial(erasures.note, [erasures.of(row) for row in rows])
    transaction.on_commit(noted, robust=True)  # what fails here is added by the next worker
    return Report(addresses=emails, kept=kept)


def make_again() -> int:
    """Brings the database and the file of erasures in step, after a restore or a death.

    Rows that were erased and stand here as if they were not are erased again, roles or not, at
    the time when they were. Returns how many.
    """
    known = {(entry.pk, entry.digest): entry.at for entry in erasures.read()}
    gone = Person.objects.filter(erased_at__isnull=False).only("key", "erased_at")
    missing = [erasures.of(row) for row in gone.iterator()]
    erasures.note(one for one in missing if (one.pk, one.digest) not in known)
    return sum(erase_again(known, keys) for keys in lots(sorted(pk for pk, _digest in known)))


def lots(keys: list[int]) -> Iterator[list[int]]:
    return (keys[at : at + LOT] for at in range(0, len(keys), LOT))


@transaction.atomic
def erase_again(known: Mapping[tuple[int, str], dt.datetime], keys: list[int]) -> int:
    rows = Person.objects.select_for_update().filter(pk__in=keys, erased_at=None).order_by("pk")
    back = [row for row in rows if (row.pk, erasures.digest_of(row)) in known]
    for row in back:
        row.is_superuser = False
        erase_rows([row], at=known[row.pk, erasures.digest_of(row)], by=None)
    return len(back)


def foresee(person: Person, *, at: dt.datetime) -> Report:
    """What `erase` would do. It is done and taken back, so that nothing is promised falsely."""
    with transaction.atomic():
        report = erase(person, at=at)
        transaction.set_rollback(True)
    return report


def check_without_role(rows: list[Person]) -> None:
    if any(row.is_superuser or roles_of(row) for row in rows):
        raise HasRole(_("Whoever works here gives back their roles first."))


def addresses_of(rows: list[Person]) -> list[str]:
    contacts = ContactAddress.objects.filter(person__in=rows).exclude(email="")
    doors = EmailAddress.objects.filter(user__in=rows)
    found = {*contacts.values_list("email", flat=True), *doors.values_list("email", flat=True)}
    return sorted(found)


def empty(person: Person, *, at: dt.datetime) -> None:
    """Takes everything personal from a row."""
    end_sessions(person, at=at)
    for model in (EmailAddress, Authenticator, UserProfile):
        model.objects.filter(user=person).delete()
    person.contact_addresses.all().delete()
    person.groups.clear()
    person.user_permissions.clear()
    person.first_name = person.last_name = ""
    person.is_active = False
    person.last_login = None
    person.erased_at = at
    person.set_unusable_password()
    person.save()


def unname(rows: list[Person]) -> None:
    """Wagtail's log keeps what a thing was called, and the log of a person is their name."""
    kind = ContentType.objects.get_for_model(Person)
    for row in rows:
        entries = ModelLogEntry.objects.filter(content_type=kind, object_id=str(row.pk))
        entries.update(label=str(row))


def consents_kept(person: Person, *, at: dt.datetime) -> list[Kept]:
    if not person.consents.exists():
        return []
    return [
        Kept(
            _("Your consents: to which text, when, and withdrawn when; without your address"),
            _("We must be able to prove them, Art. 7 (1) GDPR."),
            dt.date(at.year + PROOF_YEARS, 12, 31),
        )
    ]


def sweep(*, at: dt.datetime) -> int:
    """Removes persons who never confirmed, typed addresses, and proof whose term is over.

    Returns how many persons went.
    """
    consents.sweep_knocks(before=at - KNOCKS)
    over = dt.datetime(at.year - PROOF_YEARS, 1, 1, tzinfo=dt.UTC)
    Consent.objects.filter(person__erased_at__lt=over).delete()
    sweeping.send(Person, at=at)
    for address in never_confirmed(at=at):
        with suppress(RestrictedError):  # something of the person's goes there
            address.delete()
    gone = 0
    while lot := unconfirmed(at=at):
        gone += sum(remove_unconfirmed(person, at=at) for person in lot)
    return gone


def never_confirmed(*, at: dt.datetime) -> list[ContactAddress]:
    """E-mail addresses that persons who are known asked for, and never had."""
    old = ContactAddress.objects.filter(confirmed_at=None, created_at__lt=at - UNCONFIRMED, town="")
    return list(old.exclude(person__confirmed_at=None).order_by("pk")[:LOT])


def unconfirmed(*, at: dt.datetime) -> list[Person]:
    doors = EmailAddress.objects.filter(user=OuterRef("pk"))
    rows = Person.objects.filter(
        ~Exists(doors),
        confirmed_at=None,
        erased_at=None,
        merged_into=None,
        merged=None,
        is_superuser=False,
        groups=None,
        created_at__lt=at - UNCONFIRMED,
    )
    return list(rows.order_by("pk")[:LOT])


@transaction.atomic
def remove_unconfirmed(person: Person, *, at: dt.datetime) -> bool:
    """Whoever something still leads to stays as an empty row; False for them."""
    collect(erasing, person, at=at)
    try:
        with transaction.atomic():
            person.delete()
    except (ProtectedError, RestrictedError):
        empty(person, at=at)
        return False
    return True
