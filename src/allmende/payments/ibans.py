"""Account numbers (ISO 13616): checked, compared, shown in part.

    read("de89 3704 0044 0532 0130 00")    # "DE89370400440532013000", or raises what is wrong
    masked("DE89370400440532013000")       # "DE89 … 3000"

A bank that no longer exists makes banks refuse whole files. Only Germany's list of bank codes is
known completely (Bundesbank), so only there an unknown code is a fault.
"""

from schwifty import IBAN
from schwifty.exceptions import (
    InvalidChecksumDigits,
    InvalidCountryCode,
    InvalidLength,
    SchwiftyException,
)

# The European Economic Area; IBANs of its countries need no address in a file.
EEA = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
        "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip
COMPLETE_LISTS = frozenset({"DE"})


class BadIban(ValueError):
    """No account number that can be debited.

    BadIban
      x WrongShape    letters or digits missing, too many, or in the wrong place
      x Mistyped      the check digits do not fit
      x OutsideSepa   a country without SEPA, or no country at all
      x UnknownBank   the bank code is in no list; the bank may have been merged
    """


class WrongShape(BadIban): ...


class Mistyped(BadIban): ...


class OutsideSepa(BadIban): ...


class UnknownBank(BadIban): ...


def compact(text: str) -> str:
    return "".join(text.split()).replace("-", "").upper()


def read(text: str) -> str:
    """The IBAN without spaces. Raises BadIban."""
    try:
        iban = IBAN(compact(text))
        known = iban.bank is not None
    except InvalidCountryCode as error:
        raise OutsideSepa from error
    except InvalidChecksumDigits as error:
        raise Mistyped from error
    except (InvalidLength, SchwiftyException) as error:
        raise WrongShape from error
    if not iban.in_sepa_zone:
        raise OutsideSepa
    if iban.country_code in COMPLETE_LISTS and not known:
        raise UnknownBank
    return str(iban)


def bank_name(iban: str) -> str:
    """What the list calls the bank, or nothing."""
    bank = IBAN(iban, allow_invalid=True).bank
    return bank.name if bank else ""


def country(iban: str) -> str:
    return iban[:2]


def same_bank(one: str, other: str) -> bool:
    return (one[:2], IBAN(one, allow_invalid=True).bank_code) == (
        other[:2],
        IBAN(other, allow_invalid=True).bank_code,
    )


def needs_address(iban: str) -> bool:
    """Whether files must bring the owner's address, structured (EPC 153-22)."""
    return country(iban) not in EEA


def masked(iban: str) -> str:
    """Enough to recognise one's own account, too little to use it."""
    return f"{iban[:4]} … {iban[-4:]}"
