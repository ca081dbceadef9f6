"""Rows into letters: compiled content, return path, signatures, and the hash for the journal."""

import hmac
import re
import time
from hashlib import sha256

from django.conf import settings

from allmende.mailroom import dkim, verp
from allmende.mailroom.claims import Row
from allmende.mailroom.content import Content
from allmende.mailroom.letters import Letter
from allmende.mailroom.models import Batch
from allmende.mailroom.segments import Compiled, Missing, Personal

# What a mail server takes in <…>; quoted local parts are left out, as nearly everybody does.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")


class Unfit(ValueError):
    """The letter cannot be built; sending it later would not help."""


class Composer:
    """Compiles a batch's content once, and remembers the last few."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[str, Compiled]] = {}
        self._signers = signers()

    def letter(self, row: Row) -> Letter:
        """Raises Unfit."""
        address, token = envelope_address(row.address), verp.token(row.pk)
        if row.batch_id is None:
            content, digest = self._single(row), row_digest("", row.pk, row.address)
        else:
            key, compiled = self._compiled(row.batch_id)
            digest = row_digest(key, row.pk, row.address)
            try:
                leaving = verp.leave_path(row.pk) if compiled.content.unsubscribe_mail else ""
                content = compiled.letter(Personal(address, token, row.personal, leaving))
            except Missing as error:
                raise Unfit(f"a piece is missing: {error}") from error
        return Letter(
            pk=row.pk,
            batch=row.batch_id,
            recipient=row.recipient,
            address=address,
            domain=address.rpartition("@")[2].lower(),
            return_path=verp.return_path_of(token) or row.return_path or self._sender(row.batch_id),
            content=content,
            digest=digest,
            attempts=row.attempts,
            created_at=row.created_at.timestamp(),
        )

    def _single(self, row: Row) -> bytes:
        return dkim.sign(bytes(row.raw or b""), self._signers, seconds=int(time.time()))

    def _compiled(self, batch: int) -> tuple[str, Compiled]:
        if batch not in self._known:
            if len(self._known) > 8:
                self._known.clear()
            key, row = Batch.objects.values_list("key", "content").get(pk=batch)
            self._known[batch] = (key, compiled(Content.of_row(row), self._signers))
        return self._known[batch]

    def _sender(self, batch: int | None) -> str:
        if batch is None:
            return ""
        return sender_of(self._compiled(batch)[1].content)


def compiled(content: Content, signers: list[dkim.Signer]) -> Compiled:
    domain = settings.MAILROOM["bounces"] or sender_of(content)
    return Compiled(content, domain=domain.rpartition("@")[2], signers=signers)


def sender_of(content: Content) -> str:
    return content.sender.rpartition("<")[2].strip("<> ")


def signers() -> list[dkim.Signer]:
    """Those of the settings. Raises BadKey, OSError."""
    return [
        dkim.Signer.of_file(domain, selector, path)
        for domain, selector, path in settings.MAILROOM["dkim"]
    ]


def envelope_address(address: str) -> str:
    """The address as SMTP wants it, its domain in ASCII. Raises Unfit."""
    local, _, domain = address.strip().rpartition("@")
    try:
        found = f"{local}@{domain.encode('idna').decode() if not domain.isascii() else domain}"
    except UnicodeError as error:
        raise Unfit("the address has no domain") from error
    if not ADDRESS.fullmatch(found):
        raise Unfit("the address cannot be written to")
    return found


def row_digest(key: str, pk: int, address: str) -> str:
    """That of one letter: by batch and address, so that the same letter written down again under
    another number is still known; single mails by their number."""
    return digest_of(key, address) if key else digest_of(str(pk), address)


def digest_of(key: str, address: str) -> str:
    """Names a letter in the journal, and tells nobody whose it is: 16 hex digits."""
    said = f"{key}\0{address.lower()}".encode()
    return hmac.digest(verp.secret("journal"), said, sha256).hex()[:16]
