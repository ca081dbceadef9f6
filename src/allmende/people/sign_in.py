"""Sign-in through allauth: closed to newcomers, addresses kept as rows.

Staff show a second factor. Readers come in by mailed code or by passkey alone; a passkey of theirs
is a way in, not a second lock, so that whoever loses it still gets in by code.
"""

import logging
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse

from allmende.people.models import Person
from allmende.people.public_forms import client_of
from allmende.people.roles import ENTRY

logger = logging.getLogger(__name__)

FRESH = 15 * 60  # seconds after sign-in in which a reader may change what guards the account


def is_staff(user: AbstractBaseUser | AnonymousUser) -> bool:
    return isinstance(user, Person) and user.has_perm(ENTRY)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person has shown who they are just now."""
    records = get_authentication_records(request, request.user)
    return any(time.time() - record["at"] < FRESH for record in records)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the office, never by a form that anybody can fill."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if is_staff(request.user):
            return str(super().get_login_redirect_url(request))
        return reverse("account_home")

    def is_reauthentication_required(self, *, app: str) -> bool:
        if not is_staff(self.request.user) and is_fresh(self.request):
            return False
        return bool(super().is_reauthentication_required(app=app))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Tells of a change that is made already; it must not look failed for want of mail."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except OSError:  # smtplib's errors among them
            logger.exception("a notice about an account could not be mailed")

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_of(request)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Names a person by their sign-in address in authenticator apps and passkeys."""

    def is_mfa_enabled(self, user: AbstractBaseUser, types: list[str] | None = None) -> bool:
        """Whether the sign-in asks for a second factor, or, of one type, whether it is there.

        Of readers only the app counts, which nobody has who did not want a second lock.
        """
        if not is_staff(user) and (types is None or len(types) > 1):
            types = [Authenticator.Type.TOTP]
        return bool(super().is_mfa_enabled(user, types=types))

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return getattr(user, "email", "") or str(user)
