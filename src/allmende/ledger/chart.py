"""The chart of accounts, laid whenever the database is brought up to date.

The numbers are those of DATEV's SKR 04 that come closest; the paper's tax adviser decides, and the
office changes them. A code is never changed: our own code names it.
"""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from allmende.ledger.models import Account

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

KIND = Account.Kind
CHART: dict[str, tuple[Account.Kind, int]] = {
    "bank": (KIND.ASSET, 1800),
    "paypal": (KIND.ASSET, 1810),
    "cards": (KIND.ASSET, 1820),
    "sepa-transit": (KIND.ASSET, 1460),  # submitted to the bank, not yet on our account
    "payout-transit": (KIND.ASSET, 1461),  # left our account, not yet known for which payout
    "suspense": (KIND.LIABILITY, 1370),  # money of which nobody knows yet what it is for
    "share-capital": (KIND.EQUITY, 2900),  # Geschäftsguthaben, per member
    "left-capital": (KIND.EQUITY, 2905),  # ... of members who left, until it is settled
    "result": (KIND.EQUITY, 2970),  # profits and losses of years, carried forward
    "payouts": (KIND.LIABILITY, 3500),  # owed to members who left, and what is given back
    "opening": (KIND.EQUITY, 9000),  # what stood before this house kept the books
    "contributions": (KIND.INCOME, 4830),
    "returns": (KIND.INCOME, 4700),  # lessens income: what banks took back
    "fees": (KIND.EXPENSE, 6855),
}
NAMES: "dict[str, StrOrPromise]" = {
    "bank": _("Bank"),
    "paypal": _("PayPal"),
    "cards": _("Cards"),
    "sepa-transit": _("Direct debits in transit"),
    "payout-transit": _("Payouts in transit"),
    "suspense": _("Not assigned yet"),
    "share-capital": _("Members' share capital"),
    "left-capital": _("Share capital of former members"),
    "result": _("Profit and loss carried forward"),
    "payouts": _("To be paid out"),
    "opening": _("Brought forward"),
    "contributions": _("Contributions"),
    "returns": _("Returned payments"),
    "fees": _("Fees of banks and providers"),
}


def lay(**_signal: Any) -> None:
    """Makes the accounts that are missing."""
    Account.objects.bulk_create(
        (Account(code=code, kind=kind, number=number) for code, (kind, number) in CHART.items()),
        ignore_conflicts=True,
    )


def numbers() -> dict[str, int]:
    """Of each account, in the chart of the tax adviser."""
    return dict(Account.objects.values_list("code", "number"))


def kinds() -> dict[str, str]:
    return dict(Account.objects.values_list("code", "kind"))


def codes() -> list[str]:
    return list(CHART)


def name(code: str) -> "StrOrPromise":
    """What people call the account."""
    return NAMES.get(code, code)
