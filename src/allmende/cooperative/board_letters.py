"""The board's daily letter: the head of the register's chain. Who keeps it can prove later that
nothing before it was changed, even by somebody with the keys to the database."""

import datetime as dt

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from allmende.cooperative.models import RegisterCheck
from allmende.paper import identity
from allmende.people.models import Person
from allmende.people.roles import Role


def board() -> list[Person]:
    rows = Person.objects.filter(groups__name=Role.BOARD, is_active=True, erased_at=None)
    return list(rows.order_by("pk"))


def head(check: RegisterCheck, *, on: dt.date) -> int:
    """One mail to each; returns how many. It says if what was proved is broken."""
    paper = identity.paper()
    if not check.number:
        return 0
    sent = 0
    for person in board():
        if not person.email:
            continue
        with translation.override(person.language):
            context = {"head": check, "paper": paper, "on": on, "wrong": check.faults[:20]}
            subject = render_to_string("cooperative/mail/head_subject.txt", context).strip()
            body = render_to_string("cooperative/mail/head.txt", context)
        headers = {"Auto-Submitted": "auto-generated"}
        sent += EmailMessage(subject, body, to=[person.email], headers=headers).send()
    return sent
