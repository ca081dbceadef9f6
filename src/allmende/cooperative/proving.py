"""Proving the whole register, and remembering when and with what outcome.

check = proving.ask(at=now)      # a worker does it: `proving.carry_out(check, at=now)`
"""

import datetime as dt
from itertools import islice

from django.db.models import QuerySet

from allmende.cooperative import proofs
from allmende.cooperative.models import RegisterCheck
from allmende.lib.proofs import MOST

#: A worker that died leaves a check that is never done; another may be asked for after this.
PATIENCE = dt.timedelta(hours=1)


def under_way(*, at: dt.datetime) -> QuerySet[RegisterCheck]:
    return RegisterCheck.objects.filter(done_at=None, asked_at__gt=at - PATIENCE)


def ask(*, at: dt.datetime) -> RegisterCheck | None:
    """None where one is under way."""
    if under_way(at=at).exists():
        return None
    return RegisterCheck.objects.create(asked_at=at)


def carry_out(check: RegisterCheck, *, at: dt.datetime) -> RegisterCheck:
    """at: when it is done."""
    last = proofs.head()
    faults = [
        f"{proof.name}: {line}"
        for proof in proofs.PROOFS
        for line in islice(iter(proof.wrong()), MOST)
    ]
    check.number, check.hash, check.faults, check.done_at = last.number, last.hash, faults, at
    check.save(update_fields=["number", "hash", "faults", "done_at"])
    return check


def last_done() -> RegisterCheck | None:
    return RegisterCheck.objects.filter(done_at__isnull=False).first()
