"""`allmende register`: the list of members proves itself, and is laid anew from its events."""

from collections.abc import Iterator

import click

from allmende.site.opening import open_house


@click.group()
def register() -> None:
    """Prove the register of members."""


@register.command()
def verify() -> None:
    """Prove that the register is whole, and print its head.

    Looks at every event, at what is personal of it, and at all that is made of both. Whoever keeps
    the printed line can prove later that nothing before it was changed. Ends with 1 when something
    is wrong.
    """
    open_house()
    from allmende.cooperative import proofs

    wrong = list(all_wrong())
    for line in wrong:
        click.echo(f"WRONG  {line}")
    head = proofs.head()
    click.echo(f"{head.number} {head.hash}")
    if wrong:
        raise click.exceptions.Exit(1)


def all_wrong() -> Iterator[str]:
    from allmende.cooperative import proofs

    for proof in proofs.PROOFS:
        yield from proof.wrong()


@register.command()
def rebuild() -> None:
    """Lay members, shares and credits anew, from the events alone."""
    open_house()
    from allmende.cooperative import projecting

    click.echo(f"{projecting.rebuild()} memberships.")
