"""The office gives somebody who lost every mailbox another address.

Who signs in by mailed code and lost the mailbox cannot change the address. The office makes sure
who asks; a link goes to the new address, and its button puts that in the place of all others:
letters go there, it alone signs in, passkeys go, for a stranger may have set one up, and everybody
is signed out. Each address before is told, and can take it back for a week.
"""

import datetime as dt

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from allmende.lib.signing import Forged
from allmende.people import accounts, addresses, consents, letters, links
from allmende.people.kin import root
from allmende.people.models import ContactAddress, Person
from allmende.people.roles import roles_of

PURPOSE = "move"


class CannotMove(Exception):
    """Why the office cannot give this person that address.

    CannotMove
      x IsStaff        the staff's addresses are changed on their own screen
      x TooSoon        a mail went there within the hour
    """


class IsStaff(CannotMove):
    """The staff's addresses are changed on their own screen."""


class TooSoon(CannotMove):
    """A mail went there within the hour."""


@transaction.atomic
def ask(person: Person, *, email: str, by: Person, at: dt.datetime) -> None:
    """Sends the link to the new address; before its button is pressed nothing changes.

    Raises CannotMove, and AddressTaken where another person signs in with it.
    """
    if roles_of(person):
        raise IsStaff(_("The addresses of the staff are changed under “Name, roles, sign-in”."))
    email = accounts.clean_address(email)
    accounts.check_address_free(email, person=person)
    if not consents.may_mail(consents.knock(email), at=at, pause=addresses.PAUSE):
        raise TooSoon(_("A mail went to this address within the last hour. Please wait for it."))
    new = addresses.contacts(person).filter(email=email).order_by("pk").first()
    new = new or ContactAddress.objects.create(person=person, email=email, created_at=at)
    token = links.signer(PURPOSE).sign([new.pk, int(at.timestamp())], at=at)
    link = settings.PAPER_URL + reverse("account_move", args=[token])
    letters.send("address_moves", to=email, language=person.language, link=link)
    log(person, "people.move_asked", user=by)


def asked_by(token: str, *, at: dt.datetime) -> tuple[ContactAddress, bool]:
    """The new address, and whether the button has been pressed. Raises `signing.Refused`."""
    pk, since = links.signer(PURPOSE).read(token, at=at, longest=links.CONFIRM)
    rows = ContactAddress.objects.filter(person__erased_at=None).select_related("person")
    new = rows.filter(pk=pk).first()
    if new is None:
        raise Forged
    moved = new.confirmed_at is not None and new.confirmed_at.timestamp() >= int(since)
    return new, moved


@transaction.atomic
def move(new: ContactAddress, *, at: dt.datetime) -> None:
    """The button behind the link was pressed.

    Raises AddressTaken, and IsStaff, where that has come about since the link was sent.
    """
    person = root(new.person)
    if roles_of(person):
        raise IsStaff
    accounts.add_sign_in_address(person, email=new.email)
    new.confirmed_at = at
    new.save(update_fields=["confirmed_at"])
    doors = EmailAddress.objects.filter(user=person)
    doors.exclude(email=new.email).update(primary=False)
    doors.filter(email=new.email).update(primary=True)
    for old in addresses.of(person):
        if old.email != new.email:
            addresses.remove(person, email=old.email, at=at)
    Authenticator.objects.filter(user=person).delete()
    accounts.end_sessions(person, at=at)
    log(person, "people.address_changed")
