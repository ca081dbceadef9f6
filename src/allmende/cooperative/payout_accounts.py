"""To which account a member wants their credit paid out, told on their own page. Sealed under the
membership's key, and gone as soon as nothing is to be paid out any more.

    tell(membership, holder="…", iban="…", at=now)
    receiver(of(membership))                            whose account, for `settling.ask`
"""

import datetime as dt
import json

from django.db import transaction

from allmende.cooperative import member_letters, register, sealing
from allmende.cooperative.models import Membership, PayoutAccount
from allmende.payments import ibans
from allmende.payments.payouts import Receiver
from allmende.payments.sealing import vault


@transaction.atomic
def tell(membership: Membership, *, holder: str, iban: str, at: dt.datetime) -> PayoutAccount:
    """In the place of one told before. Confirmed by mail: nobody leads a payout away unseen.

    Raises ibans.BadIban.
    """
    register.hold()
    iban = ibans.read(iban)
    told = json.dumps({"holder": holder, "iban": iban}, ensure_ascii=False).encode()
    found, _made = PayoutAccount.objects.update_or_create(
        membership=membership,
        defaults={
            "sealed": vault().seal(
                told, context=context(membership), owner=sealing.owner_of(membership, 0)
            ),
            "ending": iban[-4:],
            "told_at": at,
        },
    )
    member_letters.account_told(membership, holder, ibans.masked(iban))
    return found


def of(membership: Membership) -> PayoutAccount | None:
    rows = PayoutAccount.objects.filter(membership=membership)
    return rows.select_related("membership").first()


def receiver(found: PayoutAccount | None) -> Receiver | None:
    """None where nothing was told, or it is forgotten."""
    if found is None:
        return None
    owner, where = sealing.owner_of(found.membership, 0), context(found.membership)
    try:
        opened = vault().open(bytes(found.sealed), context=where, owner=owner)
    except sealing.Unreadable:
        return None
    return Receiver(**json.loads(opened))


def context(membership: Membership) -> str:
    return f"cooperative.PayoutAccount.sealed:{membership.key}"
