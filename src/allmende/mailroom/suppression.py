"""Addresses that get no mailing: dead ones, failing ones, and readers who called it spam.

The list holds keyed hashes, never addresses. A dead address may come back to life, and `lift` is
for its reader who proved that mail arrives again. Who complained is not mailed again, not even a
single mail, until they have told us themselves (`forgive`).
"""

import datetime as dt
import hmac
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256

from allmende.mailroom.models import Suppression
from allmende.mailroom.verp import secret

Why = Suppression.Why


def digest_of(address: str) -> str:
    """64 hex digits; capitals and the domain's spelling make no difference."""
    local, _, domain = address.strip().casefold().rpartition("@")
    known = f"{local}@{in_ascii(domain)}".encode()
    return hmac.digest(secret("suppression"), known, sha256).hex()


@lru_cache(maxsize=10_000)  # a mailing asks for the same few again and again
def in_ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode()
    except UnicodeError:  # no domain that mail could go to is as good as it is
        return domain


def suppress(address: str, why: Why, *, at: dt.datetime) -> bool:
    """Bars an address; a complaint outweighs what was known before. Returns whether that is new."""
    row, made = Suppression.objects.get_or_create(
        digest=digest_of(address), defaults={"why": why, "since": at}
    )
    if made or row.why == why or why != Why.COMPLAINT:
        return made
    Suppression.objects.filter(pk=row.pk).update(why=why, since=at)
    return True


def why(address: str) -> Suppression | None:
    """Why an address gets no mail, for its reader's eyes; None where it gets it."""
    return Suppression.objects.filter(digest=digest_of(address)).first()


def lift(address: str) -> bool:
    """Lets an address have mail again. Returns whether it was barred; a complaint stays."""
    barred = Suppression.objects.filter(digest=digest_of(address)).exclude(why=Why.COMPLAINT)
    return bool(barred.delete()[0])


def forgive(address: str) -> bool:
    """Lifts a complaint, because its reader told us that they want mail again. Returns whether
    there was one."""
    complaint = Suppression.objects.filter(digest=digest_of(address), why=Why.COMPLAINT)
    return bool(complaint.delete()[0])


def among(addresses: Iterable[str], *, single: bool) -> set[str]:
    """Those of the addresses that get no mail. single: a mail that somebody asked for this moment,
    as a sign-in code; only who complained is spared it."""
    digests = {address: digest_of(address) for address in addresses}
    barred = Suppression.objects.filter(digest__in=set(digests.values()))
    if single:
        barred = barred.filter(why=Why.COMPLAINT)
    found = set(barred.values_list("digest", flat=True))
    return {address for address, digest in digests.items() if digest in found}
