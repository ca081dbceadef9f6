"""Where mail that comes back is fetched: a Maildir, or a mailbox over IMAP.

    maildir:///var/mail/bounces
    imaps://bounces%40bote.example:secret@mail.bote.example/INBOX

Each mail is kept in the database before it leaves its place, so that a fetcher that dies fetches it
again, and the second time changes nothing.
"""

import contextlib
import datetime as dt
import imaplib
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from allmende.mailroom.bounces import record

logger = logging.getLogger(__name__)
LOT = 500  # mails fetched at once
LARGEST = 10 * 1024 * 1024  # bytes; a larger one is cut, for its beginning tells
PATIENCE = 30  # seconds


def fetch(*, at: dt.datetime) -> int:
    """Takes in what waits in the place that the settings name. Returns how many mails.

    Raises OSError, imaplib.IMAP4.error.
    """
    record.take_unread(at=at)
    place = urlsplit(settings.MAILROOM["bounces_from"])
    if place.scheme == "maildir":
        return maildir(Path(unquote(place.path)), at=at)
    return mailbox(settings.MAILROOM["bounces_from"], at=at) if place.scheme else 0


def maildir(folder: Path, *, at: dt.datetime) -> int:
    """Takes mails out of a Maildir's `new` and `cur`; a read one is removed."""
    waiting = [path for name in ("new", "cur") for path in sorted((folder / name).glob("*"))][:LOT]
    for path in waiting:
        with contextlib.suppress(FileNotFoundError):  # another worker was faster
            with path.open("rb") as file:
                record.record(file.read(LARGEST), at=at, source="maildir")
            path.unlink()
    return len(waiting)


def mailbox(url: str, *, at: dt.datetime) -> int:
    """Takes mails out of a mailbox; a read one is deleted there."""
    with signed_in(url) as server:
        found = server.uid("SEARCH", "UNDELETED")[1][0] or b""
        uids = found.decode().split()[:LOT]
        for uid in uids:
            answer = server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)")[1]
            raws = [part[1] for part in answer if isinstance(part, tuple)]
            for raw in raws:
                record.record(raw, at=at, source="imap")
            if raws:
                server.uid("STORE", uid, "+FLAGS", r"(\Deleted)")
        server.expunge()
    return len(uids)


@contextlib.contextmanager
def signed_in(url: str) -> Iterator[imaplib.IMAP4]:
    place = urlsplit(url)
    host = place.hostname or "localhost"
    server: imaplib.IMAP4
    if place.scheme == "imaps":
        server = imaplib.IMAP4_SSL(host, place.port or 993, timeout=PATIENCE)
    else:
        server = imaplib.IMAP4(host, place.port or 143, timeout=PATIENCE)
    with server:
        server.login(unquote(place.username or ""), unquote(place.password or ""))
        folder = unquote(place.path.strip("/")) or "INBOX"
        if server.select(f'"{folder}"')[0] != "OK":
            raise OSError(f"There is no mail folder {folder} at {host}.")
        yield server
