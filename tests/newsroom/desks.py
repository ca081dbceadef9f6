"""Who sits at the desk in these tests, and how they come in."""

from django.test import Client

from allmende.newsroom import staff_roles
from allmende.people.models import Person
from allmende.people.roles import Role
from tests.factories import newsroom as make
from tests.people import cast


def sit_down(role: str, name: str = "Jana") -> tuple[Client, Person]:
    """Somebody with this role, in the admin of a laid newsroom."""
    person = cast.staff(name, role)
    make.front_page()
    staff_roles.lay_page_permissions()
    client = Client()
    cast.come_in(client, person)
    return client, person


def editor() -> tuple[Client, Person]:
    return sit_down(Role.EDITOR)
