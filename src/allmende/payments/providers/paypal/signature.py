"""Whether PayPal wrote an event.

PayPal signs `transmission id|transmission time|webhook id|CRC-32 of the raw body, decimal` with
RSA-SHA256 and names the address of its certificate. That address is part of what came in: it is
asked only where it is PayPal's own. An event is good for a while only, so that one that was seen
on its way cannot be sent again years later; the events' unique ids do the rest.
"""

import base64
import binascii
import datetime as dt
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from allmende.payments.providers.paypal.api import CERTIFICATES, Account, PayPal
from allmende.payments.providers.wire import NotReached

ALGORITHM = "SHA256withRSA"
HEADERS = {
    "id": "Paypal-Transmission-Id",
    "time": "Paypal-Transmission-Time",
    "signature": "Paypal-Transmission-Sig",
    "certificate": "Paypal-Cert-Url",
    "algorithm": "Paypal-Auth-Algo",
}
OLDEST = dt.timedelta(days=30)  # PayPal sends again for three days, by hand for thirty
EARLIEST = dt.timedelta(minutes=10)  # its clock and ours differ
LARGEST = 20_000  # bytes of a certificate
Fetch = Callable[[str], bytes]


class NotPayPals(Exception):
    """We do not believe that PayPal wrote this; the text says why."""


@dataclass(frozen=True)
class Seal:
    """What came with an event's body to prove where it is from."""

    id: str
    time: str
    signature: str
    certificate: str
    algorithm: str


def seal_of(headers: Mapping[str, str]) -> Seal:
    """Raises NotPayPals where a part is missing or far too long."""
    folded = {name.lower(): value for name, value in headers.items()}
    found = {part: folded.get(name.lower(), "") for part, name in HEADERS.items()}
    if not all(0 < len(value) <= 1000 for value in found.values()):
        raise NotPayPals("a header is missing")
    return Seal(**found)


def certificate_is_theirs(address: str, account: Account) -> bool:
    """On a host of PayPal's, over TLS; of the dummy only while the dummy is who we speak to."""
    parts = urlsplit(address)
    if account.is_dummy:
        own = urlsplit(account.base)
        return (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    host = parts.hostname or ""
    plain = parts.username is None and parts.password is None and parts.port in (None, 443)
    return parts.scheme == "https" and plain and host.endswith(CERTIFICATES)


def signed_text(seal: Seal, *, webhook: str, body: bytes) -> bytes:
    return f"{seal.id}|{seal.time}|{webhook}|{zlib.crc32(body)}".encode()


def verify(
    seal: Seal, body: bytes, *, account: Account, at: dt.datetime, fetch: Fetch | None = None
) -> None:
    """Offline, but for the certificate. Raises NotPayPals, or NotReached for the certificate.

    fetch: the bytes behind an address; the house's own where none is given.
    """
    if seal.algorithm != ALGORITHM:
        raise NotPayPals(f"unknown algorithm {seal.algorithm[:30]!r}")
    if not account.webhook:
        raise NotPayPals("we have no webhook")
    check_time(seal, at=at)
    if not certificate_is_theirs(seal.certificate, account):
        raise NotPayPals("the certificate is not on a host of PayPal's")
    key = key_of((fetch or fetched)(seal.certificate), at=at)
    try:
        signature = base64.b64decode(seal.signature, validate=True)
        text = signed_text(seal, webhook=account.webhook, body=body)
        key.verify(signature, text, padding.PKCS1v15(), SHA256())
    except (binascii.Error, InvalidSignature) as error:
        raise NotPayPals("the signature does not fit") from error


def check_time(seal: Seal, *, at: dt.datetime) -> None:
    try:
        sent = dt.datetime.fromisoformat(seal.time.replace("Z", "+00:00"))
        age = at - sent
    except (ValueError, TypeError) as error:  # no time, or one without a zone
        raise NotPayPals("no time of sending") from error
    if not -EARLIEST <= age <= OLDEST:
        raise NotPayPals("sent too long ago, or in the future")


def key_of(pem: bytes, *, at: dt.datetime) -> rsa.RSAPublicKey:
    try:
        certificate = x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise NotPayPals("no certificate behind its address") from error
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise NotPayPals("the certificate is not valid today")
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise NotPayPals("the certificate holds no RSA key")
    return key


_kept: dict[str, bytes] = {}


def fetched(address: str) -> bytes:
    """The certificate, kept for as long as the process lives. Raises NotReached."""
    if address not in _kept:
        try:
            answer = httpx.get(address, timeout=10, follow_redirects=False, trust_env=False)
        except httpx.HTTPError as error:
            raise NotReached("the certificate") from error
        if answer.status_code != 200 or len(answer.content) > LARGEST:
            raise NotReached(f"the certificate: {answer.status_code}")
        if len(_kept) > 20:
            _kept.clear()
        _kept[address] = answer.content
    return _kept[address]


def ask_paypal(paypal: PayPal, seal: Seal, body: bytes) -> bool:
    """The other way: PayPal itself says whether it wrote this. Raises Trouble.

    For a certificate that cannot be fetched from here. PayPal's simulator's events are never
    confirmed so.
    """
    event: Any = json.loads(body)
    question = {
        "transmission_id": seal.id,
        "transmission_time": seal.time,
        "transmission_sig": seal.signature,
        "cert_url": seal.certificate,
        "auth_algo": seal.algorithm,
        "webhook_id": paypal.account.webhook,
        "webhook_event": event,
    }
    path = "/v1/notifications/verify-webhook-signature"
    told = paypal.post(path, question, key=f"verify-{seal.id}"[:108])
    return told.get("verification_status") == "SUCCESS"
