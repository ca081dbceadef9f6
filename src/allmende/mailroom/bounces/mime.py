"""Any bytes as a mail: its header, and its parts as text, whatever is broken in it.

Work is bounded: only the beginning of a huge mail is read, and a mail that nests deeper than any
honest one is read as plain text.
"""

import email.errors
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

TAGS = re.compile(r"<(?!\s*[^<>\s]{1,120}@)[^<>]{0,2000}>")
READ = 256 * 1024  # bytes; what a server has to say stands before the returned mail
NESTED = 40  # containers in one mail
PART = 64 * 1024  # characters of a part
# Python knows codecs that are no charsets, and some of them take long.
CHARSETS = re.compile(
    r"(us-)?ascii|utf-?(7|8|16|32)|iso-|windows-|cp\d|koi8|euc|shift|s_?jis|gb|big5|hz|ks|tis|mac",
    re.IGNORECASE,
)
CONTAINERS = re.compile(rb"boundary|message/", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """kind: its content type in lower case. text: decoded; of a returned mail its source."""

    kind: str
    text: str


@dataclass(frozen=True)
class Mail:
    """header: names in lower case, each with its values, decoded and on one line.

    parts: those of the mail itself, never those of a mail inside it, which is `inner`.
    """

    kind: str
    report: str
    header: dict[str, list[str]]
    parts: list[Part]
    inner: "Mail | None" = None

    def first(self, name: str) -> str:
        return self.header.get(name, [""])[0]

    def all(self, *names: str) -> list[str]:
        return [value for name in names for value in self.header.get(name, [])]

    def text(self, kind: str) -> str:
        return "\n".join(part.text for part in self.parts if part.kind == kind)


def read(raw: bytes) -> Mail:
    """Never raises."""
    raw = raw[:READ].replace(b"\0", b"").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    raw = re.sub(rb"\A(?:>?From [^\n]*\n|\s)+", b"", raw)
    flat = len(CONTAINERS.findall(raw)) > NESTED
    try:
        parsed = BytesParser(policy=compat32).parsebytes(raw, headersonly=flat)
        return mail_of(parsed, inside(parsed))
    except Exception:  # noqa: BLE001,RUF100  the library raises whatever it stumbles over
        return Mail("text/plain", "", {}, [Part("text/plain", raw.decode("latin-1")[:PART])])


def mail_of(parsed: Message, inner: Message | None) -> Mail:
    return Mail(
        kind_of(parsed),
        report_of(parsed),
        header_of(parsed),
        list(leaves(parsed)),
        mail_of(inner, None) if inner else None,
    )


def inside(mail: Message) -> Message | None:
    """The mail that comes back, where there is one."""
    every = (part for part in mail.walk() if kind_of(part) == "message/rfc822")
    return next((inner for part in every for inner in within(part)), None)


def within(mail: Message) -> list[Message]:
    """Its parts, or the mail that it holds."""
    payload = mail.get_payload()
    parts = payload if isinstance(payload, list) else []
    return [part for part in parts if isinstance(part, Message)]


def leaves(mail: Message) -> Iterator[Part]:
    kind = kind_of(mail)
    payload = mail.get_payload()
    if isinstance(payload, str):
        yield Part("text/plain" if kind.startswith("multipart/") else kind, text_of(mail, payload))
    elif kind.startswith("message/"):
        yield Part(kind, "\n\n".join(source(inner) for inner in within(mail))[:PART])
    else:
        for part in within(mail):
            yield from leaves(part)


def source(mail: Message) -> str:
    """A mail inside a mail: its header and, if that is plain, its text."""
    lines = [f"{name}: {one_line(str(value))}" for name, value in mail.items()]
    payload = mail.get_payload()
    return "\n".join([*lines, "", payload[:PART] if isinstance(payload, str) else ""])


def text_of(mail: Message, payload: str) -> str:
    try:
        content = mail.get_payload(decode=True)
    except (ValueError, LookupError, email.errors.MessageError):
        content = None
    if not isinstance(content, bytes):
        return payload[:PART]
    try:
        named = mail.get_content_charset() or ""
    except (ValueError, LookupError, AttributeError):
        named = ""
    return decoded(content[: 4 * PART], named)[:PART]


def decoded(content: bytes, charset: str = "") -> str:
    """By the named charset, else by the one it looks like."""
    guesses = ["iso-2022-jp"] if b"\x1b$" in content else ["utf-8"]
    if CHARSETS.match(charset):
        guesses.insert(0, charset)
    for name in guesses:
        try:
            return content.decode(name)
        except (UnicodeError, LookupError, ValueError):
            continue
    return content.decode("latin-1")


def kind_of(mail: Message) -> str:
    return mail.get_content_type().lower()


def report_of(mail: Message) -> str:
    value = mail.get_param("report-type", "")
    return value.lower() if isinstance(value, str) else ""


def header_of(mail: Message) -> dict[str, list[str]]:
    header: dict[str, list[str]] = {}
    for name, value in mail.items()[:400]:
        header.setdefault(name.lower(), []).append(plain(value))
    return header


def plain(value: object) -> str:
    """A header's value without its encodings."""
    text = one_line(str(value))[:4000]
    if "=?" not in text:
        return text
    try:
        pieces = decode_header(text)
    except (ValueError, LookupError, email.errors.MessageError):
        return text
    return "".join(
        piece if isinstance(piece, str) else decoded(piece, charset or "latin-1")
        for piece, charset in pieces
    )


def one_line(text: str) -> str:
    return " ".join(text.split())
