"""Signed links in mails: to confirm a declaration, and to what is one's own of it."""

import datetime as dt

from django.conf import settings

from allmende.cooperative.models import Declaration
from allmende.lib.signing import Forged, Signer

CONFIRM = dt.timedelta(days=14)
OWN = dt.timedelta(days=365)  # a board may take its time, and a letter with the post too


def signer(purpose: str) -> Signer:
    secrets = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return Signer(f"cooperative.{purpose}", secrets=secrets)


def to_confirm(declaration: Declaration, *, at: dt.datetime) -> str:
    return absolute("bestaetigen", signer("confirm").sign([declaration.pk], at=at))


def to_own(declaration: Declaration, *, at: dt.datetime) -> str:
    """Where its paper is, and where it is withdrawn."""
    return absolute("erklaerung", own_token(declaration, at=at))


def own_token(declaration: Declaration, *, at: dt.datetime) -> str:
    return signer("own").sign([declaration.pk], at=at)


def absolute(door: str, token: str) -> str:
    return f"{settings.PAPER_URL}/beitreten/{door}/{token}/"


def confirmed_by(token: str, *, at: dt.datetime) -> Declaration:
    """Raises `signing.Refused`."""
    return declaration_of(token, purpose="confirm", longest=CONFIRM, at=at)


def owned_by(token: str, *, at: dt.datetime) -> Declaration:
    """Raises `signing.Refused`."""
    return declaration_of(token, purpose="own", longest=OWN, at=at)


def declaration_of(
    token: str, *, purpose: str, longest: dt.timedelta, at: dt.datetime
) -> Declaration:
    (pk,) = signer(purpose).read(token, at=at, longest=longest)
    rows = Declaration.objects.select_related("statute").filter(pk=pk, forgotten_at=None)
    if (found := rows.first()) is None:
        raise Forged
    return found
