"""A named cast of staff and readers, and how they come in."""

import datetime as dt
import re
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.core import mail
from django.test import Client

from allmende.people import accounts, roles
from allmende.people.models import ContactAddress, Person

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
PASSWORD = "ein Rad im Heu am Bach"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def staff(first_name: str, *names: str, password: str | None = None) -> Person:
    """A member of the staff, "Jana" being jana@bote.example."""
    roles.lay_roles()
    return accounts.create_staff(
        email=f"{first_name}@bote.example",
        first_name=first_name,
        last_name="Reuter",
        roles=names,
        password=password,
        at=NOW,
    )


def give_app(person: Person) -> Authenticator:
    """An authenticator app and recovery codes, as if set up before."""
    app = TOTP.activate(person, SECRET).instance
    RecoveryCodes.activate(person)
    return app


def app_code(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def mailed_code() -> str:
    return re.findall(r"\b[A-Z]{4}-[A-Z]{4}\b", str(mail.outbox[-1].body))[-1]


def pass_first_factor(client: Client, person: Person) -> None:
    """Signs in by mailed code, as far as that leads."""
    client.post("/konto/login/", {"login": person.email})
    client.post("/konto/login/code/confirm/", {"code": mailed_code()})


def come_in(client: Client, person: Person) -> None:
    """Signs in by mailed code and app."""
    give_app(person)
    pass_first_factor(client, person)
    client.post("/konto/2fa/authenticate/", {"code": app_code()})


def reader(email: str, **more: Any) -> Person:
    """Somebody who confirmed an address and never signed in."""
    person = Person.objects.create_user(created_at=NOW, confirmed_at=NOW, **more)
    ContactAddress.objects.create(person=person, email=email, created_at=NOW, confirmed_at=NOW)
    return person


def sign_in(client: Client, email: str) -> None:
    """By mailed code, as a reader does."""
    client.post("/konto/login/", {"login": email})
    client.post("/konto/login/code/confirm/", {"code": mailed_code()})


def path_in_mail() -> str:
    """The path of the link in the newest mail."""
    (link,) = re.findall(r"https?://\S+", str(mail.outbox[-1].body))
    return str(link).removeprefix(settings.PAPER_URL)
