"""What `people` listens to: second factors being set up."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_reset
from django.dispatch import receiver
from django.http import HttpRequest

from allmende.people.models import Person


@receiver(authenticator_added)
@receiver(authenticator_reset)
def count_set_up_as_shown(
    request: HttpRequest, user: Person, authenticator: Authenticator, **_: Any
) -> None:
    """Who has just set up a factor has proved to hold it, so the session counts as shown.

    Only a session that owes nothing gets here: `guard` closes the account pages to others.
    "Reauthenticated", so that the recovery codes are shown without asking for it once more.
    """
    record_authentication(
        request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True
    )
