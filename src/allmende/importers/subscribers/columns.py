"""Which column holds what, by the headings that German and English programs give."""

import re
from collections.abc import Sequence

EMAIL, FIRST, LAST, STATUS = "email", "first_name", "last_name", "status"
ASKED, CONFIRMED, WORDS, SOURCE = "asked_at", "confirmed_at", "words", "source"

HEADINGS: dict[str, tuple[str, ...]] = {
    EMAIL: (
        "e mail adresse", "e mail address", "e mail", "email", "mail", "emailadresse",
        "mailadresse", "email address", "email adresse", "subscriber", "adresse",
    ),
    FIRST: ("vorname", "vornamen", "first name", "first names", "firstname", "given name", "fname"),
    LAST: ("nachname", "familienname", "last name", "lastname", "surname", "name", "lname"),
    STATUS: ("status", "zustand", "state", "member rating status"),
    ASKED: (
        "angefragt", "angemeldet", "angemeldet am", "anmeldedatum", "anmeldung", "eingetragen am",
        "registriert", "registriert am", "asked", "asked at", "signup", "sign up", "optin time",
        "opt in time", "registered", "subscribed at", "created at", "erstellt am",
    ),
    CONFIRMED: (
        "bestätigt", "bestätigt am", "bestätigung", "bestätigungsdatum", "aktiviert",
        "aktiviert am", "einwilligung am", "doi", "double opt in", "double opt in am", "confirmed",
        "confirmed at", "confirm time", "confirmation time", "activated", "consent at",
    ),
    WORDS: (
        "wortlaut", "einwilligungstext", "einwilligung", "wording", "consent text", "consent",
        "text",
    ),
    SOURCE: ("quelle", "herkunft", "anmeldung über", "source", "origin", "signup source"),
}  # fmt: skip
ALL = tuple(HEADINGS)


def plain(heading: str) -> str:
    return re.sub(r"[\W_]+", " ", heading.casefold()).strip()


def mapped(header: Sequence[str]) -> list[str]:
    """For each column what it holds, "" where nothing is known; nothing is held twice, and a
    better known heading wins."""
    names = [plain(heading) for heading in header]
    found = [""] * len(names)
    for holds, known in HEADINGS.items():
        for name in known:
            if name in names and not found[names.index(name)]:
                found[names.index(name)] = holds
                break
    return found


def mistake(columns: Sequence[str]) -> str:
    """What a mapping lacks: the name of a column that is missing or held twice; "" for none."""
    if EMAIL not in columns:
        return EMAIL
    if CONFIRMED not in columns:
        return CONFIRMED
    return next((name for name in ALL if columns.count(name) > 1), "")
