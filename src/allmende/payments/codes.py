"""What a bank's code means for us. Source: ISO 20022 external codes, EPC guidance on reason codes.

Unknown codes are looked at by a person; nothing is tried again that we do not understand.
"""

import datetime as dt
from enum import Enum


class Policy(Enum):
    """What is done when a collection failed or came back."""

    RETRY = "retry"  # once, with a new notice; then like PAUSE
    ASK_IBAN = "iban_needed"  # the account is wrong: the giver is asked for the IBAN
    OTHER_METHOD = "method_needed"  # it cannot be debited: pause, offer another way
    NEVER = "never"  # the giver does not want it, or there is no mandate
    DEATH = "death"  # the giver has died: everything stops, quietly
    ALARM = "alarm"  # the bank says that we collected twice
    QUESTION = "question"  # we do not know


POLICIES = {
    "AM04": Policy.RETRY,  # no money on the account
    "MS03": Policy.RETRY,  # no reason given
    "AC01": Policy.ASK_IBAN,  # no such account
    "RC01": Policy.ASK_IBAN,  # no such bank
    "AC04": Policy.OTHER_METHOD,  # account closed
    "AC06": Policy.OTHER_METHOD,  # account blocked
    "AG01": Policy.OTHER_METHOD,  # no debits from this account
    "MD01": Policy.NEVER,  # no mandate
    "MD06": Policy.NEVER,  # the giver wants it back
    "MS02": Policy.NEVER,  # the giver refuses
    "SL01": Policy.NEVER,  # the giver has barred us at the bank
    "MD07": Policy.DEATH,
    "AM05": Policy.ALARM,
}
ACCOUNT = (Policy.ASK_IBAN, Policy.OTHER_METHOD)  # another account helps
RETRY_AFTER = dt.timedelta(days=21)  # leaves 14 days for the new notice, and days for the bank
RETRIES = 1


def policy(code: str) -> Policy:
    return POLICIES.get(code, Policy.QUESTION)
