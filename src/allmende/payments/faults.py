"""Why a row goes not along in a file for the bank: kept with the row, told to the office."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NOT_ANNOUNCED = "not announced"
TOO_LATE = "announced too late"
MANDATE = "mandate"
PLEDGE = "pledge"
ITEM = "item"
PAYOUT = "payout"
IBAN = "iban"
ADDRESS = "address"

WORDS: "dict[str, StrOrPromise]" = {
    NOT_ANNOUNCED: _("its notice did not arrive; it is announced anew"),
    TOO_LATE: _("announced too late; it is announced anew"),
    MANDATE: _("its mandate may not be used any more"),
    PLEDGE: _("the pledge rests or has ended"),
    ITEM: _("the payment has changed or is done"),
    PAYOUT: _("the payout has changed or is done"),
    IBAN: _("a bank would not take the IBAN"),
    ADDRESS: _("the bank wants the address for this country"),
}


def words(why: str) -> str:
    return str(WORDS.get(why, why))
