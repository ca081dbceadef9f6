"""Stores of both kinds."""

from collections.abc import Callable

import pytest

from allmende.bakery.store import FolderStore
from tests.adapters import buckets
from tests.bakery.stored import AnyStore


@pytest.fixture(params=["folder", "bucket"])
def new_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], AnyStore]:
    """Makes empty stores of one kind."""
    if request.param == "folder":
        return lambda: FolderStore(tmp_path_factory.mktemp("store") / "baked")
    endpoint = request.getfixturevalue("endpoint")
    return lambda: buckets.new_store(endpoint)


@pytest.fixture
def store(new_store: Callable[[], AnyStore]) -> AnyStore:
    return new_store()
