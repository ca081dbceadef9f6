"""A letter made of segments reads as the standard library, and a verifier, want it."""

import email
import email.policy
from email.message import EmailMessage

import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from allmende.mailroom import dkim
from allmende.mailroom.content import Content
from allmende.mailroom.segments import Compiled, Missing, Personal
from tests.mailroom.cast import CONTENT

pytestmark = pytest.mark.no_database
VALUES = {"greeting": "Liebe Frau Ötztal & Söhne", "token": "abc=def"}
PERSONAL = Personal("frau@example.org", "1-abc", VALUES, "ab+leave-abc@bote.example")
words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=300
)


def letter(content: Content = CONTENT, values: dict[str, str] = VALUES, **more) -> bytes:
    compiled = Compiled(content, domain="bote.example", **more)
    return compiled.letter(PERSONAL._replace(values=values), now=1_700_000_000)


def parsed(mail: bytes) -> EmailMessage:
    found = email.message_from_bytes(mail, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def text_of(mail: bytes, kind: str) -> str:
    part = parsed(mail).get_body((kind,))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def test_headers_say_who_what_and_how_to_leave():
    mail = parsed(letter())
    assert not mail.defects
    assert mail["Subject"] == CONTENT.subject
    assert mail["From"] == CONTENT.sender
    assert mail["To"] == "frau@example.org"
    assert mail["Message-ID"] == "<1-abc@bote.example>"
    assert mail["List-Id"] == "Wochenbrief <wochenbrief.bote.example>"
    assert "".join(mail["List-Unsubscribe"].split()) == (
        "<https://bote.example/n/abc=def/ab/>,<mailto:ab+leave-abc@bote.example?subject=unsubscribe>"
    )
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Feedback-ID"] == "issue-17:weekly:bote.example"
    assert mail["Date"].datetime.timestamp() == 1_700_000_000
    assert mail["Precedence"] == "bulk"


def test_pieces_stand_in_both_parts_and_are_escaped_in_html():
    mail = letter()
    assert text_of(mail, "plain").startswith(
        "Liebe Frau Ötztal & Söhne,\n\ndie Woche.\n.\n..Punkt\n"
    )
    assert text_of(mail, "html").startswith("<p>Liebe Frau Ötztal &amp; Söhne,</p>")
    assert 'href="https://bote.example/n/abc=def/"' in text_of(mail, "html")


def test_a_piece_that_is_not_brought_is_refused():
    with pytest.raises(Missing):
        letter(values={"greeting": "Hallo"})


def test_no_piece_begins_another_header():
    values = VALUES | {"token": "x>\r\nBcc: alle@example.org\r\n\r\nText"}
    mail = parsed(letter(values=values))
    assert mail["Bcc"] is None


@given(words, words, words, words)
def test_any_text_arrives_as_written(before: str, greeting: str, after: str, name: str):
    content = Content(
        sender="a@bote.example",
        subject=" ".join(name.split()),
        text=f"{before}[[greeting]]{after}",
        html="<p>",
    )
    mail = letter(content, {"greeting": greeting})
    found = text_of(mail, "plain")
    assert found == before + greeting + after
    lines = mail.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(line.startswith(b".") for line in lines)
    assert b"\n" not in mail.replace(b"\r\n", b"")
    assert mail.isascii()


@pytest.fixture(scope="module")
def signers() -> list[dkim.Signer]:
    return [
        dkim.Signer("bote.example", "rsa", rsa.generate_private_key(65537, 2048)),
        dkim.Signer("bote.example", "ed", ed25519.Ed25519PrivateKey.generate()),
    ]


def published(signers: list[dkim.Signer]):
    """What the domain's name server says about the keys."""
    from base64 import b64encode

    records = {}
    for signer in signers:
        public = signer._key.public_key()
        if signer.selector == "rsa":
            said = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        else:
            said = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        kind = "rsa" if signer.selector == "rsa" else "ed25519"
        name = f"{signer.selector}._domainkey.bote.example.".encode()
        records[name] = b"v=DKIM1; k=" + kind.encode() + b"; p=" + b64encode(said)
    return lambda name, timeout=5: records[name]


@pytest.mark.parametrize("number", [0, 1], ids=["rsa", "ed25519"])
def test_dkimpy_verifies_a_mailing_s_signature(signers, number):
    mail = letter(signers=signers)
    names = published(signers)
    assert dkimpy.DKIM(mail).verify(idx=number, dnsfunc=names)
    with pytest.raises(dkimpy.ValidationError):
        dkimpy.DKIM(mail.replace(b"Woche", b"Wache")).verify(idx=number, dnsfunc=names)
    forged = b"From: anders@example.org\r\n" + mail
    assert not dkimpy.DKIM(forged).verify(idx=number, dnsfunc=names)


@pytest.mark.parametrize("number", [0, 1], ids=["rsa", "ed25519"])
def test_dkimpy_verifies_a_single_mail_s_signature(signers, number):
    raw = (
        b"Received: by x\r\nSubject:  Ihr   Code\r\nFrom: a@bote.example\r\nTo: b@example.org\r\n"
        b"References: <x>\r\n\r\n.Punkt\r\n\r\n\r\n"
    )
    mail = dkim.sign(raw, signers, seconds=1_700_000_000)
    assert dkimpy.DKIM(mail).verify(idx=number, dnsfunc=published(signers))
