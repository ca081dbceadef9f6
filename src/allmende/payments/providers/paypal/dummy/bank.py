"""What the dummy knows and says: rows as PayPal writes them, faults, keys, events."""

import base64
import datetime as dt
import json
import secrets
import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from allmende.ledger.money import Money
from allmende.payments.providers.dummies.hours import Clock
from allmende.payments.providers.dummies.messenger import Messenger, Parcel
from allmende.payments.providers.dummies.moods import Moods
from allmende.payments.providers.dummies.shelf import Row, Shelf
from allmende.payments.providers.dummies.stage import Answer, said
from allmende.payments.providers.paypal import money

# How long PayPal knows a PayPal-Request-Id, by what the path begins with.
LIFETIMES = {
    "/v2/checkout/": dt.timedelta(hours=6),
    "/v1/billing/": dt.timedelta(hours=72),
    "/v1/catalogs/": dt.timedelta(hours=72),
    "/v2/payments/": dt.timedelta(days=45),
}
FEE_SHARE, FEE_FIXED = 249, 35  # hundredths of a per cent, cents
SENTENCES = {
    401: ("AUTHENTICATION_FAILURE", "Authentication failed due to missing authorization header, or"
          " invalid authentication credentials."),
    404: ("RESOURCE_NOT_FOUND", "The specified resource does not exist."),
    400: ("INVALID_REQUEST", "Request is not well-formed, syntactically incorrect, or violates"
          " schema."),
    422: ("UNPROCESSABLE_ENTITY", "The requested action could not be performed, semantically"
          " incorrect, or failed business validation."),
    429: ("RATE_LIMIT_REACHED", "Too many requests. Blocked due to rate limiting."),
    500: ("INTERNAL_SERVER_ERROR", "An internal server error occurred."),
    503: ("SERVICE_UNAVAILABLE", "Service Unavailable."),
}  # fmt: skip


class Fault(Exception):
    """What PayPal answers when it does not do something."""

    def __init__(self, status: int, issue: str = "", description: str = "") -> None:
        super().__init__(issue)
        self.status, self.issue, self.description = status, issue, description

    def answer(self) -> Answer:
        row = fault_row(self.status)
        if self.issue:
            detail = {"issue": self.issue, "description": self.description}
            row["details"] = [{name: text for name, text in detail.items() if text}]
        return said(self.status, row)


def fault_row(status: int) -> Row:
    name, message = SENTENCES[status]
    return {"name": name, "message": message, "debug_id": secrets.token_hex(7), "links": []}


def no_such() -> Fault:
    text = "Specified resource ID does not exist. Please check the resource ID and try again."
    return Fault(404, "INVALID_RESOURCE_ID", text)


@dataclass
class Seals:
    """The dummy's own key, in the place of PayPal's certificate."""

    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )

    def certificate(self) -> bytes:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Dummy PayPal")])
        years, now = dt.timedelta(days=3660), dt.datetime.now(dt.UTC)
        built = x509.CertificateBuilder(
            name, name, self.key.public_key(), 1, now - years, now + years
        )
        return built.sign(self.key, SHA256()).public_bytes(Encoding.PEM)

    def sign(self, text: str) -> str:
        signature = self.key.sign(text.encode(), padding.PKCS1v15(), SHA256())
        return base64.b64encode(signature).decode()


@dataclass
class Bank:
    """address: where the dummy stands. listener: where its events go; empty: nowhere.

    client, secret, webhook: what the paper's settings hold.
    """

    address: str
    listener: str
    client: str = "dummy"
    secret: str = field(default="dummy", repr=False)
    webhook: str = "WHDUMMY"
    moods: Moods = field(default_factory=Moods)
    clock: Clock = field(default_factory=Clock)
    shelf: Shelf = field(default_factory=Shelf)
    seals: Seals = field(default_factory=Seals)
    tokens: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.messenger = Messenger(self.moods, self.clock)
        self.certificate = self.seals.certificate()
        # Another key has another address, for certificates are kept by it.
        name = sha256(self.certificate).hexdigest()[:16]
        self.certificate_path = f"/v1/notifications/certs/CERT-{name}"

    def now(self) -> str:
        return money.stamp(self.clock.now())

    def id(self, mark: str, length: int = 17) -> str:
        """Like PayPal's: capitals and digits; unique, for it counts."""
        return f"{mark}{self.shelf.number():0{length - len(mark)}d}"

    def row(self, kind: str, key: str) -> Row:
        """Raises Fault."""
        found = self.shelf.of(kind).get(key)
        if found is None:
            raise no_such()
        return found

    def link(self, rel: str, path: str, method: str = "GET") -> dict[str, str]:
        return {"href": f"{self.address}{path}", "rel": rel, "method": method}

    def once(self, path: str, key: str, deed: Callable[[], tuple[int, Row | None]]) -> Answer:
        """Does it, or gives the answer of the time before, as long as the key is known."""
        lives = next((life for part, life in LIFETIMES.items() if path.startswith(part)), None)
        if not key or lives is None:
            return said(*deed())
        known = self.shelf.of("keys").get(f"{path} {key}")
        if known and known["until"] > self.clock.now().timestamp():
            return said(known["status"], known["row"])
        status, row = deed()
        until = (self.clock.now() + lives).timestamp()
        copy = json.loads(json.dumps(row))
        self.shelf.of("keys")[f"{path} {key}"] = {"until": until, "status": status, "row": copy}
        return said(status, row)

    def tell(self, kind: str, resource_type: str, resource: Row, version: str = "2.0") -> Row:
        """Notes an event, and sends it as the moods have it."""
        event = {
            "id": self.id("WH-", 20),
            "create_time": self.now(),
            "resource_type": resource_type,
            "event_type": kind,
            "event_version": "1.0",
            "resource_version": version,
            "summary": kind.replace(".", " ").capitalize(),
            "resource": json.loads(json.dumps(resource)),
            "links": [],
        }
        path = f"/v1/notifications/webhooks-events/{event['id']}"
        event["links"] = [self.link("self", path), self.link("resend", f"{path}/resend", "POST")]
        self.shelf.of("events")[str(event["id"])] = event
        self.send(event)
        return event

    def send(self, event: Row) -> None:
        if self.listener:
            self.messenger.tell(Parcel(self.listener, lambda: self.sealed(event)))

    def sealed(self, event: Row) -> tuple[bytes, dict[str, str]]:
        body = json.dumps(event, separators=(",", ":")).encode()
        id, time = f"t{uuid.uuid4()}", self.now()
        self.shelf.of("transmissions")[id] = {"event": event["id"]}
        text = f"{id}|{time}|{self.webhook}|{zlib.crc32(body)}"
        return body, {
            "Content-Type": "application/json",
            "Paypal-Transmission-Id": id,
            "Paypal-Transmission-Time": time,
            "Paypal-Transmission-Sig": self.seals.sign(text),
            "Paypal-Cert-Url": f"{self.address}{self.certificate_path}",
            "Paypal-Auth-Algo": "SHA256withRSA",
        }


def fee_of(amount: Money) -> Money:
    fee = (amount.cents * FEE_SHARE + 5000) // 10000 + FEE_FIXED
    return Money(min(fee, amount.cents), amount.currency)


def wanted(row: Row, *path: str) -> Any:
    """What a request has to hold. Raises Fault."""
    found: Any = row
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if found is None:
        raise Fault(400, "MISSING_REQUIRED_PARAMETER", "A required parameter is missing.")
    return found
