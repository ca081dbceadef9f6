"""Papers of what members declare, kept beside the entries they prove, under the member's key."""

from dataclasses import dataclass

from allmende.cooperative import sealing
from allmende.cooperative.models import MemberPaper, Membership, RegisterEvent
from allmende.payments.sealing import vault


@dataclass(frozen=True)
class Form:
    """Of a file: its media type, and how its name ends."""

    media: str
    ending: str


#: By how the bytes begin.
FORMS = {
    b"%PDF": Form("application/pdf", "pdf"),
    b"\xff\xd8\xff": Form("image/jpeg", "jpg"),
    b"\x89PNG\r\n\x1a\n": Form("image/png", "png"),
}


def form_of(paper: bytes) -> Form | None:
    return next((form for start, form in FORMS.items() if paper.startswith(start)), None)


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
