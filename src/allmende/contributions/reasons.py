"""Why a payment did not work, in words that help: what a giver can do next. Providers' codes never
reach readers."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TRY_ANOTHER = _("The payment did not work. Please try again, or choose another way.")
CANCELLED = _("You came back without paying. Nothing was paid.")
NO_MONEY = _("The bank says that there is not enough money on the account at the moment.")
DECLINED = _("The bank declined the payment and does not say why. Another card or way may work.")
EXPIRED = _("The card has expired. Please take another one.")
MISTYPED = _("Something about the card was mistyped: number, date or check digits.")
NOT_CONFIRMED = _("The payment was not confirmed in your banking app. Please try again.")
WRONG_ACCOUNT = _("The bank does not find the account. Please look at the IBAN again.")
CLOSED_ACCOUNT = _("The account does not allow this. Please choose another way.")
TOO_LATE = _("It took too long, and the payment service ended it. Please try again.")

WORDS: "dict[str, StrOrPromise]" = {
    # both sides' words for giving up
    "cancelled": CANCELLED,
    "canceled": CANCELLED,
    "gone": CANCELLED,
    "CANCELLED": CANCELLED,
    "expired": TOO_LATE,
    "EXPIRED": TOO_LATE,
    "ORDER_EXPIRED": TOO_LATE,
    # PayPal: Orders v2, issues and processor answers
    "INSTRUMENT_DECLINED": DECLINED,
    "PAYER_CANNOT_PAY": DECLINED,
    "TRANSACTION_REFUSED": DECLINED,
    "DECLINED": DECLINED,
    "ORDER_NOT_APPROVED": NOT_CONFIRMED,
    "PAYER_ACTION_REQUIRED": NOT_CONFIRMED,
    "CARD_EXPIRED": EXPIRED,
    # Mollie: failureReason of cards
    "insufficient_funds": NO_MONEY,
    "card_declined": DECLINED,
    "possible_fraud": DECLINED,
    "refused_by_issuer": DECLINED,
    "inactive_card": DECLINED,
    "card_expired": EXPIRED,
    "invalid_card_number": MISTYPED,
    "invalid_card_holder_name": MISTYPED,
    "invalid_cvv": MISTYPED,
    "authentication_failed": NOT_CONFIRMED,
    "authentication_abandoned": NOT_CONFIRMED,
    "authentication_unavailable_acs": NOT_CONFIRMED,
    # SEPA: ISO 20022 external codes
    "AM04": NO_MONEY,
    "AC01": WRONG_ACCOUNT,
    "RC01": WRONG_ACCOUNT,
    "AC04": CLOSED_ACCOUNT,
    "AC06": CLOSED_ACCOUNT,
    "AG01": CLOSED_ACCOUNT,
    "MS02": DECLINED,
    "MS03": DECLINED,
}


def words(code: str) -> "StrOrPromise":
    return WORDS.get(code, TRY_ANOTHER)
