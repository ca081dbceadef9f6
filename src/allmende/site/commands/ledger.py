"""`allmende ledger`: the books, for the tax adviser and for other programs."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import click

from allmende.site.opening import open_house

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def ledger() -> None:
    """Give the books away."""


@ledger.command()
@click.option("--datev", is_flag=True, help="EXTF files for DATEV, one a business year.")
@click.option("--beancount", is_flag=True, help="Plain text accounting.")
@click.option("--from", "since", type=DAY, required=True, metavar="DAY", help="As 2026-01-01.")
@click.option("--to", "until", type=DAY, required=True, metavar="DAY", help="This day too.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder of the files; without it, this one.",
)
def export(
    datev: bool, beancount: bool, since: dt.datetime, until: dt.datetime, into: Path
) -> None:
    """Write what was booked in a period into files, and print their names.

    Texts in them hold numbers of ours, never names of persons.
    """
    if not datev and not beancount:
        raise click.UsageError("Say --datev or --beancount, or both.")
    if since > until:
        raise click.UsageError("The period ends before it begins.")
    open_house()
    from django.utils import timezone

    from allmende.ledger import books

    days = {"since": since.date(), "until": until.date()}
    into.mkdir(parents=True, exist_ok=True)
    if datev:
        for file in books.as_datev(**days, at=timezone.localtime()):
            write(into / file.name, [file.content])
    if beancount:
        lines = (line.encode() for line in books.as_beancount(**days))
        write(into / f"ledger_{since:%Y-%m-%d}_{until:%Y-%m-%d}.beancount", lines)


def write(path: Path, parts: Iterable[bytes]) -> None:
    with path.open("wb") as out:
        out.writelines(parts)
    click.echo(path)
