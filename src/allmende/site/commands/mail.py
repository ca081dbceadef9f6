"""`allmende mail`: mailings on their way, and the demo's letter box."""

import time
from typing import TYPE_CHECKING

import click

from allmende.site import environment
from allmende.site.opening import open_house

if TYPE_CHECKING:
    from allmende.mailroom.batches import Progress
    from allmende.mailroom.models import Batch


@click.group()
def mail() -> None:
    """See how mailings fare; pause, resume or stop one."""


@mail.command("list")
def list_() -> None:
    """The last mailings, and what became of their letters."""
    open_house()
    from django.utils import timezone

    from allmende.mailroom import batches
    from allmende.mailroom.models import Batch

    for batch in Batch.objects.order_by("-pk")[:20]:
        progress = batches.progress(batch, at=timezone.now())
        click.echo(f"{batch.key}  {batch.state}  {words(progress)}  {batch.remark}".rstrip())


@mail.command()
@click.argument("key")
def watch(key: str) -> None:
    """Show a mailing's progress until it has ended. Ctrl-C only ends the watching."""
    batch = find(key)
    from django.utils import timezone

    from allmende.mailroom import batches
    from allmende.mailroom.models import Batch

    live = {Batch.State.FREEZING, Batch.State.SENDING, Batch.State.PAUSED}
    progress = batches.progress(batch, at=timezone.now())
    with click.progressbar(length=max(1, progress.total), label=key) as bar:
        while True:
            bar.update(progress.total - progress.left - bar.pos)
            if batch.state not in live:
                break
            time.sleep(0.5)
            batch.refresh_from_db()
            progress = batches.progress(batch, at=timezone.now())
            bar.label = f"{key} {progress.rate:.0f}/s"
    click.echo(words(progress))


@mail.command()
@click.argument("key")
def pause(key: str) -> None:
    """Let no further letter of a mailing leave; `resume` goes on."""
    batch = find(key)
    from allmende.mailroom import batches

    tell(batches.pause(batch), batch, "is paused")


@mail.command()
@click.argument("key")
def resume(key: str) -> None:
    """Go on with a paused mailing."""
    batch = find(key)
    from allmende.mailroom import batches

    tell(batches.resume(batch), batch, "goes on")


@mail.command()
@click.argument("key")
@click.confirmation_option(prompt="Letters that have not left never will. Stop?")
def stop(key: str) -> None:
    """Stop a mailing for good."""
    batch = find(key)
    from django.utils import timezone

    from allmende.mailroom import batches

    tell(batches.stop(batch, at=timezone.now()), batch, "is stopped")


@mail.command()
@click.argument("key")
@click.option("--resend/--sent", required=True, help="Send them again, or take them for sent.")
def settle(key: str, resend: bool) -> None:
    """Decide over letters of which nobody knows whether they arrived."""
    batch = find(key)
    from django.utils import timezone

    from allmende.mailroom import batches

    count = batches.settle(batch, resend=resend, at=timezone.now())
    click.echo(f"{count} letters {'are sent again' if resend else 'count as handed over'}.")


@mail.command()
def accept() -> None:
    """After a restore: go on though the journal knows letters that the database does not.

    Marks all that it does know. Look first whether a mailing of that time would be sent twice.
    """
    open_house()
    from django.utils import timezone

    from allmende.mailroom import guard, journal

    try:
        told = guard.accept(at=timezone.now())
    except journal.Unreadable as error:
        raise click.ClickException(
            f"The journal {error} was written with another key. Put the old secret_key back, or"
            " take the file away if its paper is gone."
        ) from error
    click.echo(f"The database was told of {told} letters. Mail leaves again.")


def find(key: str) -> "Batch":
    open_house()
    from allmende.mailroom.models import Batch

    batch = Batch.objects.filter(key=key).first()
    if batch is None:
        raise click.ClickException(f"There is no mailing {key}. `allmende mail list` names them.")
    return batch


def tell(done: bool, batch: "Batch", what: str) -> None:
    if not done:
        raise click.ClickException(f"{batch.key} is {batch.get_state_display()}.")
    click.echo(f"{batch.key} {what}.")


def words(progress: "Progress") -> str:
    counts = [
        (progress.handed_over, "sent"),
        (progress.left, "to be sent"),
        (progress.refused, "refused"),
        (progress.uncertain, "uncertain"),
        (progress.withdrawn, "withdrawn"),
    ]
    left = progress.seconds_left
    said = [f"{count} {what}" for count, what in counts if count or what == "sent"]
    return ", ".join([*said, *([f"{left:.0f} s left"] if left and progress.left else [])])


@mail.command()
@click.option("--supervised", is_flag=True, hidden=True, help="Ends when the parent does.")
def catch(supervised: bool) -> None:
    """Catch mail instead of sending it, and show it (demo).

    Takes mail on the port after ALLMENDE_PORT, shows it on the one after that, both for this
    machine only. `allmende run` starts it in the demo.
    """
    from allmende.site import mail_catcher, supervise

    if supervised:
        supervise.end_with_parent()
    values = environment.read()
    port = values["port"]
    click.echo(f"Mail to 127.0.0.1:{port + 1} is shown on http://localhost:{port + 2}/")
    mail_catcher.run(values["data"] / "mail", smtp_port=port + 1, web_port=port + 2)
