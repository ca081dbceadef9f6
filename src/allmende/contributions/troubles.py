"""A debit failed or came back: one letter in plain words, with the way out.

Silent where the giver has died (MD07), where the bank or we were wrong (AM05, the office), where
the contribution has ended, and where a provider writes itself.
"""

import datetime as dt

from allmende.contributions import letters
from allmende.contributions.models import Trouble
from allmende.payments import codes
from allmende.payments.codes import Policy
from allmende.payments.models import DueItem, PaymentAttempt, Pledge
from allmende.payments.reactions import BY_BANK
from allmende.payments.settle import OFFICE

SILENT = [Policy.DEATH, Policy.ALARM]
ALIVE = [Pledge.State.ACTIVE, Pledge.State.PAUSED]


def tell(
    item: DueItem, *, code: str, attempt: PaymentAttempt | None, retry_on: dt.date | None,
    came_back: bool, at: dt.datetime,
) -> bool:  # fmt: skip
    """Once for each try. False where nothing is told."""
    policy, pledge = codes.policy(code), item.pledge
    if policy in SILENT or code == OFFICE or item.method not in BY_BANK:
        return False
    if not Pledge.objects.filter(pk=pledge.pk, state__in=ALIVE).exists():
        return False
    known = {"attempt": attempt} if attempt else {"item": item, "attempt": None}
    new = Trouble.objects.get_or_create(
        **known, defaults={"item": item, "code": code[:64], "told_at": at}
    )[1]
    if new:
        came = attempt.settled_on if attempt and came_back else None
        letters.trouble(
            pledge, item=item, day=came or item.due_on, why=policy.value, code=code,
            retry_on=retry_on, came_back=came_back, at=at,
        )  # fmt: skip
    return new
