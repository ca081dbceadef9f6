"""`allmende bounces`: mail that comes back, fetched now or taken in as it comes."""

import signal
import threading

import click

from allmende.site.opening import open_house

PLACE = "127.0.0.1"


@click.command()
@click.option("--listen", metavar="[ADDRESS:]PORT", help="Take mail in there, until Ctrl-C.")
@click.option("--lmtp", is_flag=True, help="Speak LMTP there instead of SMTP.")
def bounces(listen: str | None, lmtp: bool) -> None:
    """Take in mail that comes back.

    Fetches what waits in ALLMENDE_EMAIL_BOUNCES_FROM, as the worker does each minute. With
    --listen, a mail server of yours hands it over: on 127.0.0.1 where no address is given, for
    return paths of letters only, up to 10 MB each.
    """
    open_house()
    from django.conf import settings
    from django.utils import timezone

    from allmende.mailroom.bounces import intake

    if listen is None:
        if not settings.MAILROOM["bounces_from"]:
            raise click.ClickException("Nothing to fetch from: set ALLMENDE_EMAIL_BOUNCES_FROM.")
        click.echo(f"{intake.fetch(at=timezone.now())} mails read.")
        return
    if not settings.MAILROOM["bounces"]:
        raise click.ClickException("No address takes bounces: set ALLMENDE_EMAIL_BOUNCES.")
    take_in(*place(listen), lmtp=lmtp)


def place(text: str) -> tuple[str, int]:
    """Address and port."""
    address, _, port = text.rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 65_536:
        raise click.ClickException(f"{text} is not like 2424 or 127.0.0.1:2424.")
    return address.strip("[]") or PLACE, int(port)


def take_in(address: str, port: int, *, lmtp: bool) -> None:
    from allmende.mailroom.bounces.listen import Door

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    door = Door(address, port, lmtp=lmtp)
    door.start()
    click.echo(f"Mail that comes back is taken in at {address}:{port}.")
    stop.wait()
    door.stop()
