"""`allmende nginx` and `allmende systemd`: what the server's own programs need to know."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

from allmende.site.opening import open_house


@click.command(short_help="Print the configuration of an nginx in front of the paper.")
@click.argument("host", required=False)
@click.option("--listen", default="80", help="Without TLS: the port or address:port. [80]")
@click.option(
    "--certificates",
    type=click.Path(path_type=Path),
    help="Folder of fullchain.pem and privkey.pem. [/etc/letsencrypt/live/HOST]",
)
@click.option("--tls/--no-tls", default=True, help="--no-tls: another proxy ends TLS.")
@click.option(
    "--upstream", default="", help="Where `allmende web` listens. [host:port of the settings]"
)
@click.option(
    "--brotli/--no-brotli",
    default=None,
    help="Whether nginx has the brotli_static module. [as found on this machine]",
)
@click.option(
    "--cache",
    type=click.Path(path_type=Path),
    default=Path("/var/lib/nginx/allmende"),
    help="With a bucket: folder for what nginx fetched. [/var/lib/nginx/allmende]",
)
def nginx(
    host: str | None,
    listen: str,
    certificates: Path | None,
    tls: bool,
    upstream: str,
    brotli: bool | None,
    cache: Path,
) -> None:
    """Print the configuration of an nginx that serves the public pages itself.

    HOST is the name that readers type; without it, that of ALLMENDE_URL. Where ALLMENDE_S3_BUCKET
    names a bucket, nginx fetches the pages from there, or from the web process where readers may
    not read the bucket (ALLMENDE_S3_PRIVATE). As in:

    allmende nginx bote.example > /etc/nginx/sites-enabled/allmende.conf
    """
    open_house()
    from django.conf import settings

    from allmende.site import bucket, public_paths
    from allmende.site import nginx as server

    setting = settings.SETTING
    addresses = {
        kind: server.Bucket(bucket.address(setting, kind), cache) if setting[kind] else None
        for kind in (bucket.PAGES, bucket.MEDIA)
    }
    host = host or urlsplit(settings.PAPER_URL).hostname or "localhost"
    site = server.Site(
        host=host,
        root=settings.BAKED_ROOT,
        folders=public_paths.folders(),
        dynamic=public_paths.DYNAMIC,
        upstream=upstream or f"{setting['host']}:{setting['port']}",
        listen=listen,
        certificates=(certificates or Path("/etc/letsencrypt/live") / host) if tls else None,
        hsts=settings.SECURE_HSTS_SECONDS if tls else 0,
        brotli=server.MODULE.exists() if brotli is None else brotli,
        language=setting["language"],
        bucket=addresses[bucket.PAGES],
        media=addresses[bucket.MEDIA],
        private=setting["s3_private"],
    )
    try:
        click.echo(server.configuration(site), nl=False)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


@click.command(short_help="Print systemd units for web and worker.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Write them into this folder, as /etc/systemd/system.",
)
@click.option("--user", default="allmende", help="User that the paper runs as. [allmende]")
@click.option(
    "--environment", default="/etc/allmende.env", help="File of settings. [/etc/allmende.env]"
)
def systemd(into: Path | None, user: str, environment: str) -> None:
    """Print systemd units, one for the web server and one for the worker.

    Both may do nothing but write into the data folder and talk to the network.
    """
    open_house()
    from django.conf import settings
    from django.template.loader import render_to_string

    for part in ("web", "worker"):
        context = {
            "part": part,
            "user": user,
            "environment": environment,
            "data": settings.DATA,
            "program": Path(sys.argv[0]).resolve(),
        }
        text = render_to_string("site/systemd.service", context)
        if into:
            (into / f"allmende-{part}.service").write_text(text)
            click.echo(f"{into}/allmende-{part}.service")
        else:
            click.echo(f"# allmende-{part}.service\n{text}")
    if into:
        click.echo(
            "Now: systemctl daemon-reload; systemctl enable --now allmende-web allmende-worker"
        )
