"""DATEV's EXTF format, the batch of postings (Buchungsstapel, category 21, version 9).

A file is a line about itself, a line of column names, and a line for each pair of accounts that an
amount moved between; cp1252, semicolons, text in quotation marks. A file lies in one business year
and holds 99,999 lines at the most, so a period may take several files.

Source: DATEV's description of the format; its files for examples.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from allmende.ledger.exports.booked import Booked, Share
from allmende.ledger.money import Money

MOST = 99_999  # lines of postings
DIGITS = 4  # of account numbers
TEXT, NUMBER = True, False


def columns() -> Iterator[tuple[str, bool]]:
    """Names of the 120 columns, and whether each holds text."""
    yield from [
        ("Umsatz (ohne Soll/Haben-Kz)", NUMBER), ("Soll/Haben-Kennzeichen", TEXT),
        ("WKZ Umsatz", TEXT), ("Kurs", NUMBER), ("Basisumsatz", NUMBER), ("WKZ Basisumsatz", TEXT),
        ("Konto", NUMBER), ("Gegenkonto (ohne BU-Schlüssel)", NUMBER), ("BU-Schlüssel", TEXT),
        ("Belegdatum", NUMBER), ("Belegfeld 1", TEXT), ("Belegfeld 2", TEXT), ("Skonto", NUMBER),
        ("Buchungstext", TEXT), ("Postensperre", NUMBER), ("Diverse Adressnummer", TEXT),
        ("Geschäftspartnerbank", NUMBER), ("Sachverhalt", NUMBER), ("Zinssperre", NUMBER),
        ("Beleglink", TEXT),
    ]  # fmt: skip
    yield from numbered("Beleginfo", 8)
    yield from [
        ("KOST1 – Kostenstelle", TEXT), ("KOST2 – Kostenstelle", TEXT), ("Kost Menge", NUMBER),
        ("EU-Land u. USt-IdNr.", TEXT), ("EU-Steuersatz", NUMBER), ("Abw. Versteuerungsart", TEXT),
        ("Sachverhalt L+L", NUMBER), ("Funktionsergänzung L+L", NUMBER),
        ("BU 49 Hauptfunktionstyp", NUMBER), ("BU 49 Hauptfunktionsnummer", NUMBER),
        ("BU 49 Funktionsergänzung", NUMBER),
    ]  # fmt: skip
    yield from numbered("Zusatzinformation", 20)
    yield from [
        ("Stück", NUMBER), ("Gewicht", NUMBER), ("Zahlweise", NUMBER), ("Forderungsart", TEXT),
        ("Veranlagungsjahr", NUMBER), ("Zugeordnete Fälligkeit", NUMBER), ("Skontotyp", NUMBER),
        ("Auftragsnummer", TEXT), ("Buchungstyp", TEXT), ("USt-Schlüssel (Anzahlungen)", NUMBER),
        ("EU-Mitgliedstaat (Anzahlungen)", TEXT), ("Sachverhalt L+L (Anzahlungen)", NUMBER),
        ("EU-Steuersatz (Anzahlungen)", NUMBER), ("Erlöskonto (Anzahlungen)", NUMBER),
        ("Herkunft-Kz", TEXT), ("Leerfeld", TEXT), ("KOST-Datum", NUMBER),
        ("SEPA-Mandatsreferenz", TEXT), ("Skontosperre", NUMBER), ("Gesellschaftername", TEXT),
        ("Beteiligtennummer", NUMBER), ("Identifikationsnummer", TEXT), ("Zeichnernummer", TEXT),
        ("Postensperre bis", NUMBER), ("Bezeichnung", TEXT), ("Kennzeichen", NUMBER),
        ("Festschreibung", NUMBER), ("Leistungsdatum", NUMBER), ("Datum Zuord.", NUMBER),
        ("Fälligkeit", NUMBER), ("Generalumkehr", TEXT), ("Steuersatz", NUMBER), ("Land", TEXT),
    ]  # fmt: skip


def numbered(name: str, count: int) -> Iterator[tuple[str, bool]]:
    for number in range(1, count + 1):
        yield from [(f"{name} – Art {number}", TEXT), (f"{name} – Inhalt {number}", TEXT)]


COLUMNS = dict(columns())


@dataclass(frozen=True)
class Client:
    """What the tax adviser gave the paper. year_begins: month and day of the business year."""

    adviser: int
    number: int
    year_begins: tuple[int, int] = (1, 1)


@dataclass(frozen=True)
class File:
    """Its name, and its content in DATEV's encoding."""

    name: str
    content: bytes


