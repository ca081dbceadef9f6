"""Sign-in of staff through allauth: closed to newcomers, addresses kept as rows."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from allmende.lib.limits import client_address

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the office, never by a form that anybody can fill."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Tells of a change that is made already; it must not look failed for want of mail."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except OSError:  # smtplib's errors among them
            logger.exception("a notice about an account could not be mailed")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that rate limits count by. Unknown callers share one."""
        return client_address(
            request.META.get("REMOTE_ADDR", ""),
            request.headers.get("X-Forwarded-For", ""),
            proxies=settings.PROXIES,
        )


class SecondFactorAdapter(DefaultMFAAdapter):
    """Names a person by their sign-in address in authenticator apps and passkeys."""

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return getattr(user, "email", "") or str(user)
