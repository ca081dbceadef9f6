"""The mails about an account. They leave through Django's mail API, first in line."""

from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation


def send(name: str, *, to: str, language: str, **context: Any) -> None:
    """Writes the mail `people/mail/<name>.txt` in a language."""
    with translation.override(language):
        subject = render_to_string(f"people/mail/{name}_subject.txt", context).strip()
        body = render_to_string(f"people/mail/{name}.txt", context)
    EmailMessage(subject, body, to=[to], headers={"Auto-Submitted": "auto-generated"}).send()


def masked(email: str) -> str:
    """Enough of an address for its owner to know it: "l…@bote.example"."""
    name, _, host = email.rpartition("@")
    return f"{name[:1]}…@{host}"
