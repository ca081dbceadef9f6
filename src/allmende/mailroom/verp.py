"""Return paths that name their letter (VERP): a bounce tells for certain which one it is about.

    bounces+1z141z4-k3jd9q2mfa@bote.example

The part behind the plus is the letter's key and a keyed check, so that nobody can make up a bounce
for a letter of which they know the number. It is the left side of the Message-ID too.

    bounces+leave-1z141z4-mfa2k3jd9q@bote.example

takes the mail of whoever wants no more letters of that kind. Its check has a key of its own: what
comes back to the return path, or answers by itself, never ends a subscription.
"""

import base64
import hmac
import re
from functools import cache
from hashlib import sha256

from django.conf import settings
from django.utils.crypto import salted_hmac

from allmende.mailroom.models import Message

TOKEN = re.compile(r"([0-9a-z]{1,13})-([a-z2-7]{10})", re.ASCII)
LEAVE = "leave-"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@cache
def secret(purpose: str) -> bytes:
    """A key for one purpose, derived from the paper's own; the same in every process."""
    return salted_hmac(f"allmende.mailroom.{purpose}", "", algorithm="sha256").digest()


def token(pk: int) -> str:
    return f"{base36(pk)}-{check(pk)}"


def check(pk: int, purpose: str = "verp") -> str:
    digest = hmac.digest(secret(purpose), b"%d" % pk, sha256)
    return base64.b32encode(digest[:7])[:10].decode().lower()


def base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return digits or "0"


def return_path(pk: int) -> str:
    """Where bounces of a letter go; empty where the paper has no address for them."""
    return return_path_of(token(pk))


def leave_path(pk: int) -> str:
    """Where mail goes that ends the subscription behind a letter; empty as above."""
    return return_path_of(f"{LEAVE}{base36(pk)}-{check(pk, 'leave')}")


def return_path_of(token: str) -> str:
    """The address for bounces with a token; empty where the paper has none."""
    local, _, domain = settings.MAILROOM["bounces"].rpartition("@")
    return f"{local}+{token}@{domain}" if local else ""


def token_in(address: str) -> str | None:
    """What stands behind the plus of an address of ours, or ""; None for an address elsewhere."""
    local, _, domain = address.strip().lower().rpartition("@")
    name, _, home = settings.MAILROOM["bounces"].lower().rpartition("@")
    if not name or domain != home:
        return None
    if local == name:
        return ""
    return local.removeprefix(f"{name}+") or None if local.startswith(f"{name}+") else None


def key_of(text: str) -> int | None:
    """The letter's key that an address, or a Message-ID of ours, names; None for any other."""
    local = text.strip().strip("<>").rpartition("@")[0] or text
    return checked(local.rpartition("+")[2].lower(), "verp")


def left_by(address: str) -> int | None:
    """The letter's key whose reader leaves by a mail to this address; None for any other."""
    behind = token_in(address) or ""
    return checked(behind.removeprefix(LEAVE), "leave") if behind.startswith(LEAVE) else None


def checked(token: str, purpose: str) -> int | None:
    found = TOKEN.fullmatch(token)
    if not found:
        return None
    pk = int(found[1], 36)
    return pk if hmac.compare_digest(check(pk, purpose), found[2]) and pk < 2**63 else None


def message_of(address: str) -> Message | None:
    """The letter whose return path, or Message-ID, this is."""
    pk = key_of(address)
    return None if pk is None else Message.objects.select_related("batch").filter(pk=pk).first()