def files(
    entries: Iterable[Booked],
    *,
    since: dt.date,
    until: dt.date,
    numbers: Mapping[str, int],
    client: Client,
    at: dt.datetime,
) -> Iterator[File]:
    """One file for each business year of the period, more where it has too many lines.

    entries: of the period, ordered by day. numbers: of each account in the adviser's chart.
    """
    rest = iter(entries)
    entry = next(rest, None)
    for first, last, year in years(since, until, client):
        rows: list[str] = []
        part = 1
        while entry and entry.on <= last:
            ours = [row(pair, entry, numbers) for pair in pairs(entry.shares)]
            if len(rows) + len(ours) > MOST:
                yield file(first, last, year, part, rows, client, at)
                rows, part = [], part + 1
            rows += ours
            entry = next(rest, None)
        yield file(first, last, year, part, rows, client, at)


def years(
    since: dt.date, until: dt.date, client: Client
) -> Iterator[tuple[dt.date, dt.date, dt.date]]:
    """First and last day of the period in each business year, and the year's own first day."""
    while since <= until:
        year = dt.date(since.year, *client.year_begins)
        year = year if year <= since else year.replace(year=since.year - 1)
        last = year.replace(year=year.year + 1) - dt.timedelta(days=1)
        yield since, min(last, until), year
        since = last + dt.timedelta(days=1)


def file(
    first: dt.date,
    last: dt.date,
    year: dt.date,
    part: int,
    rows: list[str],
    client: Client,
    at: dt.datetime,
) -> File:
    name = f"EXTF_Buchungsstapel_{first}_{last}" + (f"_{part}" if part > 1 else "")
    lines = [header(first, last, year, client, at), ";".join(COLUMNS), *rows, ""]
    return File(f"{name}.csv", "\r\n".join(lines).encode("cp1252", "replace"))


def header(first: dt.date, last: dt.date, year: dt.date, client: Client, at: dt.datetime) -> str:
    cells: list[str | int | None] = [
        "EXTF", 700, 21, "Buchungsstapel", 9, int(f"{at:%Y%m%d%H%M%S}000"), None,
        "AL", "Allmende", "", client.adviser, client.number, int(f"{year:%Y%m%d}"), DIGITS,
        int(f"{first:%Y%m%d}"), int(f"{last:%Y%m%d}"), f"{first:%d.%m.%Y}-{last:%d.%m.%Y}", "",
        1, None, 0, "EUR", "", "", "", "", "", None, None, "", "",
    ]  # fmt: skip
    return ";".join(cell(value) for value in cells)


def pairs(shares: tuple[Share, ...]) -> Iterator[tuple[Share, Share, Money]]:
    """Moves between two accounts each, that together do what the postings do: debit, credit,
    amount. n postings take n - 1 moves at the most."""
    for currency in sorted({share.money.currency for share in shares}):
        ours = [(share, share.money.cents) for share in shares if share.money.currency == currency]
        debits = [(share, cents) for share, cents in reversed(ours) if cents > 0]
        credits = [(share, -cents) for share, cents in reversed(ours) if cents < 0]
        while debits and credits:
            (debit, owed), (credit, given) = debits.pop(), credits.pop()
            yield debit, credit, Money(min(owed, given), currency)
            if owed > given:
                debits.append((debit, owed - given))
            if given > owed:
                credits.append((credit, given - owed))


def row(pair: tuple[Share, Share, Money], entry: Booked, numbers: Mapping[str, int]) -> str:
    debit, credit, money = pair
    values: dict[str, str | int | Money] = {
        "Umsatz (ohne Soll/Haben-Kz)": money,
        "Soll/Haben-Kennzeichen": "S",
        "WKZ Umsatz": "" if money.currency == "EUR" else money.currency,
        "Konto": numbers[debit.account],
        "Gegenkonto (ohne BU-Schlüssel)": numbers[credit.account],
        "Belegfeld 1": str(entry.number),
        "Buchungstext": entry.text[:60],
    }
    more = {"Partei": debit.party or credit.party, "Storno von": str(entry.reverses or "")}
    kept = [(kind, content) for kind, content in more.items() if content]
    for number, (kind, content) in enumerate(kept, 1):
        values[f"Zusatzinformation – Art {number}"] = kind
        values[f"Zusatzinformation – Inhalt {number}"] = content
    values["Belegdatum"] = int(f"{entry.on:%d%m}")
    return ";".join(
        cell(values.get(name, "" if is_text else None)) for name, is_text in COLUMNS.items()
    )


def cell(value: str | int | Money | None) -> str:
    if value is None:
        return ""
    if isinstance(value, Money):
        return f"{value.cents // 100},{value.cents % 100:02d}"
    if isinstance(value, int):
        return str(value)
    return '"' + value.replace('"', '""') + '"'
