"""The mails to members about their membership. They leave through Django's mail API, first in line,
in the transaction of what they tell. Who has no mail address is told by post, by the office."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from allmende.cooperative.capital import Transfer, Way
from allmende.cooperative.letters import PDF
from allmende.cooperative.models import Detail, Membership
from allmende.ledger.money import Money
from allmende.paper import identity
from allmende.payments.models import DueItem
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


def admitted(membership: Membership, ways: Sequence[Way], on: dt.date, *, later: int = 0) -> bool:
    """later: shares that count when those before them are paid."""
    return send("admitted", membership, ways=ways, on=on, later=later)


def more_admitted(
    membership: Membership, shares: int, ways: Sequence[Way], on: dt.date, *, later: int = 0
) -> bool:
    """ways: none where the money is there. later: as above."""
    return send("more_admitted", membership, shares=shares, ways=ways, on=on, later=later)


def more_declared(membership: Membership, shares: int, on: dt.date, *, paper: bytes) -> bool:
    return send("more_declared", membership, shares=shares, on=on, paper=paper)


def more_refused(membership: Membership, shares: int, on: dt.date) -> bool:
    return send("more_refused", membership, shares=shares, on=on)


def more_taken_back(membership: Membership, shares: int, on: dt.date) -> bool:
    return send("more_taken_back", membership, shares=shares, on=on)


def notice_received(
    membership: Membership, shares: int | None, last_on: dt.date, received_on: dt.date
) -> bool:
    """shares: None is the whole membership."""
    return send(
        "notice", membership, shares=shares, last_on=last_on, received_on=received_on
    )  # fmt: skip


def notice_withdrawn(membership: Membership, shares: int | None, on: dt.date) -> bool:
    """shares: None is the whole membership."""
    return send("notice_withdrawn", membership, shares=shares, on=on)


def declined(membership: Membership, kind: str, *, words: str, on: dt.date) -> bool:
    """kind: of the request. words: of the cooperative; may be empty."""
    return send("declined", membership, kind=kind, words=words.strip(), on=on)


def details_changed(membership: Membership, details: Mapping[str, str], on: dt.date) -> bool:
    """details: name and address as they are now."""
    return send("details", membership, details=details, on=on)


def overdue(
    membership: Membership, items: Sequence[DueItem], ways: Sequence[Transfer], *, stage: int
) -> bool:
    """items: all that are behind, the earliest first."""
    total = sum((item.amount for item in items[1:]), items[0].amount)
    return send("overdue", membership, items=items, total=total, ways=ways, stage=stage)


def settled(membership: Membership, *, claim: Money, payable: Money, due_on: dt.date) -> bool:
    """claim: the credit that was set free; payable: what the balance sheet left of it."""
    return send("settled", membership, claim=claim, payable=payable, due_on=due_on)


def paid_back(membership: Membership, *, payable: Money, due_on: dt.date) -> bool:
    """More came than was owed for shares, and goes back."""
    return send("paid_back", membership, payable=payable, due_on=due_on)


def paid_out(membership: Membership, money: Money, on: dt.date) -> bool:
    return send("paid_out", membership, money=money, on=on)


def payout_returned(membership: Membership, money: Money, on: dt.date) -> bool:
    return send("payout_returned", membership, money=money, on=on)


def account_told(membership: Membership, holder: str, iban: str) -> bool:
    """iban: masked."""
    return send("account", membership, holder=holder, iban=iban)


def ended(membership: Membership, shares: int, last_on: dt.date) -> bool:
    return send("ended", membership, shares=shares, last_on=last_on)


def transferred(giver: Membership, to: Membership, shares: int, on: dt.date) -> bool:
    """Whether the taker was told."""
    send("given", giver, shares=shares, on=on)
    return send("taken", to, shares=shares, on=on)


def send(
    name: str, membership: Membership, *, paper: bytes | None = None, **context: Any
) -> bool:  # fmt: skip
    """False where there is no address to write to. paper: a PDF that goes along."""
    to = email_of(membership)
    if not to:
        return False
    own = identity.paper()
    with translation.override(language_of(membership)), timezone.override(own.time_zone_info):
        told = {"paper": own, "membership": membership, "name": name_of(membership), **context}
        subject = render_to_string(f"cooperative/mail/{name}_subject.txt", told).strip()
        body = render_to_string(f"cooperative/mail/{name}.txt", told)
        title = translation.gettext("declaration-of-shares")
    mail = EmailMessage(subject, body, to=[to], headers={"Auto-Submitted": "auto-generated"})
    if paper is not None:
        mail.attach(f"{title}.pdf", paper, PDF)
    mail.send()
    return True
