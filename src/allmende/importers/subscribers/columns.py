"""Which column holds what, by the headings that German and English programs give."""

from collections.abc import Sequence

from allmende.importers import tables

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


def mapped(header: Sequence[str]) -> list[str]:
    """For each column what it holds, "" where nothing is known."""
    return tables.mapped(header, HEADINGS)


def mistake(columns: Sequence[str]) -> str:
    """What a mapping lacks: the name of a column that is missing or held twice; "" for none."""
    if EMAIL not in columns:
        return EMAIL
    if CONFIRMED not in columns:
        return CONFIRMED
    return next((name for name in ALL if columns.count(name) > 1), "")
