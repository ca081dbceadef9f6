"""Letters a second: a mailing with rows, journal and commits against Postfix's own smtp-source.

All go into Postfix's `smtp-sink`, 30 KB each, over 20 connections. The limit is `smtp-source -d
-s20`, which sends the same bytes again and again and remembers nothing. Ours takes each letter from
its row, composes it, notes it in the journal, and commits what became of it; without DKIM, and
signed with Ed25519 or RSA-2048, by as many senders as a worker would lend. The peer sends the same
letter with Django's own mail backend and templates, one connection kept open. PostgreSQL runs with
fsync, as in life. SCALE=small sends few.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import fixtures
from figures import Report

# What it has of the tests is imported where it is used, not into the senders, whose memory counts.
sys.path.insert(0, str(fixtures.HOME))

SMALL = os.environ.get("SCALE") == "small"
LETTERS = 1_000 if SMALL else 20_000
DJANGO = 50 if SMALL else 400
SIZE = 30_000  # bytes
SESSIONS = 20
ROUNDS = 1 if SMALL else 3  # of each; the middle one counts
GOALS = {"postgresql": 0.60, "sqlite": 0.45}
SIGNED = 0.35
AGAINST_DJANGO = 15
SINK = shutil.which("smtp-sink") or "/usr/sbin/smtp-sink"
SOURCE = shutil.which("smtp-source") or "/usr/sbin/smtp-source"


def main() -> None:
    if len(sys.argv) > 1:
        inside(*sys.argv[1:])
        return
    report = Report()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        keys = make_keys(folder)
        port = stack.enter_context(sink())
        houses = dict(databases(stack, folder))
        for engine, environment in houses.items():
            limit = middle(lambda: source(port))
            peer = middle(lambda: django(environment, port))  # noqa: B023
            plain = middle(lambda: mailing(environment, port, LETTERS)["rate"])  # noqa: B023
            report.at_least(
                f"{engine}, not signed, against smtp-source", plain, limit, GOALS[engine], "/s"
            )
            report.at_least(
                f"{engine}, against Django's backend", plain, peer, AGAINST_DJANGO, "/s"
            )
            for name, key in keys.items():
                more = {"ALLMENDE_EMAIL_DKIM": f"{name}:bote.example:{key}"}
                signed = middle(lambda: mailing(environment | more, port, LETTERS)["rate"])  # noqa: B023
                report.at_least(f"{engine}, signed with {name}", signed, limit, SIGNED, "/s")
    report.end()


def middle(measure: Callable[[], float]) -> float:
    return sorted(measure() for _ in range(ROUNDS))[ROUNDS // 2]


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """Takes everything and keeps nothing."""
    from tests.house import free_port

    port = free_port()
    as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([SINK, *as_nobody, f"127.0.0.1:{port}", "1000"])
    try:
        time.sleep(0.5)
        yield port
    finally:
        process.kill()
        process.wait()


def source(port: int, count: int = LETTERS) -> float:
    started = time.monotonic()
    command = [SOURCE, "-d", f"-s{SESSIONS}", f"-m{count}", f"-l{SIZE}"]
    addresses = ["-f", "a@bote.example", "-t", "b@bote.example"]
    subprocess.run([*command, *addresses, f"127.0.0.1:{port}"], check=True)
    return count / (time.monotonic() - started)


def databases(stack: ExitStack, folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    data = folder / "sqlite"
    data.mkdir()
    fixtures.allmende(data, "init")
    yield "sqlite", fixtures.environment(data)
    from tests import postgres

    postgres.OPTIONS |= {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    try:
        address = stack.enter_context(postgres.private())
    except FileNotFoundError as error:
        print(f"{error} Measured on SQLite only.")
        return
    data = folder / "postgresql"
    data.mkdir()
    environment = fixtures.environment(data, ALLMENDE_DATABASE_URL=address)
    subprocess.run([*fixtures.COMMAND, "init"], env=environment, check=True, capture_output=True)
    yield "postgresql", environment


def make_keys(folder: Path) -> dict[str, Path]:
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

    keys = {"Ed25519": ed25519.Ed25519PrivateKey.generate()}
    keys["RSA-2048"] = rsa.generate_private_key(65537, 2048)
    paths = {}
    for name, key in keys.items():
        paths[name] = folder / f"{name}.pem"
        plain = form.NoEncryption()
        paths[name].write_bytes(
            key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, plain)
        )
    return paths


def mailing(environment: dict[str, str], port: int, count: int) -> dict[str, float]:
    """Letters a second of all senders together, and the memory (MB) of the largest. WORKERS: whose
    senders they are, each with all the connections that a worker may open."""
    url = f"smtp://127.0.0.1:{port}?connections={SESSIONS}"
    inside = environment | {"ALLMENDE_EMAIL_URL": url}
    run = [sys.executable, __file__]
    frozen = subprocess.run(
        [*run, "freeze", str(count)], env=inside, capture_output=True, timeout=1_200, check=True
    )
    share = frozen.stdout.decode().strip()
    processes = [
        subprocess.Popen([*run, "send", share], env=inside, stdout=subprocess.PIPE, text=True)
        for _ in range(int(share) * int(inside.get("WORKERS", "1")))
    ]
    told = [json.loads(process.communicate(timeout=3_600)[0]) for process in processes]
    sent = sum(one["sent"] for one in told)
    assert sent == count, f"{sent} letters were sent, not {count}"
    began, ended = min(one["began"] for one in told), max(one["ended"] for one in told)
    return {"rate": count / (ended - began), "memory": max(one["memory"] for one in told)}


def django(environment: dict[str, str], port: int) -> float:
    """Letters a second."""
    command = [sys.executable, __file__, "django", str(DJANGO), str(port)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, timeout=900, check=True)
    return float(done.stdout)


# --- In the house --------------------------------------------------------------------------


def inside(what: str, *numbers: str) -> None:
    from allmende.site.opening import open_house

    open_house()
    {"freeze": freeze, "send": send, "django": by_django}[what](*map(int, numbers))


def open_mailing(count: int) -> "Batch":  # noqa: F821  known once Django is
    """A mailing with its audience, which may leave."""
    import uuid

    import letter
    from django.utils import timezone

    from allmende.mailroom import outbox
    from allmende.mailroom.content import Content

    text, html = letter.Templates().render("[[greeting]]", "[[token]]")
    content = Content(
        sender=letter.SENDER,
        subject=letter.SUBJECT,
        text=text,
        html=html,
        list_id=letter.LIST,
        unsubscribe=letter.unsubscribe("[[token]]"),
    )
    now = timezone.now()
    batch = outbox.open_batch(uuid.uuid4().hex, content=content, at=now)
    people = (
        (
            key,
            f"leserin{key}@example{key % 50}.org",
            {"greeting": f"Guten Tag, Frau {key}", "token": f"t{key}"},
        )
        for key in range(count)
    )
    outbox.freeze(batch, people, at=now)
    return batch


def freeze(count: int) -> None:
    """Says how many senders a worker would lend."""
    from allmende.mailroom import deliver

    open_mailing(count)
    print(deliver.senders())


def send(share: int) -> None:
    """A sender, until the mailing has ended."""
    import resource
    import threading

    from allmende.mailroom import deliver, signals
    from allmende.mailroom.models import Batch

    stop, sent = threading.Event(), [0]
    began, ended = time.time(), [0.0]

    def count(messages: list[int], **_: object) -> None:
        sent[0] += len(messages)
        ended[0] = time.time()

    def watch() -> None:
        while Batch.objects.filter(state=Batch.State.SENDING).exists():
            time.sleep(0.1)
        stop.set()

    signals.handed_over.connect(count)
    threading.Thread(target=watch).start()
    deliver.run(stop=stop, share=share)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"sent": sent[0], "began": began, "ended": ended[0], "memory": memory}))


def by_django(count: int, port: int) -> None:
    import letter
    from django.core.mail import EmailMultiAlternatives, get_connection

    templates = letter.Templates()
    connection = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port
    )
    started = time.monotonic()
    with connection:
        for number in range(count):
            text, html = templates.render(f"Guten Tag, Frau {number}", f"t{number}")
            mail = EmailMultiAlternatives(
                letter.SUBJECT,
                text,
                letter.SENDER,
                [f"leserin{number}@example{number % 50}.org"],
                headers={
                    "List-Id": letter.LIST,
                    "List-Unsubscribe": f"<{letter.unsubscribe(f't{number}')}>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                    "Precedence": "bulk",
                },
                connection=connection,
            )
            mail.attach_alternative(html, "text/html")
            mail.send()
    print(count / (time.monotonic() - started))


if __name__ == "__main__":
    main()
