"""Contributions: what asks for them, how they are given, and what readers asked to be told.

See the modules for the nouns. Pledges and money are rows of `payments` and `ledger`.
"""

from allmende.contributions.models.accounts import PublicAccounts
from allmende.contributions.models.appeals import Appeal, AppealCount
from allmende.contributions.models.campaigns import Campaign
from allmende.contributions.models.declarations import Declaration, Replacement
from allmende.contributions.models.giving import Draft, Offer
from allmende.contributions.models.reminders import Reminder
from allmende.contributions.models.troubles import Trouble

__all__ = [
    "Appeal",
    "AppealCount",
    "Campaign",
    "Declaration",
    "Draft",
    "Offer",
    "PublicAccounts",
    "Reminder",
    "Replacement",
    "Trouble",
]
