"""What codes mean: enhanced ones (RFC 3463, RFC 5248 and IANA's list), then the plain reply's."""

from allmende.mailroom.bounces.shape import DEAD, Reason

EXACT = {
    "1.1": Reason.USER,
    "1.2": Reason.HOST,
    "1.3": Reason.USER,
    "1.6": Reason.USER,
    "1.7": Reason.SENDER,
    "1.8": Reason.SENDER,
    "1.9": Reason.SENDER,
    "1.10": Reason.HOST,
    "2.1": Reason.DISABLED,
    "2.2": Reason.FULL,
    "2.3": Reason.SIZE,
    "3.1": Reason.FULL,
    "3.2": Reason.SYSTEM,
    "3.4": Reason.SIZE,
    "3.5": Reason.SYSTEM,
    "4.4": Reason.HOST,
    "5.3": Reason.RATE,
    "7.13": Reason.DISABLED,
    "7.25": Reason.REPUTATION,
    "7.27": Reason.SENDER,
    "7.28": Reason.RATE,
}
CLASSES = {
    "2": Reason.UNKNOWN,
    "3": Reason.SYSTEM,
    "4": Reason.NETWORK,
    "5": Reason.SYSTEM,
    "6": Reason.CONTENT,
    "7": Reason.POLICY,
}
REPLIES = {452: Reason.FULL, 552: Reason.FULL, 551: Reason.USER}

# Codes that speak against a dead address, whatever the words are: the mailbox is known and would
# take other mail, or a rule has refused this one.
AGAINST = ("2.0", "2.2", "2.3", "7.")

FOR = ("2.1", "1.351", "1.10")


def meaning(status: str, code: int) -> Reason:
    detail = status[2:]
    found = EXACT.get(detail) or CLASSES.get(detail.partition(".")[0])
    if status.startswith("4") and found in DEAD:
        found = Reason.NETWORK  # who is not found today may be found tomorrow
    return found or REPLIES.get(code) or Reason.UNKNOWN


def speaks_against(status: str) -> bool:
    """Whether the code contradicts words that call the address dead."""
    detail = status[2:]
    return any(detail == one or (one[-1] == "." and detail.startswith(one)) for one in AGAINST)


def speaks_for(status: str) -> bool:
    """Whether the code itself calls the recipient's address wrong."""
    return EXACT.get(status[2:]) == Reason.USER or status[2:] in FOR
