"""`allmende web`: the web server."""

import click

from allmende.site.opening import open_house


@click.command()
@click.option("--supervised", is_flag=True, hidden=True, help="Ends when the parent does.")
def web(supervised: bool) -> None:
    """Serve the paper to readers and staff.

    Listens on ALLMENDE_HOST and ALLMENDE_PORT with ALLMENDE_WORKERS processes. Public pages are
    files and are served even while the database is down. Ctrl-C stops it.
    """
    open_house()
    from django.conf import settings

    from allmende.site import serving, supervise

    if supervised:
        supervise.end_with_parent()
    host, port = settings.SETTING["host"], settings.SETTING["port"]
    serving.check_free(host, port)
    serving.serve(host, port, workers=settings.SETTING["workers"])
