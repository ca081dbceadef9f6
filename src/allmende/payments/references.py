"""What a payment is called on its way through the banks.

    creditor(1234)          # "RF45C000001234": for people to type, ISO 11649, found by `find`
    mandate(1234, 1)        # "MANDAT-000001234-01-11": the first mandate of the pledge 1234
    end_to_end(1234, 2)     # "FAELLIG-1234-2": the second try to collect the due item 1234
    payout(1234, 1)         # "AUSZAHLUNG-1234-1": the first try to pay the payout 1234

Each holds nothing but numbers of rows: a bank, and whoever reads a statement, learns no more.
Sources: ISO 11649 (creditor reference), ISO 7064 (mod 97-10), EPC 130-08 (35 characters at most).
"""

import re

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

SERIES = "C"
DIGITS = 9
CREDITOR = re.compile(rf"RF\d\d{SERIES}\d{{{DIGITS}}}", re.ASCII)
END_TO_END = re.compile(r"FAELLIG-([1-9]\d{0,17})-([1-9]\d{0,3})", re.ASCII)
PAYOUT = re.compile(r"AUSZAHLUNG-([1-9]\d{0,17})-([1-9]\d{0,3})", re.ASCII)
MANDATE = re.compile(rf"MANDAT-(\d{{{DIGITS}}})-(\d\d)-(\d\d)", re.ASCII)


def creditor(number: int) -> str:
    """The reference of a transfer, 14 characters, with check digits. number: below 10^9."""
    body = f"{SERIES}{_padded(number)}"
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def creditor_number(reference: str) -> int | None:
    """The inverse of `creditor`; None for what is not ours or mistyped."""
    bare = iso11649.compact(reference).upper()
    if not CREDITOR.fullmatch(bare) or not iso11649.is_valid(bare):
        return None
    return int(bare[-DIGITS:])


def shown(reference: str) -> str:
    """In groups of four, as forms of banks print it."""
    return " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))


def find(text: str) -> tuple[str, ...]:
    """Our references in what somebody typed as a purpose: any case, any spaces or hyphens."""
    bare = re.sub(r"[\W_]+", "", text).upper()
    found = dict.fromkeys(match[1] for match in re.finditer(rf"(?=({CREDITOR.pattern}))", bare))
    return tuple(reference for reference in found if iso11649.is_valid(reference))


def mandate(pledge: int, nth: int) -> str:
    """nth: 1 for the first mandate that was given for it."""
    body = f"{_padded(pledge)}{nth:02d}"
    return f"MANDAT-{body[:DIGITS]}-{body[DIGITS:]}-{mod_97_10.calc_check_digits(body)}"


def is_mandate(reference: str) -> bool:
    """Whether it is one of ours, and not mistyped."""
    found = MANDATE.fullmatch(reference.strip().upper())
    return bool(found) and mod_97_10.is_valid("".join(found.groups()))  # type: ignore[union-attr]


def is_creditor_id(told: str) -> bool:
    """Whether a creditor identifier is one: its check digits are over all but the business code.
    told: without spaces. Source: EPC 262-08."""
    found = re.fullmatch(r"([A-Z]{2}\d\d)[A-Z0-9]{3}([A-Z0-9]{1,28})", told, re.ASCII)
    return bool(found) and mod_97_10.is_valid(found[2] + found[1])  # type: ignore[index]


def end_to_end(item: int, attempt: int) -> str:
    """item: the due item's key. attempt: 1 for the first. Both stay, so it is never used again."""
    return f"FAELLIG-{item}-{attempt}"


def end_to_end_parts(reference: str) -> tuple[int, int] | None:
    found = END_TO_END.fullmatch(reference.strip().upper())
    return (int(found[1]), int(found[2])) if found else None


def payout(key: int, attempt: int) -> str:
    """As `end_to_end`, of money that we send."""
    return f"AUSZAHLUNG-{key}-{attempt}"


def is_payout(reference: str) -> bool:
    return bool(PAYOUT.fullmatch(reference.strip().upper()))


def _padded(number: int) -> str:
    if not 0 < number < 10**DIGITS:
        raise ValueError(f"no number of a reference: {number}")
    return f"{number:0{DIGITS}d}"
