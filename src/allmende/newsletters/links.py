"""Signed links in mails: to confirm, to see one's preferences, to leave."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings

from allmende.lib.signing import Forged, Signer
from allmende.newsletters.models import Subscription
from allmende.people.models import ContactAddress

CONFIRM = dt.timedelta(days=7)
PREFERENCES = dt.timedelta(days=365)


def signer(purpose: str) -> Signer:
    secrets = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return Signer(f"newsletters.{purpose}", secrets=secrets)


def to_confirm(address: ContactAddress, *, at: dt.datetime) -> str:
    return absolute("bestaetigen", signer("confirm").sign([address.pk], at=at))


def to_preferences(address: ContactAddress, *, at: dt.datetime) -> str:
    return absolute("einstellungen", signer("preferences").sign([address.pk], at=at))


def to_leave(subscription: Subscription, *, at: dt.datetime) -> str:
    """Good as long as the subscription is there: a letter is read years later too."""
    return absolute("abmelden", signer("leave").sign([subscription.pk], at=at))


def of_letters(*, at: dt.datetime) -> Callable[[int, int], dict[str, str]]:
    """Tokens for very many letters: called with the keys of a subscription and its address."""
    leave, preferences = signer("leave"), signer("preferences")

    def tokens(subscription: int, address: int) -> dict[str, str]:
        return {
            "leave": leave.sign([subscription], at=at),
            "preferences": preferences.sign([address], at=at),
        }

    return tokens


def absolute(door: str, token: str) -> str:
    return f"{settings.PAPER_URL}/abo/{door}/{token}/"


def address_from(
    token: str, *, purpose: str, at: dt.datetime, longest: dt.timedelta
) -> ContactAddress:
    """Whose link it is. Raises `signing.Refused`."""
    (pk,) = signer(purpose).read(token, at=at, longest=longest)
    rows = ContactAddress.objects.filter(pk=pk, person__erased_at=None).select_related("person")
    if (found := rows.first()) is None:
        raise Forged
    return found


def subscription_from(token: str, *, at: dt.datetime) -> Subscription:
    """Raises `signing.Refused`."""
    (pk,) = signer("leave").read(token, at=at)
    rows = Subscription.objects.filter(pk=pk).select_related("newsletter", "person")
    if (found := rows.first()) is None:
        raise Forged
    return found
