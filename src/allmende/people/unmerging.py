"""A merge is undone: two rows that the office took for one human being are two again.

For thirty days, and as far as it goes: sign-in addresses go back to the row that they came from,
and subscriptions that ended because the other row had them too come to life, unless somebody has
left since. What was written meanwhile stays with the row that stayed. Passkeys that the merge ended
are set up again by their owner.
"""

import datetime as dt

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from allmende.people.accounts import end_sessions
from allmende.people.answers import collect
from allmende.people.merging import CannotMerge, Gone, Staff
from allmende.people.models import Merge, Person
from allmende.people.roles import roles_of
from allmende.people.signals import unmerged

WITHIN = dt.timedelta(days=30)


class TooLate(CannotMerge):
    """It was undone already, or is too long ago, or the row that stayed was merged itself."""


def last_day(merge: Merge) -> dt.datetime:
    return merge.at + WITHIN


@transaction.atomic
def undo(merge: Merge, *, by: Person | None, at: dt.datetime) -> int:
    """Returns how many sign-in addresses went back. Raises CannotMerge."""
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    keys = [merge.person_id, merge.into_id]
    rows = Person.objects.select_for_update().filter(pk__in=keys).order_by("pk").in_bulk()
    person, into = rows[merge.person_id], rows[merge.into_id]
    check(merge, person, into, by=by, at=at)
    moved = give_back(merge, person, into, at=at)
    person.merged_into = None
    person.is_active = True
    person.save(update_fields=["merged_into", "is_active"])
    if merge.took_name and into.get_full_name() == person.get_full_name():
        into.first_name = into.last_name = ""
        into.save(update_fields=["first_name", "last_name"])
    merge.undone_at, merge.undone_by = at, by
    merge.save(update_fields=["undone_at", "undone_by"])
    collect(unmerged, person, into=into, merged_at=merge.at, at=at)
    log(person, "people.unmerged", user=by, data={"into": into.pk})
    log(into, "people.gave_back", user=by, data={"person": person.pk})
    return moved


def check(
    merge: Merge, person: Person, into: Person, *, by: Person | None, at: dt.datetime
) -> None:
    if merge.undone_at or person.merged_into_id != into.pk:
        raise TooLate(_("This merge is undone already."))
    if at > last_day(merge):
        raise TooLate(_("A merge can be undone for thirty days; these are over."))
    if person.erased_at or into.erased_at:
        raise Gone(_("One of the two was erased."))
    if into.merged_into_id:
        raise TooLate(_("The record that stayed was merged itself; undo that first."))
    has_role = into.is_superuser or roles_of(into)
    if has_role and by is not None and not by.is_superuser:
        raise Staff(_("Only an administrator takes something from a member of the staff."))


def give_back(merge: Merge, person: Person, into: Person, *, at: dt.datetime) -> int:
    """Everybody is signed out, for one may have come in by an address of the other."""
    for row in (person, into):
        end_sessions(row, at=at)
    doors = list(EmailAddress.objects.filter(user=into, pk__in=merge.doors).order_by("pk"))
    for door in doors:
        door.user, door.primary = person, door.pk == merge.first_door
        door.save(update_fields=["user", "primary"])
    for row in (person, into):
        theirs = EmailAddress.objects.filter(user=row)
        first = theirs.filter(verified=True).order_by("pk").first()
        if first and not theirs.filter(primary=True).exists():
            first.primary = True
            first.save(update_fields=["primary"])
    return len(doors)
