"""What giving by direct debit asks beyond the rest: an account, and a mandate in text form."""

import datetime as dt
from typing import Any

from allmende.payments import ibans, mandates
from allmende.payments.models import BankAccount, Mandate, Pledge
from allmende.payments.pain.parts import Address

METHOD = "debit"
SPARE = dt.timedelta(days=5)  # between notice and collection, for the office and the bank


def account() -> BankAccount | None:
    return BankAccount.objects.filter(is_main=True).first()


def words(*, language: str) -> str:
    """The mandate as it is shown before it is signed."""
    main = account()
    return mandates.words(main, language=language) if main else ""


def first_day(*, on: dt.date) -> dt.date:
    """From when may be collected: notice has to be given before."""
    main = account()
    return on + dt.timedelta(days=main.notice_days if main else mandates.NOTICE_DAYS) + SPARE


def sign(
    pledge: Pledge, typed: dict[str, Any], *, language: str, origin: str, at: dt.datetime
) -> Mandate:
    main = account()
    assert main is not None  # the way is not offered otherwise
    return mandates.sign(
        pledge,
        iban=typed["iban"],
        holder=typed["holder"],
        signature=mandates.signature(main, language=language, origin=origin),
        address=address(typed),
        at=at,
    )


def address(typed: dict[str, Any]) -> Address | None:
    """Banks want it for accounts outside the EEA, and only there."""
    if not ibans.needs_address(typed["iban"]):
        return None
    return Address(
        street=typed.get("street", ""),
        postcode=typed.get("postcode", ""),
        town=typed["town"],
        country=ibans.country(typed["iban"]),
    )
