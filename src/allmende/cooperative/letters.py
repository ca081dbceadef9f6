"""The mails about declarations. They leave through Django's mail API, first in line.

What somebody typed stands in no mail before its address is proven: it may be a stranger's.
"""

import datetime as dt
from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from allmende.cooperative import links
from allmende.cooperative.keeping import Applicant
from allmende.cooperative.models import Declaration
from allmende.paper import identity

PDF = "application/pdf"


def ask_to_confirm(declaration: Declaration, applicant: Applicant, *, at: dt.datetime) -> None:
    """giver: who filled in the form for somebody else is named, for it is they who cause a mail."""
    by = "" if declaration.own_hand else applicant.giver
    context = {"by": by, "link": links.to_confirm(declaration, at=at), "days": links.CONFIRM.days}
    send("confirm", context, declaration, to=applicant.email)


def ask_to_sign(declaration: Declaration, applicant: Applicant, *, at: dt.datetime) -> None:
    context = {"link": links.to_own(declaration, at=at)}
    send("sign", context, declaration, to=applicant.email)


def received(
    declaration: Declaration, applicant: Applicant, *, paper: bytes | None, at: dt.datetime
) -> None:
    """paper: None where it came on paper; they have it."""
    context = {
        "applicant": applicant,
        "declaration": declaration,
        "link": links.to_own(declaration, at=at),
    }
    send("received", context, declaration, to=applicant.email, paper=paper)


def withdrawn(declaration: Declaration, applicant: Applicant, *, at: dt.datetime) -> None:
    send("withdrawn", {"applicant": applicant, "at": at}, declaration, to=applicant.email)


def refused(
    declaration: Declaration, applicant: Applicant, *, on: dt.date, words: str = ""
) -> None:
    """words: of the board. Its sending is the last that is done with the address."""
    context = {"applicant": applicant, "on": on, "words": words.strip()}
    send("refused", context, declaration, to=applicant.email)


def send(
    name: str, context: dict[str, Any], declaration: Declaration, *, to: str,
    paper: bytes | None = None,
) -> None:  # fmt: skip
    """Nobody is written to who gave no address."""
    if not to:
        return
    own = identity.paper()
    with translation.override(declaration.language), timezone.override(own.time_zone_info):
        context = {"paper": own, **context}
        subject = render_to_string(f"cooperative/mail/{name}_subject.txt", context).strip()
        body = render_to_string(f"cooperative/mail/{name}.txt", context)
        title = translation.gettext("declaration-to-join")
    mail = EmailMessage(subject, body, to=[to], headers={"Auto-Submitted": "auto-generated"})
    if paper is not None:
        mail.attach(f"{title}.pdf", paper, PDF)
    mail.send()
