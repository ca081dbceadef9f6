"""Letters a second: a mailing with rows, journal and commits against Postfix's own smtp-source.

All go into Postfix's `smtp-sink`, 30 KB each, over 20 connections. The limit is `smtp-source -d
-s20`, which sends the same bytes again and again and remembers nothing. Ours takes each letter from
its row, composes it, notes it in the journal, and commits what became of it; without DKIM, and
signed with Ed25519 or RSA-2048. The peer is Django's own SMTP backend with templates, one
connection kept open. PostgreSQL runs with fsync, as in life. SCALE=small sends few.
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

sys.path.insert(0, str(fixtures.HOME))
from tests import postgres
from tests.house import free_port

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
            django = rate(environment, port, "django", DJANGO)
            print(f"{engine}: Django's backend {django:,.0f} letters/s", flush=True)
            plain = middle(lambda: rate(environment, port, "plain", LETTERS))  # noqa: B023
            report.at_least(
                f"{engine}, not signed, against smtp-source", plain, limit, GOALS[engine], "/s"
            )
            report.at_least(
                f"{engine}, against Django's backend", plain, django, AGAINST_DJANGO, "/s"
            )
            for name, key in keys.items():
                more = {"ALLMENDE_EMAIL_DKIM": f"{name}:bote.example:{key}"}
                signed = middle(lambda: rate(environment | more, port, "plain", LETTERS))  # noqa: B023
                report.at_least(f"{engine}, signed with {name}", signed, limit, SIGNED, "/s")
    report.end()


def middle(measure: Callable[[], float]) -> float:
    return sorted(measure() for _ in range(ROUNDS))[ROUNDS // 2]


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """Takes everything and keeps nothing."""
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


def rate(environment: dict[str, str], port: int, what: str, count: int) -> float:
    more = {"ALLMENDE_EMAIL_URL": f"smtp://127.0.0.1:{port}?connections={SESSIONS}"}
    done = subprocess.run(
        [sys.executable, __file__, what, str(count), str(port)],
        env=environment | more,
        stdout=subprocess.PIPE,
        text=True,
        timeout=900,
        check=True,
    )
    return float(json.loads(done.stdout))


# --- In the house --------------------------------------------------------------------------

STORY = (
    "<p>Die Brücke über die Aue ist seit gestern wieder offen, und mit ihr der Weg zum Markt.</p>\n"
)


def texts(greeting: str, token: str) -> tuple[str, str]:
    """Text and HTML of a letter of about SIZE bytes."""
    link = f"https://bote.example/newsletter/{token}/"
    text = f"{greeting},\n\n{STORY * 60}\nAbbestellen: {link}\n"
    return text, f"<p>{greeting},</p>{STORY * 210}<p><a href='{link}'>Abbestellen</a></p>"


def templates() -> "tuple[Template, Template]":  # noqa: F821  known once Django is
    """The same letter as a template of Django's, as anybody would write it."""
    from django.template import Template

    text, html = texts("{{ greeting }}", "{{ token }}")
    line = "{{ story.text }}"
    turns = "{% for story in stories %}<p>" + line + "</p>\n{% endfor %}"
    return (
        Template(text.replace(STORY * 60, turns.replace("stories", "few"))),
        Template(html.replace(STORY * 210, turns)),
    )


def inside(what: str, count: str, port: str) -> None:
    from allmende.site.opening import open_house

    open_house()
    seconds = by_django(int(count), int(port)) if what == "django" else mailing(int(count))
    print(json.dumps(int(count) / seconds))


def open_mailing(count: int) -> "Batch":  # noqa: F821  known once Django is
    """A mailing with its audience, which may leave."""
    import uuid

    from django.utils import timezone

    from allmende.mailroom import outbox
    from allmende.mailroom.content import Content

    text, html = texts("[[greeting]]", "[[token]]")
    content = Content(
        sender="Auentaler Bote <post@bote.example>",
        subject="Die Woche im Tal",
        text=text,
        html=html,
        list_id="Wochenbrief <wochenbrief.bote.example>",
        unsubscribe="https://bote.example/newsletter/[[token]]/",
    )
    now = timezone.now()
    batch = outbox.open_batch(uuid.uuid4().hex, content=content, at=now)
    people = (
        (
            key,
            f"leserin{key}@example{key % 50}.org",
            {"greeting": f"Frau {key}", "token": f"t{key}"},
        )
        for key in range(count)
    )
    outbox.freeze(batch, people, at=now)
    return batch


def mailing(count: int) -> float:
    """Seconds from the sender's start to the batch's end."""
    import threading

    from allmende.mailroom import deliver, signals

    batch = open_mailing(count)
    stop, ended = threading.Event(), []

    def note(**_: object) -> None:
        ended.append(time.monotonic())
        stop.set()

    signals.batch_ended.connect(note)
    started = time.monotonic()
    deliver.run(stop=stop)
    assert batch.messages.filter(state="handed over").count() == count
    return ended[0] - started


def by_django(count: int, port: int) -> float:
    from django.core.mail import EmailMultiAlternatives, get_connection
    from django.template import Context

    text, html = templates()
    stories = [{"text": STORY[3:-5]} for _ in range(210)]
    connection = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port
    )
    started = time.monotonic()
    with connection:
        for number in range(count):
            person = {"greeting": f"Guten Tag, Frau {number}", "token": f"tok{number}"}
            context = Context(person | {"stories": stories, "few": stories[:60]})
            mail = EmailMultiAlternatives(
                "Die Woche im Tal",
                text.render(context),
                "Auentaler Bote <post@bote.example>",
                [f"leserin{number}@example.org"],
                connection=connection,
            )
            mail.attach_alternative(html.render(context), "text/html")
            mail.send()
    return time.monotonic() - started


if __name__ == "__main__":
    main()
