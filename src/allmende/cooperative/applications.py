"""Applications in the register: that somebody wants to join, without saying who.

Who it is stands in the declaration alone, under a key of its own, so that a refusal leaves nothing
to erase here. The membership has the declaration's key.
"""

import datetime as dt

from allmende.cooperative import register
from allmende.cooperative.folding import Kind
from allmende.cooperative.models import Declaration, Membership, RegisterEvent
from allmende.cooperative.register import Draft
from allmende.people.models import Person


def stands(declaration: Declaration, *, at: dt.datetime) -> Membership:
    """Declared, and proven to be."""
    membership, made = Membership.objects.get_or_create(key=declaration.key)
    if made:
        applied = drafted(declaration, membership, by=declaration.typed_by)
        register.record_many([applied, Draft(Kind.CONFIRMED, membership)], at=at)
        membership.refresh_from_db()
    return membership


def drafted(declaration: Declaration, membership: Membership, *, by: Person | None) -> Draft:
    return Draft(
        Kind.APPLIED, membership, declaration.declared_on, shares=declaration.shares,
        word=declaration.group, declared_on=declaration.declared_on, statute=declaration.statute,
        document=declaration.paper_hash, actor=by,
    )  # fmt: skip


def mended(declaration: Declaration, *, why: str, by: Person, at: dt.datetime) -> bool:
    """What the register says of it is corrected, where it says it otherwise."""
    rows = RegisterEvent.objects.filter(kind=Kind.APPLIED, corrected=None)
    event = rows.select_related("membership").get(membership__key=declaration.key)
    assert event.membership is not None
    was = (event.shares, event.word, event.declared_on)
    if was == (declaration.shares, declaration.group, declaration.declared_on):
        return False
    draft = drafted(declaration, event.membership, by=by)
    register.correct(event, why=why, by=by, instead=draft, at=at)
    return True


def withdrawn(declaration: Declaration, *, at: dt.datetime) -> None:
    """By whoever wants to join no more."""
    membership = Membership.objects.filter(key=declaration.key).first()
    if membership:
        register.record(Draft(Kind.WITHDRAWN, membership), at=at)
