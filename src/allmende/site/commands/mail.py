"""`allmende mail`: the demo's letter box."""

import click

from allmende.site import environment


@click.command()
@click.option("--supervised", is_flag=True, hidden=True, help="Ends when the parent does.")
def mail(supervised: bool) -> None:
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
