"""Two houses that browsers enter: the demo paper, and the same paper run in earnest.

The demo is filled once a run, trial articles beside its own; the other is a copy of it without the
demo's leniency. Both lie on SQLite: what a browser sees does not depend on the database.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.kinds import Kind, every_kind
from tests.house import House, begin_with_migrated, free_port, migrated

LAY_TRIALS = """
import json
from tests.browser.trials import lay
print(json.dumps(lay()))
"""


@pytest.fixture(scope="session")
def filled(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, shared_folder: Path
) -> House:
    """The demo paper and the trials, baked; nobody serves it yet."""
    found = House(tmp_path_factory.mktemp("demo"), "", free_port(), {"ALLMENDE_DEMO": "1"})
    begin_with_migrated(found, migrated(shared_folder))
    found.allmende("demo")
    addresses = found.python(LAY_TRIALS).splitlines()[-1]
    (found.folder / "trials.json").write_text(addresses)
    found.allmende("bake")
    return found


@pytest.fixture(scope="session")
def paper(filled: House) -> Iterator[House]:
    """The demo paper, open to readers."""
    with filled.running():
        yield filled


@pytest.fixture(scope="session")
def trials(filled: House) -> dict[str, str]:
    """Addresses of the trial articles by name."""
    found: dict[str, str] = json.loads((filled.folder / "trials.json").read_text())
    return found


@pytest.fixture(scope="module")
def earnest(filled: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A copy of the paper outside the demo: its staff need a second factor."""
    found = House(tmp_path_factory.mktemp("earnest"), "", free_port())
    shutil.copytree(filled.data, found.data)
    with found.running():
        yield found


@pytest.fixture(scope="session")
def kinds(paper: House, trials: dict[str, str]) -> list[Kind]:
    return every_kind(paper, trials)
