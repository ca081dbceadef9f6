"""A letter of the demo's newsletter before judges: signatures, spam, mail programs, HTML, text."""

import base64
import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.browser.judges import ROOT, vnu
from tests.house import House

pytestmark = pytest.mark.conformance
DOMAIN = "auentaler-bote.example"
# As the sender does, of the issue that waits at the desk.
WRITE = """
from django.utils import timezone
from allmende.mailroom import composing, verp
from allmende.mailroom.segments import Personal
from allmende.newsletters import compose, links
from allmende.newsletters.models import Issue, Subscription
issue = Issue.objects.get(state="draft")
issue.newsletter.pictures = True
row = Subscription.objects.select_related("address", "person").exclude(person__last_name="")[0]
name = {"name": f" {row.person.get_full_name()}"}
values = name | links.of_letters(at=timezone.now())(row.pk, row.address_id)
letter = composing.compiled(compose.content(issue), composing.signers()).letter(
    Personal(row.address.email, verp.token(1), values, verp.leave_path(1))
)
print(letter.hex())
"""
# A letter holds without these; each with what a program does that does not know it.
GRACEFUL = {
    "<body> element": "the letter stands in a block of the program's own",
    "aria-label attribute": "the letter is read aloud without being announced by its subject",
    "display:none": "the preheader is the first line of the letter",
    "height property": "nothing has one; line-height is taken for it",
    "lang attribute": "the letter is read aloud in the program's language",
    "role attribute": "tables for Outlook are read aloud as tables",
    "text-decoration": "headlines that are links are underlined",
    "width attribute": "the picture is as wide as its style says",
    "word-break": "a very long word stands out",
    "word-spacing": "it only says what holds anyway",
}
# Of what only Outlook's engine reads.
OUTLOOK = re.compile(r"xmlns:[vo]|\bmso-[a-z-]+")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    """By selector: the private key's file, and what the domain's name server says."""
    folder, found = tmp_path_factory.mktemp("keys"), {}
    for name, key in (
        ("rsa", rsa.generate_private_key(65537, 2048)),
        ("ed25519", ed25519.Ed25519PrivateKey.generate()),
    ):
        path = folder / f"{name}.pem"
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        shape = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        raw = (Encoding.Raw, PublicFormat.Raw)
        public = key.public_key().public_bytes(*(shape if name == "rsa" else raw))
        found[name] = (path, f"v=DKIM1; k={name}; p={base64.b64encode(public).decode()}")
    return found


@pytest.fixture(scope="module")
def letter(filled: House, keys: dict[str, tuple[Path, str]]) -> bytes:
    more = {
        "ALLMENDE_EMAIL_DKIM": ",".join(f"{name}:{DOMAIN}:{keys[name][0]}" for name in keys),
        "ALLMENDE_EMAIL_BOUNCES": f"bounces@{DOMAIN}",
        "ALLMENDE_URL": f"https://{DOMAIN}",
    }
    house = replace(filled, more=filled.more | more)
    return bytes.fromhex(house.python(WRITE).splitlines()[-1])


@pytest.fixture(scope="module")
def mail(letter: bytes) -> EmailMessage:
    found = BytesParser(policy=policy.default).parsebytes(letter)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def test_dkimpy_verifies_both_signatures(letter, keys):
    def ask(name: bytes, timeout: int = 5) -> bytes:
        return keys[name.partition(b".")[0].decode()][1].encode()

    for number in range(2):
        assert dkimpy.DKIM(letter).verify(idx=number, dnsfunc=ask)
        with pytest.raises(dkimpy.ValidationError):
            dkimpy.DKIM(letter.replace(b"Guten", b"Boesen")).verify(idx=number, dnsfunc=ask)


def test_opendkim_verifies_both_signatures(letter, keys, tmp_path):
    told = [f"{name}._domainkey.{DOMAIN} {said}\n" for name, (_path, said) in keys.items()]
    (tmp_path / "keys").write_text("".join(told))
    (tmp_path / "conf").write_text(f"Mode v\nTestPublicKeys {tmp_path / 'keys'}\n")
    for algorithm in ("rsa-sha256", "ed25519-sha256"):
        alone = with_signature(letter, algorithm)
        assert f"dkim=pass ({algorithm})" in opendkim(alone, tmp_path)
        assert "dkim=fail" in opendkim(alone.replace(b"Guten", b"Boesen"), tmp_path)


