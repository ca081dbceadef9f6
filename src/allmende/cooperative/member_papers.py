"""Papers of what members declare, kept beside the entries they prove, under the member's key."""

from allmende.cooperative import sealing
from allmende.cooperative.models import MemberPaper, Membership, RegisterEvent
from allmende.payments.sealing import vault


def keep(event: RegisterEvent, paper: bytes) -> None:
    """Raises IntegrityError where one is kept already: it is never changed."""
    assert event.membership is not None
    owner = sealing.owner_of(event.membership, event.number)
    sealed = vault().seal(paper, context=context(event.number), owner=owner)
    MemberPaper(event=event, sealed=sealed).save(force_insert=True)


def of(membership: Membership, number: int) -> bytes | None:
    """Beside the event of this number; None where there is none, or it is forgotten."""
    row = MemberPaper.objects.filter(event=number, event__membership=membership).first()
    if row is None:
        return None
    owner = sealing.owner_of(membership, number)
    try:
        return vault().open(bytes(row.sealed), context=context(number), owner=owner)
    except sealing.Unreadable:
        return None


def context(event: int) -> str:
    return f"cooperative.MemberPaper.sealed:{event}"
