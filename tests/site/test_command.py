"""The command answers at once, in plain words, and never shows a user a traceback."""

import subprocess
import sys

import pytest

from allmende.site.command import book
from tests.house import COMMAND, House, house

CHAPTERS = [
    "run",
    "init",
    "demo",
    "staff",
    "web",
    "worker",
    "bake",
    "import",
    "index",
    "check",
    "nginx",
    "systemd",
    "backup",
    "restore",
    "keys",
    "mail",
    "bounces",
    "ledger",
    "register",
    "dummies",
]


@pytest.fixture
def empty(tmp_path):
    with house(tmp_path) as paper:
        yield paper


@pytest.mark.no_database
def test_the_table_of_contents_is_in_reading_order():
    assert list(book.commands) == CHAPTERS


@pytest.mark.no_database
@pytest.mark.parametrize("chapter", ["", *CHAPTERS])
def test_every_chapter_explains_itself_without_django(chapter):
    """Django takes a second to come up, which nobody who asks for help should wait for."""
    command = [sys.executable, "-X", "importtime", *COMMAND[1:], *chapter.split(), "--help"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5
    assert "django.db" not in done.stderr
    assert "wagtail" not in done.stderr


MISTAKES = [
    (["import", "wordpress", "nowhere.xml"], 2, "does not exist"),
    (["bake", "politik"], 2, "begins with a slash"),
    (["backup", "/no/such/folder/x.tar"], 1, "no folder"),
    (["restore", "nowhere.tar"], 2, "does not exist"),
    (["staff", "add", "nobody"], 1, "no e-mail address"),
    (["demo"], 1, "ALLMENDE_DEMO=1"),
    (["sing"], 2, "No such command"),
]
NOT_YET = [
    (["bake", "--all"], 1, "Run `allmende init` first"),
    (["staff", "list"], 1, "Run `allmende init` first"),
    (["check"], 1, "Run `allmende init`"),
]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [*(pytest.param(*one, marks=pytest.mark.no_database) for one in MISTAKES), *NOT_YET],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_answered_in_plain_words(empty: House, arguments, status, words):
    said = empty.allmende(*arguments, status=status)
    assert words in said
    assert "Traceback" not in said


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ALLMENDE_PORT", "eight", "ALLMENDE_PORT is no number"),
        ("ALLMENDE_DEMO", "perhaps", "ALLMENDE_DEMO is no switch"),
        ("ALLMENDE_DATABASE_URL", "oracle://x", "ALLMENDE_DATABASE_URL begins with neither"),
        ("ALLMENDE_DATABASE_URL", "postgresql://a@127.0.0.1:1/a", "does not answer"),
    ],
)
def test_a_wrong_setting_is_named(empty: House, name, value, words):
    empty.more[name] = value
    said = empty.allmende("staff", "list", status=1)
    assert words in said
    assert "Traceback" not in said
