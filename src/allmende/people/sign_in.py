"""Sign-in of staff through allauth: closed to newcomers, addresses kept as rows."""

import ipaddress
import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import clean_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

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
            request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", "")
        )


class SecondFactorAdapter(DefaultMFAAdapter):
    """Names a person by their sign-in address in authenticator apps and passkeys."""

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return getattr(user, "email", "") or str(user)


def client_address(peer: str, forwarded: str) -> str:
    """Who asks: the peer itself, or what configured proxies say, read from the near end.

    A header that a stranger sends is never believed: reading stops at the first address that is
    not one of our proxies.
    """
    address = clean_client_ip(peer) or "0.0.0.0"  # noqa: S104  a socket file has no address
    for hop in reversed(forwarded.split(",")):
        nearer = clean_client_ip(hop)
        if nearer is None or not is_proxy(address):
            break
        address = nearer
    return address


def is_proxy(address: str) -> bool:
    networks: list[Any] = [ipaddress.ip_network(name, strict=False) for name in settings.PROXIES]
    return any(ipaddress.ip_address(address) in network for network in networks)
