"""What a cell holds, as people and spreadsheets write it. Each raises Wrong with words for them."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation

EARLIEST = dt.date(1867, 1, 1)  # Prussia's law on cooperatives
GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00)?)?")
AMOUNT = re.compile(r"(\d{1,3}(?:[., '’]\d{3})+|\d+)(?:[.,](\d{1,2}))?")
SIGNS = re.compile(r"\s*(?:€|EUR|Euro)\s*", re.IGNORECASE)
MOST = 10**9  # euros, or shares; more is a slip of the hand
COUNTRIES = {
    "deutschland": "DE", "germany": "DE", "d": "DE", "brd": "DE", "österreich": "AT",
    "austria": "AT", "a": "AT", "schweiz": "CH", "switzerland": "CH", "frankreich": "FR",
    "france": "FR", "italien": "IT", "italy": "IT", "niederlande": "NL", "netherlands": "NL",
    "belgien": "BE", "belgium": "BE", "luxemburg": "LU", "luxembourg": "LU", "polen": "PL",
    "poland": "PL", "dänemark": "DK", "denmark": "DK", "spanien": "ES", "spain": "ES",
    "großbritannien": "GB", "united kingdom": "GB", "usa": "US",
}  # fmt: skip


class Wrong(ValueError):
    """What is wrong with a cell, in words."""


def refuse_formula(text: str) -> None:
    if text.startswith("="):
        raise Wrong("a formula stands here: put its result in its place (copy, paste values)")


def whole(text: str, *, what: str) -> int:
    """A whole number above zero."""
    digits = text.removesuffix(".0").removesuffix(",0").strip()
    if not digits.isascii() or not digits.isdecimal() or not 0 < int(digits[:12]) < MOST:
        raise Wrong(f"{text[:40]!r} is no {what}: a whole number is, above zero")
    return int(digits)


def cents(text: str) -> int:
    """As "500", "1.234,56", "1,234.56" or "€ 25"; no amount has three digits of cents."""
    match = AMOUNT.fullmatch(SIGNS.sub("", text))
    if match is None:
        raise Wrong(f"{text[:40]!r} is no amount: write 1234.56 or 1.234,56")
    units, rest = re.sub(r"\D", "", match[1]), match[2] or ""
    try:
        found = int(Decimal(f"{units}.{rest or 0}") * 100)
    except InvalidOperation as error:
        raise Wrong(f"{text[:40]!r} is no amount") from error
    if found > MOST * 100:
        raise Wrong(f"{text[:40]!r} is more than any member has")
    return found


def day(text: str) -> dt.date:
    """As 2020-12-31 or 31.12.2020; nobody knows what 03/04/2020 is."""
    iso, german = ISO.fullmatch(text), GERMAN.fullmatch(text)
    if not iso and not german:
        hint = "a number; give the column the format of a date, or " if text.isdecimal() else ""
        raise Wrong(f"{text[:40]!r} is no day: {hint}write 2020-12-31 or 31.12.2020")
    parts = [int(part) for part in (iso or german or ()).groups()]  # type: ignore[union-attr]
    year, month, number = parts if iso else parts[::-1]
    try:
        found = dt.date(year, month, number)
    except ValueError as error:
        raise Wrong(f"there is no {text}") from error
    if found < EARLIEST:
        raise Wrong(f"{text} is before there were cooperatives")
    return found


def past(text: str, *, today: dt.date) -> dt.date:
    found = day(text)
    if found > today:
        raise Wrong(f"{text} is yet to come")
    return found


def country(text: str) -> str:
    """Two letters, or the name of a neighbour."""
    code = COUNTRIES.get(text.casefold(), text.upper())
    if not re.fullmatch("[A-Z]{2}", code):
        raise Wrong(f"{text[:40]!r} is no country: write its two letters, as DE")
    return code


def postcode(text: str, *, country: str) -> str:
    """A spreadsheet loses the zero in front of one in Saxony."""
    return text.zfill(5) if country == "DE" and re.fullmatch(r"\d{4}", text) else text


def short(text: str, *, most: int) -> str:
    if len(text) > most:
        raise Wrong(f"this is longer than {most} letters")
    if any(ord(sign) < 32 for sign in text) or "�" in text:
        raise Wrong("there are signs in it that no text has: is the file saved as UTF-8?")
    return text
