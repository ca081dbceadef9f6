"""DKIM signatures (RFC 6376, RFC 8463): rsa-sha256 and ed25519-sha256, relaxed/simple.

The body goes out exactly as it is signed, so its canonical form is "simple"; relays refold headers,
so theirs is "relaxed".
"""

import base64
import re
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

BLANK = re.compile(rb"[ \t\r\n]+")
SIGNED = {
    b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"reply-to", b"mime-version",
    b"content-type", b"content-transfer-encoding", b"content-language", b"list-id",
    b"list-unsubscribe", b"list-unsubscribe-post", b"feedback-id", b"precedence", b"archived-at",
    b"auto-submitted",
}  # fmt: skip
Key = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
PADDING, HASH = padding.PKCS1v15(), hashes.SHA256()


class BadKey(ValueError):
    """The file holds no private key that DKIM knows."""


def relaxed(name: bytes, value: bytes) -> bytes:
    """One header in its relaxed canonical form, with its CRLF."""
    return name.lower() + b":" + BLANK.sub(b" ", value).strip() + b"\r\n"


class Signer:
    """Signs for one domain with one key, published at <selector>._domainkey.<domain>."""

    def __init__(self, domain: str, selector: str, key: Key) -> None:
        self.domain, self.selector, self._key = domain, selector, key
        self._algorithm = "rsa-sha256" if isinstance(key, rsa.RSAPrivateKey) else "ed25519-sha256"
        self._first = (
            f"v=1; a={self._algorithm}; c=relaxed/simple; d={domain}; s={selector};"
        ).encode()

    @property
    def is_slow(self) -> bool:
        """Whether a signature takes longer than composing and sending a letter."""
        return isinstance(self._key, rsa.RSAPrivateKey)

    @classmethod
    def of_file(cls, domain: str, selector: str, path: Path) -> Self:
        """path: a PEM file. Raises BadKey, OSError."""
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise BadKey(f"{path} holds no private key in PEM.") from error
        if not isinstance(key, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
            raise BadKey(f"{path} holds neither an RSA nor an Ed25519 key.")
        return cls(domain, selector, key)

    def header(self, names: bytes, canonical: bytes, body_hash: bytes, seconds: int) -> bytes:
        """The DKIM-Signature header with its CRLF.

        names: signed headers in order, joined by colons. canonical: the same headers in relaxed
        form. body_hash: base64 of the body's SHA-256. seconds: time of signing since 1970.
        """
        fields = [self._first, b"t=%d; h=%s:from;" % (seconds, names), b"bh=%s; b=" % body_hash]
        # The name "from" once more than it occurs: nobody can add another sender.
        unsigned = b"dkim-signature:" + b" ".join(fields)
        signature = base64.b64encode(self._sign(canonical + unsigned))
        pieces = [signature[at : at + 72] for at in range(0, len(signature), 72)]
        return b"DKIM-Signature: " + b"\r\n ".join([*fields, *pieces]) + b"\r\n"

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, PADDING, HASH)
        return self._key.sign(sha256(data).digest())


def sign(mail: bytes, signers: list[Signer], *, seconds: int) -> bytes:
    """A whole mail with CRLF, signed; headers that the list does not name stay unsigned."""
    if not signers:
        return mail
    head, _, body = mail.partition(b"\r\n\r\n")
    digest = base64.b64encode(sha256(body.rstrip(b"\r\n") + b"\r\n").digest())
    headers = [header for header in headers_of(head) if header[0].lower() in SIGNED]
    headers.reverse()  # RFC 6376, 5.4.2: several of one name are signed from the last
    names = b":".join(name.lower() for name, _ in headers)
    canonical = b"".join(relaxed(name, value) for name, value in headers)
    signed = [signer.header(names, canonical, digest, seconds) for signer in signers]
    return b"".join(signed) + mail


def headers_of(head: bytes) -> list[tuple[bytes, bytes]]:
    found = re.split(rb"\r\n(?![ \t])", head)
    return [(name, value) for name, _, value in (line.partition(b":") for line in found)]
