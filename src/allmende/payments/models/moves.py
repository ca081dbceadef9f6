"""Which state may follow which. The database refuses every other step (migrations 0002 and 0007),
and a test holds the two against each other. Deeds move a row by a conditional update and count the
rows.
"""

from collections.abc import Mapping

Moves = Mapping[str, str]

PLEDGE: Moves = {
    "draft": "awaiting active ended",
    "awaiting": "active ending ended",
    "active": "paused ending ended",
    "paused": "active ending ended",
    "ending": "ended",
    "ended": "",
}
# Money that arrives is true, whatever the row had come to: nearly everything may become collected.
DUE_ITEM: Moves = {
    "planned": "announced submitted collected failed waived",
    "announced": "planned submitted collected failed waived",
    "submitted": "planned announced collected failed",
    "collected": "returned refunded charged_back",
    "returned": "reopened closed",
    "refunded": "reopened closed",
    "charged_back": "collected refunded reopened closed",
    "reopened": "announced submitted collected failed waived closed",
    "closed": "collected",
    "failed": "planned announced submitted collected waived",
    "waived": "collected",
}
ATTEMPT: Moves = {
    "created": "submitted settled surplus failed",
    "submitted": "settled surplus failed",
    "failed": "settled surplus",
    "settled": "returned refunded charged_back",
    "surplus": "settled returned refunded charged_back",
    "charged_back": "settled surplus refunded",
    "returned": "",
    "refunded": "",
}
MANDATE: Moves = {
    "signed": "active amended dormant revoked blocked",
    "active": "amended dormant revoked blocked",
    "amended": "active dormant revoked blocked",
    "blocked": "amended dormant revoked",
    "dormant": "",
    "revoked": "",
}
BATCH: Moves = {
    "open": "frozen",
    "frozen": "exported rejected",
    "exported": "accepted rejected booked",
    "accepted": "rejected booked",
    "rejected": "",
    "booked": "",
}
REFUND: Moves = {
    "asked": "submitted done failed",
    "submitted": "done failed",
    "failed": "submitted done",
    "done": "",
}
PAYOUT: Moves = {
    "waiting": "submitted paid cancelled",
    "submitted": "waiting paid",
    "paid": "returned",
    "returned": "waiting cancelled",
    "cancelled": "",
}


def sources(moves: Moves, target: str) -> list[str]:
    """The states from which `target` may be reached."""
    return [state for state, following in moves.items() if target in following.split()]
