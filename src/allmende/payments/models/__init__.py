"""Who pledged what, what is due of it, how it is collected, and what comes from outside.

    Pledge → DueItem (pledge, period) → PaymentAttempt (provider, external id) → ledger entry

    Payout → PayoutLine (batch) → ledger entry

`moves` says which state may follow which; the database refuses every other step.
"""

from allmende.payments.models.arrivals import InboundEvent, Match, Statement, Transfer
from allmende.payments.models.debits import BankAccount, BatchItem, Mandate, SepaBatch
from allmende.payments.models.dues import DueItem, Notice, PaymentAttempt, Question, Refund
from allmende.payments.models.health import ProviderHealth
from allmende.payments.models.payouts import Payout, PayoutBatch, PayoutLine
from allmende.payments.models.pledges import (
    Arrangement,
    Checkout,
    Method,
    Pledge,
    PledgeVersion,
)

__all__ = [
    "Arrangement",
    "BankAccount",
    "BatchItem",
    "Checkout",
    "DueItem",
    "InboundEvent",
    "Mandate",
    "Match",
    "Method",
    "Notice",
    "PaymentAttempt",
    "Payout",
    "PayoutBatch",
    "PayoutLine",
    "Pledge",
    "PledgeVersion",
    "ProviderHealth",
    "Question",
    "Refund",
    "SepaBatch",
    "Statement",
    "Transfer",
]
