"""A paper that comes later, such as a letter that was found, beside the entry that it proves.

    add(entry, paper, of=membership, by=person, at=now)

No entry is ever changed: the paper is an event of its own, which names the entry and holds the
paper's hash. One that was added by mistake is corrected as any entry is, and its bytes go.
"""

import datetime as dt
from hashlib import sha256

from django.db import transaction

from allmende.cooperative import member_papers, projecting, register
from allmende.cooperative.folding import Kind
from allmende.cooperative.models import Membership, RegisterEvent
from allmende.cooperative.register import Draft
from allmende.people.models import Person

#: What no paper proves: another paper, and that somebody was forgotten.
WITHOUT = {Kind.PAPER_ADDED, Kind.FORGOTTEN}


class NotAdded(Exception):
    """Nothing was written.

    NotAdded
      x Forgotten    who it was is erased, and nothing new is kept of them
      x NoEntry      no entry of this membership that a paper could prove
      x AddedBefore  the same paper is kept beside it already
    """


class Forgotten(NotAdded):
    """Who it was is erased, and nothing new is kept of them."""


class NoEntry(NotAdded):
    """No entry of this membership that a paper could prove."""


class AddedBefore(NotAdded):
    """The same paper is kept beside it already."""


def possible(entry: RegisterEvent, *, of: Membership) -> bool:
    ours = of.pk in (entry.membership_id, entry.other_id)
    return ours and of.person_id is not None and Kind(entry.kind) not in WITHOUT


@transaction.atomic
def add(
    entry: RegisterEvent, paper: bytes, *, of: Membership, by: Person, at: dt.datetime
) -> RegisterEvent:
    """Raises NotAdded."""
    register.hold()
    of.refresh_from_db()
    if of.person_id is None:
        raise Forgotten
    if not possible(entry, of=of):
        raise NoEntry
    digest = sha256(paper).hexdigest()
    if digest in hashes(entry):
        raise AddedBefore
    draft = Draft(
        Kind.PAPER_ADDED, of, projecting.day_of(at), about=entry.number, document=digest, actor=by
    )
    event = register.record(draft, at=at)
    member_papers.keep(event, paper)
    return event


def hashes(entry: RegisterEvent) -> set[str]:
    """Of all papers that stand beside an entry."""
    added = RegisterEvent.objects.filter(
        kind=Kind.PAPER_ADDED, about=entry.number, corrected=None
    ).values_list("document", flat=True)
    return {entry.document, *added} - {""}
