"""`allmende dummies`: providers of payments to play with."""

import click

from allmende.site import environment
from allmende.site.opening import open_house


@click.command(short_help="Play PayPal, Mollie and a bank (demo).")
@click.option("--supervised", is_flag=True, hidden=True, help="Ends when the parent does.")
def dummies(supervised: bool) -> None:
    """Play PayPal, Mollie and a bank, so that giving can be tried without money (demo).

    They stand on the third to fifth port after ALLMENDE_PORT, for this machine only; what is to go
    wrong is set at their desks. The bank takes files of debits and payouts and answers with a
    statement. `allmende run` starts them in the demo.
    """
    open_house()
    from django.conf import settings

    if not settings.DEMO:
        raise click.ClickException("Set ALLMENDE_DEMO=1: a real paper has real providers.")
    from allmende.site import dummies, supervise

    if supervised:
        supervise.end_with_parent()
    values = environment.read()
    port = values["port"]
    click.echo(
        f"PayPal on http://127.0.0.1:{port + 3}/desk, Mollie on :{port + 4}/desk,"
        f" the bank on :{port + 5}/desk"
    )
    dummies.run(values["data"] / "dummies", port=port)
