"""A change of address is taken back by the address before, with the link that was mailed to it.

Whoever gets at an account, or at a letter that was passed on, could lead everything elsewhere. For
a week the address before can undo that: letters go there again, and if it signed in, it does so
again and comes first; whatever came into the account lately, addresses that sign in and passkeys,
loses its way in, and everybody is signed out.
"""

import datetime as dt

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from allmende.people import addresses
from allmende.people.accounts import end_sessions
from allmende.people.models import ContactAddress, Person
from allmende.people.roles import roles_of

LATELY = dt.timedelta(days=14)  # the week of the link, and one before it


@transaction.atomic
def take_back(
    person: Person, *, email: str, new: ContactAddress | None, door: bool, at: dt.datetime
) -> None:
    """The button behind the link was pressed. Twice is as good as once.

    email: the address before. new: the one in its place, if it is there still. door: whether the
    address before signed in. The staff's sign-in is the office's; it stays.
    """
    old = addresses.contact(person, email=email, at=at)
    everything = addresses.contacts(person).exclude(pk=old.pk)
    others = everything.filter(pk=new.pk) if new and not door else everything
    told = {row.email for row in others if addresses.replace(row, by=old, at=at)}
    if door and not roles_of(person):
        told |= give_door_back(person, email=email, at=at)
    for other in sorted(told - {email}):
        addresses.tell(person, "address_taken_back", to=other, new=email)


def give_door_back(person: Person, *, email: str, at: dt.datetime) -> set[str]:
    """Returns addresses that do not sign in any more, or come first no longer."""
    addresses.open_door(person, email=email)
    doors = EmailAddress.objects.filter(user=person, verified=True)
    if not doors.filter(email=email).exists():  # somebody else's by now
        return set()
    young = addresses.contacts(person).filter(confirmed_at__gt=at - LATELY).exclude(email=email)
    late = doors.filter(email__in=list(young.values_list("email", flat=True)))
    told = {*late.values_list("email", flat=True)}
    late.delete()
    told |= {*doors.filter(primary=True).exclude(email=email).values_list("email", flat=True)}
    doors.exclude(email=email).update(primary=False)
    doors.filter(email=email).update(primary=True)
    Authenticator.objects.filter(user=person, created_at__gt=at - LATELY).delete()
    end_sessions(person, at=at)
    return told
