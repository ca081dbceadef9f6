"""`allmende demo`: the Auentaler Bote."""

import tempfile
from pathlib import Path
from typing import Any

import click

from allmende.site.commands.init import lay
from allmende.site.opening import open_house


@click.command(short_help="Fill an empty paper with an invented one, to play with.")
def demo() -> None:
    """Fill an empty paper with the Auentaler Bote, an invented paper to play with.

    Needs ALLMENDE_DEMO=1, which also lets its staff sign in without a second factor.
    """
    open_house()
    from django.conf import settings

    if not settings.DEMO:
        raise click.ClickException(
            "Set ALLMENDE_DEMO=1: the demo paper's sign-ins are not meant for a real one."
        )
    lay()
    from allmende.site.demo import load

    if not load.is_loaded():
        fill(load)
        bake()
        write_letters()
    tell_sign_ins()


def fill(load: Any) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        click.progressbar(length=load.steps(), label="Demo paper", show_pos=True) as bar,
    ):
        load.load(Path(folder), progress=bar.update)


def bake() -> None:
    from allmende.site.commands.bake import bake_all

    bake_all()


def write_letters() -> None:
    from django.utils import timezone

    from allmende.site.demo import newsletters

    newsletters.lay(at=timezone.now())


def tell_sign_ins() -> None:
    from allmende.site.demo import staff

    click.echo("\nSign-ins of the demo, all with the password " + staff.lay())
    for member in staff.STAFF:
        click.echo(f"  {member.email:<40} {member.role}")
