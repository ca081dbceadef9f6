"""A relay that is to be spoken to in secret proves who it is, or gets nothing."""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from allmende.mailroom import deliver
from allmende.mailroom.models import Message
from allmende.mailroom.transports.smtp import Relay, Smtp
from tests.mailroom.cast import NOON, batch
from tests.mailroom.sink import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_journal(settings, tmp_path):
    settings.MAILROOM = settings.MAILROOM | {"journal": tmp_path / "journal"}


def certificate(folder: Path, *, address: str = "127.0.0.1") -> Path:
    """A server's certificate that nobody but itself vouches for, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{address}.pem"
    plain = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    path.write_bytes(made.public_bytes(form.Encoding.PEM) + plain)
    return path


def server(path: Path, **more) -> Sink:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return Sink(tls=context, **more)


def send(sink: Sink, tls: str = "tls", **more) -> Relay:
    relay = Relay("127.0.0.1", sink.port, tls=tls, connections=2, timeout=30, **more)
    transport = Smtp([relay])
    try:
        deliver.work(at=NOON, transport=transport)
    finally:
        transport.close()
    return relay


def states() -> set[str]:
    return set(Message.objects.values_list("state", flat=True))


@pytest.mark.parametrize("tls", ["tls", "ssl"])
def test_letters_go_in_secret_to_a_server_that_is_vouched_for(tls, tmp_path, monkeypatch):
    batch(12)
    path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with server(path, encrypted=tls == "ssl") as sink:
        send(sink, tls)
    assert states() == {"handed over"}
    assert [mail.encrypted for mail in sink.mails] == [True] * 12


@pytest.mark.parametrize("tls", ["tls", "ssl"])
def test_a_server_that_vouches_for_itself_gets_nothing(tls, tmp_path):
    batch(2)
    with server(certificate(tmp_path), encrypted=tls == "ssl") as sink:
        relay = send(sink, tls)
    assert "certificate" in relay.trouble.lower()
    assert states() == {"waiting"}
    assert "MAIL" not in sink.commands


def test_a_server_of_another_name_gets_nothing(tmp_path, monkeypatch):
    batch(2)
    path = certificate(tmp_path, address="127.0.0.2")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with server(path) as sink:
        relay = send(sink)
    assert "127.0.0.1" in relay.trouble
    assert states() == {"waiting"}


def test_a_server_that_offers_no_secrecy_gets_nothing():
    batch(2)
    with Sink() as sink:
        relay = send(sink)
    assert "STARTTLS" in relay.trouble
    assert states() == {"waiting"}
    assert "MAIL" not in sink.commands


def test_who_says_so_does_without_proof(tmp_path):
    batch(2)
    with server(certificate(tmp_path)) as sink:
        send(sink, verify=False)
    assert states() == {"handed over"}
    assert all(mail.encrypted for mail in sink.mails)


def test_password_is_told_in_secret_and_letters_go(tmp_path, monkeypatch):
    batch(12)
    path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with server(path, account=("bote", "Rad+Heu%")) as sink:
        url = f"smtp+tls://bote:Rad+Heu%25@127.0.0.1:{sink.port}?connections=2&timeout=30"
        transport = Smtp([Relay.of_url(url)])
        deliver.work(at=NOON, transport=transport)
        transport.close()
    assert states() == {"handed over"}
    assert len(sink.mails) == 12
    assert sink.commands.index("STAR") < sink.commands.index("AUTH")


def test_wrong_password_sends_nothing_and_says_so_without_it(tmp_path, monkeypatch, caplog):
    batch(3)
    path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with server(path, account=("bote", "right")) as sink:
        relay = send(sink, user="bote", password="geheim")
    assert (states(), sink.mails) == ({"waiting"}, [])
    assert "535" in relay.trouble
    assert "geheim" not in caplog.text + relay.trouble + repr(relay)
