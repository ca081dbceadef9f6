"""Signed links: what a link says was said by us, for one purpose, and until when.

    signer = Signer("newsletter-leave", secrets=["now", "before"])
    token = signer.sign([17, "x"], at=moment)
    signer.read(token, at=later, longest=dt.timedelta(days=7))      # [17, "x"]

A token holds its values in plain sight (base64), the minute of signing and a MAC (HMAC-SHA256) over
purpose, values and minute. A token of one purpose is none for another. It fits one path segment.
"""

import base64
import binascii
import datetime as dt
import hmac
import json
from collections.abc import Sequence
from hashlib import sha256

MAC = 16  # bytes; a guess succeeds once in 2^128


class Refused(Exception):
    """A token that is not good.

    Refused
      x Forged    we did not write it, or not for this
      x Expired   we wrote it too long ago
    """


class Forged(Refused):
    """We did not write it, or not for this."""


class Expired(Refused):
    """We wrote it too long ago."""


class Signer:
    """purpose: what tokens are for. secrets: the first signs, all of them are believed."""

    def __init__(self, purpose: str, *, secrets: Sequence[str]) -> None:
        self._keys = [
            hmac.digest(key.encode(), f"link:{purpose}".encode(), sha256) for key in secrets
        ]

    def sign(self, values: Sequence[int | str], *, at: dt.datetime) -> str:
        body = json.dumps([int(at.timestamp()) // 60, *values], separators=(",", ":")).encode()
        return written(hmac.digest(self._keys[0], body, sha256)[:MAC] + body)

    def read(
        self, token: str, *, at: dt.datetime, longest: dt.timedelta | None = None
    ) -> list[int | str]:
        """The values signed. `longest`: how old the token may be; None means any age.

        Raises Forged and Expired.
        """
        raw = unwritten(token)
        mac, body = raw[:MAC], raw[MAC:]
        if not any(same(mac, hmac.digest(key, body, sha256)) for key in self._keys):
            raise Forged
        minute, *values = json.loads(body)
        if longest is not None and at.timestamp() - minute * 60 > longest.total_seconds():
            raise Expired
        return values


def same(mac: bytes, other: bytes) -> bool:
    return hmac.compare_digest(mac, other[:MAC])


def written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unwritten(token: str) -> bytes:
    """Raises Forged for what is no base64, or a second spelling of the same bytes."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Forged from error
    if written(raw) != token:
        raise Forged
    return raw
