"""What changes while somebody is a member: name, address, who speaks for them, their group.

Nothing is overwritten: each change is an entry from a day on, and the list of any day shows what
held then.
"""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from allmende.cooperative import member_letters, projecting, register, statute
from allmende.cooperative.folding import Kind, Stage
from allmende.cooperative.models import Membership, RegisterEvent
from allmende.cooperative.register import Draft
from allmende.people.models import Person


class NotChanged(Exception):
    """No member, nothing that could be in the list, or no such group in the statute."""


@transaction.atomic
def change_details(
    membership: Membership, details: Mapping[str, str], *, on: dt.date, by: Person | None,
    at: dt.datetime,
) -> RegisterEvent:  # fmt: skip
    """details: name and address whole, as they are from that day on (`projecting.NAMED`). Told by
    mail, so that nobody moves a member unseen. Raises NotChanged.
    """
    of_member(membership)
    kept = {name: details.get(name, "").strip() for name in projecting.NAMED}
    if not (kept["organisation"] or kept["last_name"]):
        raise NotChanged
    draft = Draft(
        Kind.DETAILS, membership, on, declared_on=on, actor=by, payload={"details": kept}
    )  # fmt: skip
    event = register.record(draft, at=at)
    member_letters.details_changed(membership, kept, on)
    return event


@transaction.atomic
def change_representative(
    membership: Membership, *, name: str, why: str, on: dt.date, by: Person | None,
    document: str = "", at: dt.datetime,
) -> RegisterEvent:  # fmt: skip
    """Of a minor, an organisation, or by power of attorney; an empty name: nobody any more.

    Raises NotChanged.
    """
    of_member(membership)
    told = {"representative": name.strip(), "why": why}
    draft = Draft(
        Kind.REPRESENTATIVE, membership, on, declared_on=on, actor=by, document=document,
        payload=told,
    )  # fmt: skip
    return register.record(draft, at=at)


@transaction.atomic
def change_group(
    membership: Membership, group: str, *, on: dt.date, by: Person | None, at: dt.datetime
) -> RegisterEvent:
    """group: its code in the statute in force. Raises NotChanged."""
    of_member(membership)
    law = statute.in_force(on=on)
    if membership.group == group or not law.groups.filter(code=group).exists():
        raise NotChanged
    draft = Draft(
        Kind.GROUP, membership, on, word=group, decided_on=on, actor=by, statute=law
    )  # fmt: skip
    return register.record(draft, at=at)


def of_member(membership: Membership) -> None:
    """Raises NotChanged."""
    register.hold()
    membership.refresh_from_db()
    if membership.stage != Stage.MEMBER:
        raise NotChanged
