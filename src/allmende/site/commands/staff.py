"""`allmende staff`: people who may sign in."""

import click

from allmende.site.opening import open_house

ROLES = ["author", "editor", "chief editor", "office", "admin"]


@click.group()
def staff() -> None:
    """Look after the people who make the paper."""


@staff.command()
@click.argument("email")
@click.option("--first-name", default="", help="First names.")
@click.option("--last-name", default="", help="Surname.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(ROLES),
    default=["admin"],
    show_default=True,
    help="What they are to the paper; may be given again.",
)
@click.option("--password", is_flag=True, help="Ask for a password on the terminal.")
def add(
    email: str, first_name: str, last_name: str, roles: tuple[str, ...], password: bool
) -> None:
    """Add somebody who signs in with EMAIL; the first one is the administrator.

    They sign in with a code that is mailed to them, and set up a second factor then. With
    --password they can sign in before mail works.
    """
    open_house()
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.utils import timezone

    from allmende.people import accounts

    try:
        validate_email(email)
    except ValidationError as error:
        raise click.ClickException(f"{email} is no e-mail address.") from error
    secret = ask_password() if password else None
    try:
        accounts.create_staff(
            email=email,
            first_name=first_name,
            last_name=last_name,
            roles=roles,
            password=secret,
            at=timezone.now(),
        )
    except accounts.AddressTaken as error:
        raise click.ClickException(f"{email} belongs to somebody already.") from error
    click.echo(f"{email} may sign in as {', '.join(roles)}.")


def ask_password() -> str:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    secret: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        validate_password(secret)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    return secret


@staff.command("list")
def list_() -> None:
    """List who may sign in, and as what."""
    open_house()
    from allmende.people import roles
    from allmende.people.models import Person

    for person in Person.objects.filter(is_active=True).prefetch_related("groups").order_by("pk"):
        names = ", ".join(roles.roles_of(person)) or "no role"
        click.echo(f"{person.email}  {person.get_full_name()}  ({names})")
