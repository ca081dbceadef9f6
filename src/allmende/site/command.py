"""The `allmende` command: table of contents, and plain words for what can go wrong."""

import errno
import sys

import click

from allmende import __version__
from allmende.site.commands import (
    backup,
    bake,
    bounces,
    check,
    demo,
    deploy,
    dummies,
    imports,
    index,
    init,
    keys,
    ledger,
    mail,
    register,
    run,
    staff,
    web,
    worker,
)

DISKS = {
    errno.EADDRINUSE: "Another program listens there. Choose another port with ALLMENDE_PORT.",
    errno.EACCES: "This user may not do that. Check who owns the data folder (ALLMENDE_DATA).",
    errno.EROFS: "The disk is read-only. Choose another data folder with ALLMENDE_DATA.",
    errno.ENOSPC: "The disk is full. Make room and run the command again.",
}


class Book(click.Group):
    """Lists its chapters in the order in which a reader needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=Book, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="allmende")
def book() -> None:
    """Runs a newspaper.

    Settings come from the environment (docs/settings.md); without any, everything lies in the
    folder var/ and the paper stands on http://localhost:8000.
    """


for chapter in (
    run.run,
    init.init,
    demo.demo,
    staff.staff,
    web.web,
    worker.worker,
    bake.bake,
    imports.import_,
    index.index,
    check.check,
    deploy.nginx,
    deploy.systemd,
    backup.backup,
    backup.restore,
    keys.keys,
    mail.mail,
    bounces.bounces,
    ledger.ledger,
    register.register,
    dummies.dummies,
):
    book.add_command(chapter)


def main() -> None:
    try:
        sys.exit(book.main(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except Exception as error:
        if not (words := plain_words(error)):
            raise  # a fault of ours: its traceback helps whoever mends it
        click.echo(f"Error: {words}", err=True)
        sys.exit(1)


def plain_words(error: Exception) -> str:
    """What happened and what to do next; empty for what no user can have caused."""
    if isinstance(error, OSError) and error.errno in DISKS:
        where = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror}{where}. {DISKS[error.errno]}"
    if "django" not in sys.modules:
        return ""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    from allmende.bakery.store import StoreError

    if isinstance(error, StoreError):
        return f"{error}."
    if isinstance(error, ImproperlyConfigured):
        return f"A setting is wrong: {error} What each may be stands in docs/settings.md."
    if isinstance(error, DatabaseError):
        return database_words(error)
    return ""


def database_words(error: Exception) -> str:
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "no such table" in said or "does not exist" in said:
        return f"The database is not set up yet ({said}). Run `allmende init` first."
    if type(error).__name__ == "OperationalError":
        return f"The database does not answer ({said}). Check ALLMENDE_DATABASE_URL."
    return ""


if __name__ == "__main__":
    main()