def with_signature(letter: bytes, algorithm: str) -> bytes:
    """The letter with one of its signatures, for opendkim looks no further than one that holds."""
    head, _, rest = letter.partition(b"\r\n\r\n")
    headers = re.split(rb"\r\n(?![ \t])", head)
    signed = [one for one in headers if one.lower().startswith(b"dkim-signature")]
    assert len(signed) == 2
    kept = [one for one in headers if one not in signed or b"a=%s;" % algorithm.encode() in one]
    assert len(kept) == len(headers) - 1
    return b"\r\n".join(kept) + b"\r\n\r\n" + rest


def opendkim(letter: bytes, folder: Path) -> str:
    """What it would write into the mail: "dkim=pass (rsa-sha256)"."""
    (folder / "letter.eml").write_bytes(letter)
    command = ["opendkim", "-x", folder / "conf", "-t", folder / "letter.eml", "-vv"]
    path = f"{os.environ['PATH']}:/usr/sbin"
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={**os.environ, "PATH": path}
    )
    said = " ".join(done.stdout.split())
    verdict = re.search(r"dkim=(\w+)", said)
    algorithm = re.search(r"header\.a=([\w-]+)", said)
    assert verdict, done.stdout + done.stderr
    return f"dkim={verdict[1]} ({algorithm[1] if algorithm else ''})"


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """SpamAssassin's settings without those of the machine, where a stranger may read them."""
    plugins = sorted(Path("/etc/spamassassin").glob("*.pre"))
    assert plugins
    for plugin in plugins:
        shutil.copy(plugin, tmp_path)
    (tmp_path / "local.cf").write_text("use_bayes 0\nuse_auto_welcomelist 0\n")
    home = tmp_path / "home"
    home.mkdir()
    if os.geteuid() == 0:
        for folder in (tmp_path, *tmp_path.parents[:2]):
            folder.chmod(0o755)
        shutil.chown(home, "nobody")
    return tmp_path


def test_spamassassin_finds_nothing_to_say(letter, private):
    """Local tests only; as nobody, where root runs the tests."""
    done = subprocess.run(
        ["spamassassin", "-L", "-t", "-x", f"--siteconfigpath={private}"],
        input=letter,
        capture_output=True,
        timeout=300,
        env={"PATH": os.environ["PATH"], "HOME": str(private / "home"), "LC_ALL": "C.UTF-8"},
        user="nobody" if os.geteuid() == 0 else None,
    )
    report = done.stdout.decode("utf-8", "replace").partition("Content analysis details:")[2]
    print(report)
    score = re.search(r"\((-?[\d.]+) points", report)
    assert score, done.stderr.decode()
    assert float(score[1]) < 1.0


def test_caniemail_knows_no_program_that_does_not_show_the_main_part(mail, tmp_path):
    """Sheets are left out, for some programs throw them away: they only bring the dark colours."""
    page = tmp_path / "letter.html"
    html = part(mail, "html")
    page.write_text(re.sub(r"<style.*?</style>|<!--.*?-->", "", html, flags=re.DOTALL))
    judge = Path(__file__).with_name("caniemail.mjs")
    done = subprocess.run(
        ["node", judge, page, ROOT], capture_output=True, text=True, timeout=120, check=True
    )
    found = json.loads(done.stdout)
    print(*(f"\n{title}: {' '.join(programs)}" for title, programs in found.items()))
    assert {title: found[title] for title in found if title not in GRACEFUL} == {}
    assert set(GRACEFUL) == set(found)


def test_vnu_finds_nothing_in_the_html_but_what_is_outlooks(mail, tmp_path):
    page = tmp_path / "letter.html"
    page.write_text(part(mail, "html"))
    assert [one for one in vnu([page]) if not OUTLOOK.search(one)] == []


def test_text_part_is_written_for_reading(mail):
    text = part(mail, "plain")
    lines = text.splitlines()
    links = [line for line in lines if re.match(r"https?://", line)]
    assert len(links) > 10
    assert all(re.fullmatch(r"https?://\S+", line) for line in links)
    assert not [line for line in lines if "//" in line and line not in links]
    assert [line for line in lines if len(line) > 78 and line not in links] == []
    assert max(len(line) for line in links) <= 200
    assert not re.search(r"</?[a-z]+[^>]*>|&\w+;|\[\[|\]\]|\n{3}", text)
    assert text.index("Guten Tag") < text.index("Themen der Woche") < text.index("abmelden:")
    assert not [line for line in lines if line != line.rstrip()]


def test_letter_names_both_ways_to_leave(mail):
    ways = re.findall(r"<([^>]+)>", mail["List-Unsubscribe"])
    assert [way.partition(":")[0] for way in ways] == ["https", "mailto"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    signed = re.search(r"h=([^;]+);", mail["DKIM-Signature"])
    assert signed
    assert {"list-unsubscribe", "list-unsubscribe-post"} <= set(signed[1].split(":"))
