"""The mails to members about their membership. They leave through Django's mail API, first in line,
in the transaction of what they tell. Who has no mail address is told by post, by the office."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from allmende.cooperative.capital import Way
from allmende.cooperative.models import Detail, Membership
from allmende.paper import identity
from allmende.people.kin import root


def name_of(membership: Membership) -> str:
    """As the list says it now."""
    rows = Detail.objects.filter(membership=membership, void_from=None)
    found = rows.order_by("-from_on", "-event").first()
    return str(found) if found else ""


def language_of(membership: Membership) -> str:
    person = membership.person
    return person.language if person else identity.paper().language


def email_of(membership: Membership) -> str:
    """Nobody writes to who has died."""
    person = membership.person
    if person is None or membership.died_on is not None:
        return ""
    return root(person).email or person.email  # a merge leads addresses to the row that stays


def admitted(membership: Membership, ways: Sequence[Way], on: dt.date) -> bool:
    return send("admitted", membership, ways=ways, on=on)


def more_admitted(membership: Membership, shares: int, ways: Sequence[Way], on: dt.date) -> bool:
    return send("more_admitted", membership, shares=shares, ways=ways, on=on)


def more_refused(membership: Membership, shares: int, on: dt.date) -> bool:
    return send("more_refused", membership, shares=shares, on=on)


def notice_received(
    membership: Membership, shares: int | None, last_on: dt.date, received_on: dt.date
) -> bool:
    """shares: None is the whole membership."""
    return send(
        "notice", membership, shares=shares, last_on=last_on, received_on=received_on
    )  # fmt: skip


def ended(membership: Membership, shares: int, last_on: dt.date) -> bool:
    return send("ended", membership, shares=shares, last_on=last_on)


def transferred(giver: Membership, to: Membership, shares: int, on: dt.date) -> bool:
    """Whether the taker was told."""
    send("given", giver, shares=shares, on=on)
    return send("taken", to, shares=shares, on=on)


def send(name: str, membership: Membership, **context: Any) -> bool:
    """False where there is no address to write to."""
    to = email_of(membership)
    if not to:
        return False
    paper = identity.paper()
    with translation.override(language_of(membership)), timezone.override(paper.time_zone_info):
        told = {"paper": paper, "membership": membership, "name": name_of(membership), **context}
        subject = render_to_string(f"cooperative/mail/{name}_subject.txt", told).strip()
        body = render_to_string(f"cooperative/mail/{name}.txt", told)
    headers = {"Auto-Submitted": "auto-generated"}
    EmailMessage(subject, body, to=[to], headers=headers).send()
    return True
