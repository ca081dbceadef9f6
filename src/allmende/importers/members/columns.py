"""Which column holds what, by headings in German and English."""

from collections.abc import Sequence

from allmende.importers import tables

NUMBER, LAST, FIRST, ORGANISATION = "number", "last_name", "first_names", "organisation"
STREET, POSTCODE, TOWN, COUNTRY = "street", "postcode", "town", "country"
EMAIL, BORN, GROUP = "email", "born_on", "group"
DECLARED, BEGAN, SHARES, VALUE = "declared_on", "began_on", "shares", "value"
PAID, PAID_ON = "paid", "paid_on"
NOTICE, NOTICE_TO, NOTICE_SHARES = "notice_on", "notice_to", "notice_shares"
ENDED, PAID_OUT = "ended_on", "paid_out_on"
PART, NEXT_PART = "part", "next_part_on"

#: The first German and the first English one stand in the template, and in the report.
GERMAN: dict[str, tuple[str, ...]] = {
    NUMBER: ("Mitgliedsnummer", "Mitgliedsnr", "Mitglieds Nr", "Mitglied Nr", "Nummer", "Nr"),
    LAST: ("Nachname", "Familienname", "Name"),
    FIRST: ("Vornamen", "Vorname"),
    ORGANISATION: ("Organisation", "Firma", "Firmenname"),
    STREET: ("Straße und Hausnummer", "Straße", "Strasse", "Anschrift", "Adresse"),
    POSTCODE: ("PLZ", "Postleitzahl"),
    TOWN: ("Ort", "Wohnort", "Stadt"),
    COUNTRY: ("Land", "Ländercode"),
    EMAIL: ("E-Mail", "E-Mail-Adresse", "Mail", "Mailadresse"),
    BORN: ("Geburtsdatum", "Geboren am"),
    GROUP: ("Gruppe", "Mitgliedergruppe"),
    DECLARED: ("Beitrittserklärung vom", "Erklärt am", "Beitrittserklärung"),
    BEGAN: ("Beginn", "Eintritt", "Eintrittsdatum", "Beitritt", "Beitrittsdatum", "Mitglied seit",
            "Zugelassen am", "Zulassung am"),
    SHARES: ("Anteile", "Geschäftsanteile", "Anzahl Anteile", "Zahl der Anteile"),
    VALUE: ("Wert je Anteil", "Nennwert", "Anteilswert", "Nennbetrag"),
    PAID: ("Eingezahlt", "Geschäftsguthaben", "Guthaben", "Einzahlung"),
    PAID_ON: ("Eingezahlt am", "Einzahlung am", "Gezahlt am", "Bezahlt am"),
    NOTICE: ("Kündigung eingegangen am", "Gekündigt am", "Kündigung vom", "Kündigungsdatum"),
    NOTICE_TO: ("Gekündigt zum", "Kündigung zum"),
    NOTICE_SHARES: ("Gekündigte Anteile",),
    ENDED: ("Ausgeschieden am", "Austritt", "Austrittsdatum", "Ausgeschieden zum"),
    PAID_OUT: ("Ausgezahlt am", "Auszahlung am"),
    PART: ("Rate",),
    NEXT_PART: ("Nächste Rate am",),
}  # fmt: skip
ENGLISH: dict[str, tuple[str, ...]] = {
    NUMBER: ("Member number", "Member no", "Number", "No"),
    LAST: ("Surname", "Last name", "Family name"),
    FIRST: ("First names", "First name", "Given names"),
    ORGANISATION: ("Organisation", "Organization", "Company"),
    STREET: ("Street and number", "Street", "Address"),
    POSTCODE: ("Postcode", "Postal code", "Zip", "Zip code"),
    TOWN: ("Town", "City"),
    COUNTRY: ("Country",),
    EMAIL: ("Email", "E-mail", "E-mail address"),
    BORN: ("Date of birth", "Born on"),
    GROUP: ("Group", "Member group"),
    DECLARED: ("Declared on",),
    BEGAN: ("Begins on", "Joined", "Joined on", "Member since", "Admitted on"),
    SHARES: ("Shares", "Number of shares"),
    VALUE: ("Value of a share", "Share value", "Nominal value", "Price"),
    PAID: ("Paid in", "Paid", "Credit"),
    PAID_ON: ("Paid on", "Paid in on"),
    NOTICE: ("Notice received on", "Notice received", "Notice on"),
    NOTICE_TO: ("Notice to", "Leaves on"),
    NOTICE_SHARES: ("Shares under notice",),
    ENDED: ("Ended on", "Left on"),
    PAID_OUT: ("Paid out on",),
    PART: ("Instalment",),
    NEXT_PART: ("Next instalment on",),
}
ALL = tuple(GERMAN)
HEADINGS = {
    holds: tuple(tables.plain(name) for name in (*GERMAN[holds], *ENGLISH[holds])) for holds in ALL
}
NEEDED = (NUMBER, BEGAN, SHARES)


def mapped(header: Sequence[str]) -> list[str]:
    """For each column what it holds, "" where nothing is known."""
    return tables.mapped(header, HEADINGS)


def lacking(columns: Sequence[str]) -> list[str]:
    """What a list must have and this one has not."""
    named = LAST in columns or ORGANISATION in columns
    return [name for name in NEEDED if name not in columns] + [LAST] * (not named)


def heading(holds: str) -> str:
    """What the template calls it, in both languages."""
    both = dict.fromkeys([GERMAN[holds][0], ENGLISH[holds][0]])
    return " / ".join(both)
