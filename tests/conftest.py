"""What all tests share: a database and folders of their own, and skips that say why."""

import gc
import itertools
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.house import READY_HOUSES, folder_of_run

PEER_DATA = "ALLMENDE_PEER_DATA"
gc.set_threshold(20_000)  # hardly anything of what is loaded, or migrated, is garbage
pytest_plugins = ["tests.browser.chromium", "tests.browser.houses"]
# No test fails because a machine is slow.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


def pytest_report_header() -> list[str]:
    engine = os.environ.get("ALLMENDE_DATABASE_URL", "").partition(":")[0] or "sqlite"
    return [f"database: {engine}", f"peer data: {os.environ.get(PEER_DATA) or 'not given'}"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    absent = pytest.mark.skip(reason=f"{PEER_DATA} names no folder")
    for item in items:
        if item.get_closest_marker("peer") and not os.environ.get(PEER_DATA):
            item.add_marker(absent)
    for item in items:
        if item.get_closest_marker("no_database") and item.get_closest_marker("django_db"):
            raise pytest.UsageError(f"{item.nodeid} asks a database, but is marked no_database")
    # A file of few tests holds long ones: begun first, none is still going when all else is done.
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: tests[item.path])


def pytest_collection_finish() -> None:
    """What is loaded by now stays: it need not be looked through for garbage again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.freeze()  # the process ends


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the processes of this run that work on the same kind of database."""
    own = tmp_path_factory.getbasetemp()
    of_pytest = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return folder_of_run(Path(os.environ.get(READY_HOUSES, of_pytest)))


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    shared_folder: Path,
) -> Iterator[None]:
    """In place of pytest-django's, which migrates in each process."""
    from tests.databases import OwnDatabase

    database = OwnDatabase(shared_folder)
    with django_db_blocker.unblock():
        database.set_up()
    yield
    with django_db_blocker.unblock():
        database.tear_down()


@pytest.fixture
def peer_data() -> Path:
    """The folder of files that other systems wrote; its tests are marked `peer`."""
    return Path(os.environ[PEER_DATA])


@pytest.fixture(scope="session")
def data_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new name at each turn; pytest's own folders look through all before them."""
    root = tmp_path_factory.mktemp("data")
    return (root / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def own_files(settings: Any, data_folders: Iterator[Path]) -> Iterator[None]:
    """Pictures and baked pages of one test are never seen by another."""
    from allmende.bakery import placing

    folder = next(data_folders)
    folder.mkdir()
    settings.MEDIA_ROOT = folder / "media"
    settings.BAKED_ROOT = folder / "baked"
    placing.store.cache_clear()
    yield
    placing.store.cache_clear()


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A private S3 server with one bucket."""
    from tests.adapters import buckets

    with buckets.s3_server(tmp_path_factory.mktemp("s3") / "log") as endpoint:
        yield endpoint
