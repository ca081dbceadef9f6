"""What stands on a screen, and who looks at it."""

import re
from typing import Any

from django.test import Client

from allmende.cooperative import staff_roles
from allmende.people.models import Person
from tests.people import cast


def of(name: str, role: str) -> tuple[Client, Person]:
    """Signed in, as Bea Reuter of the board."""
    person = cast.staff(name, role)
    staff_roles.lay_permissions()
    client = Client()
    cast.come_in(client, person)
    return client, person


def text(answer: Any) -> str:
    content = re.sub(r"<script.*?</script>", " ", answer.content.decode(), flags=re.S)
    plain = " ".join(re.sub(r"<[^>]+>", " ", content).split())
    return plain.replace("\N{NO-BREAK SPACE}", " ")
