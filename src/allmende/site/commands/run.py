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
    "pay": ["dummies", "--supervised"],
}
OURSELVES = [sys.executable, "-m", "allmende.site.command"]


@click.command()
def run() -> None:
    """Run the paper: set it up, then serve and work until Ctrl-C.

    Starts the web server and a worker, and restarts them should they fail. With ALLMENDE_DEMO=1
    it fills a demo paper first, catches all mail instead of sending it, and plays PayPal,
    Mollie and a bank.
    """
    values = environment.read()
    demo = bool(values["demo"])
    if demo:
        catch_mail(values["port"] + 1)
        play_providers(values["port"])
    first = subprocess.run([*OURSELVES, "demo" if demo else "init"], check=False)
    if first.returncode:
        sys.exit(first.returncode)
    names = ["web", "worker", *(["mail", "pay"] if demo else [])]
    click.echo(addresses(values, demo=demo))
    programs = [supervise.Program(name, [*OURSELVES, *COMMANDS[name]]) for name in names]
    supervise.run(programs, say=click.echo, stop=threading.Event())
    click.echo("Stopped.")


def catch_mail(port: int) -> None:
    """The demo's mail goes to the catcher, unless the environment names another server."""
    os.environ.setdefault("ALLMENDE_EMAIL_URL", f"smtp://127.0.0.1:{port}")


def play_providers(port: int) -> None:
    """The demo pays by the dummies, unless the environment names accounts to be tried."""
    for provider, found in dummies(port).items():
        if not any(name.startswith(f"ALLMENDE_{provider}") for name in os.environ):
            os.environ |= {f"ALLMENDE_{provider}_{name}": text for name, text in found.items()}


def dummies(port: int) -> dict[str, dict[str, str]]:
    """What the paper has to be set to for them."""
    return {
        "PAYPAL": {
            "CLIENT": "dummy",
            "SECRET": "dummy",
            "WEBHOOK": "WHDUMMY",
            "SERVER": f"http://127.0.0.1:{port + 3}",
        },
        "MOLLIE": {"KEY": "test_dummy", "SERVER": f"http://127.0.0.1:{port + 4}"},
    }


def addresses(values: dict[str, object], *, demo: bool) -> str:
    url, port = values["url"], int(str(values["port"]))
    lines = [f"  Paper    {url}/", f"  Staff    {url}/redaktion/"]
    if demo:
        lines.append(f"  Mail     http://localhost:{port + 2}/  (what the demo would have sent)")
        lines.append(f"  PayPal   http://localhost:{port + 3}/  (a dummy; its moods are set here)")
        lines.append(f"  Mollie   http://localhost:{port + 4}/  (another)")
        lines.append(f"  Bank     http://localhost:{port + 5}/  (takes files, gives statements)")
    return "\n".join(["", *lines, "", "Ctrl-C stops it.", ""])
