"""The demo's staff: one person for each role, and a password that this installation made up."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from allmende.newsroom.models import Author
from allmende.people import accounts
from allmende.people.models import Person
from allmende.people.roles import Role

# Words of the valley, easily read off a terminal and typed.
WORDS = ["aue", "biber", "ernte", "kranich", "linde", "muehle", "pegel", "ufer", "weide", "wolke"]


@dataclass(frozen=True)
class Member:
    first_name: str
    last_name: str
    role: Role

    @property
    def email(self) -> str:
        return f"{self.first_name}.{self.last_name}@auentaler-bote.example".lower()


STAFF = [
    Member("Jana", "Reuter", Role.AUTHOR),
    Member("Milan", "Kovac", Role.EDITOR),
    Member("Hedwig", "Sommer", Role.CHIEF_EDITOR),
    Member("Lene", "Brandt", Role.OFFICE),
    Member("Nora", "Lenz", Role.BOOKKEEPER),  # the second person for debits
    Member("Friederike", "Amsel", Role.BOARD),
    Member("Kemal", "Dogan", Role.BOARD),  # the second person for admissions
    Member("Tarik", "Aydin", Role.ADMIN),
]


def lay() -> str:
    """Adds whoever is missing. Returns the password, the same every time."""
    password = own_password(settings.DATA / "demo_sign_in.json")
    rows = EmailAddress.objects.filter(email__in=[member.email for member in STAFF])
    there = set(rows.values_list("email", flat=True))
    for member in STAFF:
        if member.email not in there:
            add(member, password)
    return password


def person(member: Member) -> Person:
    """By the address: members of the cooperative have names of theirs."""
    return Person.objects.get(emailaddress__email=member.email)


def board() -> list[Person]:
    """Those who decide about members."""
    lay()
    rows = Person.objects.filter(groups__name=Role.BOARD)
    return list(rows.order_by("pk"))


@transaction.atomic
def add(member: Member, password: str) -> None:
    person = accounts.create_staff(
        email=member.email,
        first_name=member.first_name,
        last_name=member.last_name,
        roles=[member.role],
        password=password,
        at=timezone.now(),
    )
    slug = f"{member.first_name}-{member.last_name}".lower()
    Author.objects.filter(slug=slug).update(person=person)  # drafts begin with their own byline


def own_password(path: Path) -> str:
    """Made once and kept: a password that stood in the source would open every demo there is."""
    if path.exists():
        return str(json.loads(path.read_text())["password"])
    words = "-".join(secrets.choice(WORDS) for _ in range(3))
    password = f"{words}-{secrets.randbelow(9000) + 1000}"
    path.touch(0o600)
    path.write_text(json.dumps({"password": password}))
    return password
