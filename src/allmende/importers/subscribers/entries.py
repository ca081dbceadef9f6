"""A line of a list becomes somebody to take in, or a fault that says which column is wrong."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from allmende.importers import tables
from allmende.importers.subscribers import columns
from allmende.newsletters.taking_in import Entry

GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+(\d{1,2}):(\d\d)(?::(\d\d))?)?(?: Uhr)?")
EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
HERE = {"", "confirmed", "bestätigt", "subscribed", "active", "aktiv", "aktiviert", "angemeldet",
        "enabled", "1", "ja", "yes", "true"}  # fmt: skip
GONE = {"unsubscribed", "left", "abgemeldet", "ausgetragen", "gekündigt", "cancelled", "cleaned",
        "bounced", "suspended", "gesperrt", "inactive", "inaktiv", "blocklisted", "complained",
        "0", "nein", "no", "false"}  # fmt: skip
WAITING = {"pending", "asked", "unconfirmed", "unbestätigt", "angefragt", "offen", "waiting",
           "asked, not yet confirmed", "angefragt, noch nicht bestätigt"}  # fmt: skip
PAUSED = {"paused", "pausiert"}

# What can be wrong with a cell; `told` has the sentences.
NO_ADDRESS, BAD_ADDRESS = "no address", "bad address"
NO_TIME, BAD_TIME, FUTURE = "no time", "bad time", "future"
NO_WORDS, NO_SOURCE = "no words", "no source"
NOT_CONFIRMED, LEFT_THERE, STRANGE_STATUS = "not confirmed", "left there", "strange status"


@dataclass(eq=False)
class Fault(Exception):
    """column: what it should hold, as `columns` names it. code: one of the above."""

    line: int
    column: str
    code: str


@dataclass(frozen=True)
class Assumed:
    """What holds for lines that do not say it themselves."""

    columns: Sequence[str]
    words: str
    source: str
    now: dt.datetime
    zone: dt.tzinfo


def entry(line: int, cells: Sequence[str], assumed: Assumed) -> Entry:
    """Raises Fault."""
    held = dict(zip(assumed.columns, (tables.bare(cell) for cell in cells), strict=False))
    held.pop("", None)
    email = address(line, held.get(columns.EMAIL, ""))
    check_status(line, held.get(columns.STATUS, ""))
    confirmed = moment(line, columns.CONFIRMED, held, assumed)
    if confirmed is None:
        raise Fault(line, columns.CONFIRMED, NO_TIME)
    words = held.get(columns.WORDS) or assumed.words
    if not words:
        raise Fault(line, columns.WORDS, NO_WORDS)
    source = held.get(columns.SOURCE) or assumed.source
    if not source:
        raise Fault(line, columns.SOURCE, NO_SOURCE)
    return Entry(
        email=email,
        first_name=held.get(columns.FIRST, "")[:150],
        last_name=held.get(columns.LAST, "")[:150],
        asked_at=moment(line, columns.ASKED, held, assumed) or confirmed,
        confirmed_at=confirmed,
        words=words,
        source=source[:200],
    )


def address(line: int, text: str) -> str:
    if not text:
        raise Fault(line, columns.EMAIL, NO_ADDRESS)
    email = text.lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Fault(line, columns.EMAIL, BAD_ADDRESS) from error
    if len(email) > 254:
        raise Fault(line, columns.EMAIL, BAD_ADDRESS)
    return email


def check_status(line: int, text: str) -> None:
    """Only who is confirmed there comes; who paused there would be written to unawares."""
    status = text.casefold()
    if status in HERE:
        return
    codes = [(GONE, LEFT_THERE), (WAITING, NOT_CONFIRMED), (PAUSED, LEFT_THERE)]
    code = next((code for known, code in codes if status in known), STRANGE_STATUS)
    raise Fault(line, columns.STATUS, code)


def moment(line: int, name: str, held: dict[str, str], assumed: Assumed) -> dt.datetime | None:
    text = held.get(name, "")
    if not text:
        return None
    try:
        found = parsed(text, assumed.zone)
    except (ValueError, OverflowError) as error:
        raise Fault(line, name, BAD_TIME) from error
    if found < EARLIEST:
        raise Fault(line, name, BAD_TIME)
    if found > assumed.now:
        raise Fault(line, name, FUTURE)
    return found


def parsed(text: str, zone: dt.tzinfo) -> dt.datetime:
    """ISO 8601, or as Germans write it; a day alone is its midnight. Raises ValueError."""
    if match := GERMAN.fullmatch(text):
        day, month, year, hour, minute, second = (int(part or 0) for part in match.groups())
        return dt.datetime(year, month, day, hour, minute, second, tzinfo=zone)
    found = dt.datetime.fromisoformat(text.removesuffix(" UTC") + "+00:00" * text.endswith(" UTC"))
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(text)
    return found if found.tzinfo else found.replace(tzinfo=zone)
