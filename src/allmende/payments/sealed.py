"""Which columns of payments are sealed by the vault's main key, to be renewed with it."""

from allmende.lib.renewing import Column
from allmende.payments import bankfiles
from allmende.payments.models import (
    InboundEvent,
    Mandate,
    Payout,
    PayoutBatch,
    SepaBatch,
    Transfer,
)
from allmende.payments.sealing import column, context_of


def of_mandates(name: str) -> Column:
    """The account before is sealed as the account that it was."""
    told = f"mandate.{name.removesuffix('_before')}"
    return column(
        Mandate, name, context=lambda row: context_of(told, row.reference), needs=["reference"]
    )


def of_payouts(name: str) -> Column:
    return column(
        Payout, name, context=lambda row: context_of(f"payout.{name}", row.key), needs=["key"]
    )


COLUMNS = [
    *(of_mandates(name) for name in ("iban", "holder", "address", "iban_before")),
    *(of_payouts(name) for name in ("iban", "holder", "address")),
    column(
        Transfer,
        "sealed",
        context=lambda row: context_of("transfer.sealed", row.key),
        needs=["key"],
    ),
    column(
        InboundEvent,
        "raw",
        context=lambda row: context_of("event.raw", f"{row.source}:{row.external_id}"),
        needs=["source", "external_id"],
    ),
    *(
        column(kind, "file", context=bankfiles.context, needs=["msg_id"], lot=1)
        for kind in (SepaBatch, PayoutBatch)
    ),
]
