"""The mails around a subscription. They leave through Django's mail API, first in line."""

import datetime as dt
from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from allmende.newsletters import links
from allmende.newsletters.models import Newsletter, Subscription
from allmende.newsroom import reading
from allmende.people.models import ContactAddress


def ask_to_confirm(
    waiting: list[Subscription], *, address: ContactAddress, at: dt.datetime
) -> None:
    context: dict[str, Any] = {"newsletters": [row.newsletter for row in waiting]}
    context |= {"link": links.to_confirm(address, at=at)}
    send("confirm", context, to=address, language=waiting[0].newsletter.language)


def say_already_there(newsletter: Newsletter, *, address: ContactAddress, at: dt.datetime) -> None:
    context: dict[str, Any] = {
        "newsletter": newsletter,
        "link": links.to_preferences(address, at=at),
    }
    send("already", context, to=address, language=newsletter.language)


def send_link(address: ContactAddress, *, at: dt.datetime) -> None:
    link = links.to_preferences(address, at=at)
    send("link", {"link": link}, to=address, language=address.person.language)


def send(name: str, context: dict[str, Any], *, to: ContactAddress, language: str) -> None:
    with translation.override(language):
        context = {"paper": reading.paper(), **context}
        subject = render_to_string(f"newsletters/mail/{name}_subject.txt", context).strip()
        body = render_to_string(f"newsletters/mail/{name}.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}
    EmailMessage(subject, body, to=[to.email], headers=headers).send()
