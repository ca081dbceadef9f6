"""Applications in the register: that somebody wants to join, without saying who.

Who it is stands in the declaration alone, under a key of its own, so that a refusal leaves nothing
to erase here. The membership has the declaration's key.
"""

import datetime as dt

from allmende.cooperative import register
from allmende.cooperative.folding import Kind
from allmende.cooperative.models import Declaration, Membership
from allmende.cooperative.register import Draft


def stands(declaration: Declaration, *, at: dt.datetime) -> Membership:
    """Declared, and proven to be."""
    membership, made = Membership.objects.get_or_create(key=declaration.key)
    if made:
        declared_on = declaration.declared_on
        applied = Draft(
            Kind.APPLIED, membership, declared_on, shares=declaration.shares,
            word=declaration.group, declared_on=declared_on, statute=declaration.statute,
            document=declaration.paper_hash, actor=declaration.typed_by,
        )  # fmt: skip
        register.record_many([applied, Draft(Kind.CONFIRMED, membership)], at=at)
        membership.refresh_from_db()
    return membership


def withdrawn(declaration: Declaration, *, at: dt.datetime) -> None:
    """By whoever wants to join no more."""
    membership = Membership.objects.filter(key=declaration.key).first()
    if membership:
        register.record(Draft(Kind.WITHDRAWN, membership), at=at)
