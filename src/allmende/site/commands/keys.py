"""`allmende keys`: the keys that seal IBANs and what else nobody shall read in a backup."""

import time
from typing import TYPE_CHECKING

import click

from allmende.site.opening import open_house

if TYPE_CHECKING:
    from allmende.lib.vault import Vault

HOUR = 3600  # what was begun under the key before may be written for so long


@click.group(short_help="Renew the keys that seal IBANs and the like.")
def keys() -> None:
    """See, renew and retire the keys that seal IBANs and what else nobody shall read."""


@keys.command("list")
def list_() -> None:
    """Each key, and how many values are under it."""
    vault = opened()
    from allmende.lib import renewing

    used = renewing.used(vault)
    for number, made in vault.numbers().items():
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime(made))
        click.echo(f"key {number}  since {since}  {used[number]} values")


@keys.command()
def renew() -> None:
    """Make a new key, and put every sealed value under it.

    May be stopped and called again: it goes on where it was. Nothing else has to be stopped for it.
    The old key stays until `allmende keys retire`.
    """
    vault = opened()
    from allmende.lib import renewing

    newest = max(vault.numbers())
    if set(renewing.used(vault)) - {newest}:
        click.echo(f"Going on: not everything is under key {newest} yet.")
    else:
        newest = vault.rotate()
    with click.progressbar(length=renewing.count() or 1, label=f"Key {newest}") as bar:
        outcome = renewing.renew(vault, tell=bar.update)
    for name in outcome.unreadable:
        click.echo(f"Does not open, left as it is: {name}", err=True)
    click.echo(f"{outcome.renewed} values are under key {newest} now. Make a backup; then run")
    click.echo("`allmende keys retire` in an hour or later.")
    if outcome.unreadable:
        raise click.exceptions.Exit(1)


@keys.command()
def retire() -> None:
    """Destroy old keys under which nothing is left.

    Backups that are older than the renewal cannot be read without them: keep a copy of the folder
    of keys as long as such backups.
    """
    vault = opened()
    from allmende.lib import renewing

    made = vault.numbers()
    newest = max(made)
    if len(made) == 1:
        click.echo(f"Key {newest} is the only one.")
        return
    if (wait := made[newest] + HOUR - time.time()) > 0:
        raise click.ClickException(
            f"Key {newest} is younger than an hour: something may still be written under the one"
            f" before. Try again in {wait / 60:.0f} minutes."
        )
    used = renewing.used(vault)
    for number in sorted(set(made) - {newest}):
        if used[number]:
            raise click.ClickException(
                f"{used[number]} values are under key {number}. Run `allmende keys renew` first."
            )
        vault.retire(number)
        click.echo(f"Key {number} is destroyed.")


def opened() -> "Vault":
    open_house()
    from allmende.payments.sealing import vault

    return vault()
