"""A mailing's content compiled once into segments; a letter is those and a few personal pieces.

Building a message with the standard library takes milliseconds; joining segments takes a
hundredth of one. Headers: RFC 5322, 2369 (List-Unsubscribe), 2919 (List-Id), 8058 (one click).
"""

import base64
import html
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.headerregistry import Address, AddressHeader
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from hashlib import sha256
from typing import NamedTuple

from allmende.mailroom import quoted
from allmende.mailroom.content import PIECE, Content
from allmende.mailroom.dkim import Signer, relaxed

Values = Mapping[str, str]
UNSAFE = re.compile(r"[^ -~]")


class Missing(LookupError):
    """A recipient does not bring a piece that the content names."""


class Personal(NamedTuple):
    """What differs for one letter. identifier: left side of its Message-ID. leaving: the address
    that takes mail of whoever leaves by this letter, if there is one."""

    address: str
    identifier: str
    values: Values
    leaving: str = ""


@dataclass(frozen=True)
class Body:
    """The body in turns: a literal, then pairs of a piece and the literal that follows.

    escaped: whether the piece stands in HTML.
    """

    first: bytes
    turns: tuple[tuple[str, bool, bytes], ...]

    def of(self, values: Values) -> bytes:
        parts, known = [self.first], dict[tuple[str, bool], bytes]()
        for name, escaped, following in self.turns:
            encoded = known.get((name, escaped))
            if encoded is None:
                value = str(values[name])
                encoded = quoted.piece(html.escape(value) if escaped else value)
                known[name, escaped] = encoded
            parts += (encoded, following)
        return b"".join(parts)


class Compiled:
    """A mailing ready for its recipients. domain: right side of Message-IDs."""

    def __init__(self, content: Content, *, domain: str, signers: Sequence[Signer] = ()) -> None:
        self.content, self.signers = content, signers
        boundary = "=_" + sha256(f"{content.text}\0{content.html}".encode()).hexdigest()[:32]
        self.body = compiled_body(content, boundary)
        self._domain = domain
        self._fixed = fixed_headers(content, boundary)
        self._fixed_bytes = b"".join(name + b": " + value + b"\r\n" for name, value in self._fixed)
        self._canonical = b"".join(relaxed(name, value) for name, value in self._fixed)
        self._names = b":".join(name.lower() for name, _ in self._fixed)
        self._second, self._date = 0, ""

    def letter(self, personal: Personal, *, now: float | None = None) -> bytes:
        """The whole mail, lines ended by CRLF, without SMTP's closing dot.

        now: seconds since 1970. Raises Missing.
        """
        seconds = int(time.time() if now is None else now)
        if seconds != self._second:
            self._second, self._date = seconds, formatdate(seconds)[:-5] + "+0000"
        try:
            own = self._own_headers(personal)
            body = self.body.of(personal.values)
        except KeyError as error:
            raise Missing(str(error)) from error
        head = b"".join([name + b": " + value + b"\r\n" for name, value in own])
        signatures = b""
        if self.signers:
            canonical = b"".join([relaxed(name, value) for name, value in own])
            names = b":".join([self._names, *[name.lower() for name, _ in own]])
            digest = base64.b64encode(sha256(body).digest())
            signatures = b"".join(
                signer.header(names, self._canonical + canonical, digest, seconds)
                for signer in self.signers
            )
        return b"".join((signatures, head, self._fixed_bytes, b"\r\n", body))

    def _own_headers(self, personal: Personal) -> list[tuple[bytes, bytes]]:
        headers = [
            (b"Date", self._date.encode()),
            (b"Message-ID", f"<{personal.identifier}@{self._domain}>".encode()),
            (b"To", personal.address.encode("ascii")),
        ]
        ways = []
        if way := self.content.unsubscribe:
            ways.append(safe(PIECE.sub(lambda found: str(personal.values[found[1]]), way)))
        if personal.leaving:
            ways.append(f"mailto:{personal.leaving}?subject=unsubscribe")
        if ways:
            shown = ",\r\n ".join([f"<{way}>" for way in ways])
            headers.append((b"List-Unsubscribe", shown.encode("ascii")))
        return headers


def compiled_body(content: Content, boundary: str) -> Body:
    """multipart/alternative, the text first, each part quoted-printable."""
    flow: list[tuple[str, bool] | bytes] = []
    for kind, text in (("plain", content.text), ("html", content.html)):
        head = (
            f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        )
        flow.append(head.encode())
        names = PIECE.split(text + "\n")  # the last line break belongs to the boundary
        for place, part in enumerate(names):
            flow.append((part, kind == "html") if place % 2 else quoted.literal(part))
    flow.append(f"--{boundary}--\r\n".encode())
    return Body(*in_turns(flow))


def in_turns(
    flow: list[tuple[str, bool] | bytes],
) -> tuple[bytes, tuple[tuple[str, bool, bytes], ...]]:
    first, turns = b"", list[tuple[str, bool, bytes]]()
    for one in flow:
        if isinstance(one, bytes):
            if turns:
                name, escaped, following = turns[-1]
                turns[-1] = (name, escaped, following + one)
            else:
                first += one
        else:
            turns.append((*one, b""))
    return first, tuple(turns)


def fixed_headers(content: Content, boundary: str) -> list[tuple[bytes, bytes]]:
    headers = [
        ("From", encoded_address("From", content.sender)),
        ("Subject", encoded(content.subject)),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative;\r\n boundary="{boundary}"'),
        ("Precedence", "bulk"),
    ]
    if content.reply_to:
        headers.append(("Reply-To", encoded_address("Reply-To", content.reply_to)))
    if content.language:
        headers.append(("Content-Language", safe(content.language)))
    if content.list_id:
        headers.append(("List-Id", list_id(content.list_id)))
    if content.unsubscribe:
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    if content.archive:
        headers.append(("Archived-At", f"<{safe(content.archive)}>"))
    if content.feedback:
        domain = parseaddr(content.sender)[1].rpartition("@")[2]
        headers.append(("Feedback-ID", f"{safe(content.feedback)}:{domain}"))
    return [(name.encode(), value.encode("ascii")) for name, value in headers]


def list_id(text: str) -> str:
    """RFC 2919: an optional phrase and the identifier in angle brackets."""
    name, _, rest = text.rpartition("<")
    identifier = safe(rest.rstrip("> "))
    return f"{encoded(name.strip())} <{identifier}>" if name.strip() else f"<{identifier}>"


def encoded(text: str) -> str:
    """An unstructured header's value, folded and encoded as RFC 2047 has it."""
    folded = SMTP.header_factory("Subject", " ".join(text.split())).fold(policy=SMTP)
    return str(folded).partition(":")[2].strip()


def encoded_address(name: str, text: str) -> str:
    shown, address = parseaddr(text)
    one = Address(display_name=shown, addr_spec=address)
    header = SMTP.header_factory(name, str(one))
    assert isinstance(header, AddressHeader)
    return str(header.fold(policy=SMTP)).partition(":")[2].strip()  # type: ignore[attr-defined]


def safe(text: str) -> str:
    """Nothing of it can begin another header."""
    return UNSAFE.sub("", text)
