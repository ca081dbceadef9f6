"""`allmende run`: everything a paper needs, in one program."""

import os
import subprocess
import sys
import threading

import click

from allmende.site import environment, supervise

COMMANDS = {
    "web": ["web", "--supervised"],
    "worker": ["worker", "--supervised"],
    "mail": ["mail", "catch", "--supervised"],
}
OURSELVES = [sys.executable, "-m", "allmende.site.command"]


@click.command()
def run() -> None:
    """Run the paper: set it up, then serve and work until Ctrl-C.

    Starts the web server and a worker, and restarts them should they fail. With ALLMENDE_DEMO=1
    it fills a demo paper first and catches all mail instead of sending it.
    """
    values = environment.read()
    demo = bool(values["demo"])
    if demo:
        catch_mail(values["port"] + 1)
    first = subprocess.run([*OURSELVES, "demo" if demo else "init"], check=False)
    if first.returncode:
        sys.exit(first.returncode)
    names = ["web", "worker", *(["mail"] if demo else [])]
    click.echo(addresses(values, demo=demo))
    programs = [supervise.Program(name, [*OURSELVES, *COMMANDS[name]]) for name in names]
    supervise.run(programs, say=click.echo, stop=threading.Event())
    click.echo("Stopped.")


def catch_mail(port: int) -> None:
    """The demo's mail goes to the catcher, unless the environment names another server."""
    os.environ.setdefault("ALLMENDE_EMAIL_URL", f"smtp://127.0.0.1:{port}")


def addresses(values: dict[str, object], *, demo: bool) -> str:
    url, port = values["url"], int(str(values["port"]))
    lines = [f"  Paper    {url}/", f"  Staff    {url}/redaktion/"]
    if demo:
        lines.append(f"  Mail     http://localhost:{port + 2}/  (what the demo would have sent)")
    return "\n".join(["", *lines, "", "Ctrl-C stops it.", ""])
