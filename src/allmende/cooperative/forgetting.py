"""When the register forgets who somebody was: three years after the end of the year in which they
left (§ 30 (3) GenG), and not as long as anything is owed.

The chain and its figures stay, under a number; whoever inspected the list is forgotten alike. The
key is destroyed with the commit, so that no backup tells more; what death kept from it is made good
for the next night.
"""

import datetime as dt
from functools import partial

from django.db import transaction

from allmende.cooperative import keeping, register, sealing
from allmende.cooperative.folding import Kind, Stage
from allmende.cooperative.models import (
    Declaration,
    Detail,
    MemberPaper,
    Membership,
    PayoutAccount,
    RegisterEvent,
    RegisterPayload,
)
from allmende.cooperative.register import Draft

YEARS = 3


def kept_until(last_on: dt.date) -> dt.date:
    """Of somebody whose last day this was."""
    return dt.date(last_on.year + YEARS, 12, 31)


def forget_old(*, on: dt.date, at: dt.datetime) -> int:
    """Returns how many memberships were forgotten."""
    finish()
    forget_accounts()
    forget_inspections(on=on)
    rows = Membership.objects.filter(
        stage=Stage.ENDED, ended_on__lt=dt.date(on.year - YEARS, 1, 1), person__isnull=False,
        claim_cents=0, payable_cents=0, credit_cents=0,
    )  # fmt: skip
    old = list(rows.order_by("pk"))
    for membership in old:
        forget(membership, on=on, at=at)
    return len(old)


@transaction.atomic
def forget(membership: Membership, *, on: dt.date, at: dt.datetime) -> None:
    owner = sealing.owner_of(membership, 0)
    register.record(Draft(Kind.FORGOTTEN, membership, on), at=at)
    RegisterPayload.objects.filter(owner=owner).delete()
    MemberPaper.objects.filter(event__membership=membership).delete()
    membership.requests.all().delete()
    PayoutAccount.objects.filter(membership=membership).delete()
    for declared in Declaration.objects.filter(key=membership.key):
        keeping.forget(declared, at=at)
    Detail.objects.filter(membership=membership).delete()
    Membership.objects.filter(pk=membership.pk).update(person=None)
    transaction.on_commit(partial(sealing.destroy, owner), robust=True)


def forget_accounts() -> None:
    """Of those to whom nothing is to be paid out, now or by a notice."""
    PayoutAccount.objects.filter(
        membership__claim_cents=0, membership__payable_cents=0, membership__next_end_on=None
    ).delete()


@transaction.atomic
def forget_inspections(*, on: dt.date) -> None:
    """Who has read the list as a third party, and why: three years after the end of that year, as
    long as somebody could be held to the purpose named (§ 31 (3) GenG, §§ 195, 199 BGB). That it
    was read stays. Those of members go with the membership."""
    old = RegisterPayload.objects.filter(
        event__kind=Kind.INSPECTED, event__membership=None,
        event__effective_on__lt=dt.date(on.year - YEARS, 1, 1),
    )  # fmt: skip
    owners = list(old.values_list("owner", flat=True))
    old.delete()
    for owner in owners:
        transaction.on_commit(partial(sealing.destroy, owner), robust=True)


def finish() -> None:
    """Keys of those who are forgotten and whose key is still there; rows that a restored backup
    brought back."""
    rows = RegisterEvent.objects.filter(kind=Kind.FORGOTTEN, membership__isnull=False)
    for event in rows.select_related("membership"):
        sealing.destroy(sealing.owner_of(event.membership, 0))
