"""Keys of one test are never seen by another; the paper is the one of the stories."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from allmende.cooperative import answering
from allmende.paper.models import Paper
from allmende.people.roles import Role
from tests.cooperative import screens


@pytest.fixture(autouse=True)
def own_keys(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.KEYS = tmp_path_factory.mktemp("keys")


@pytest.fixture(autouse=True)
def counted_from_zero() -> Iterator[None]:
    """All tests come from one address."""
    answering.limit.cache_clear()
    yield
    answering.limit.cache_clear()


@pytest.fixture
def paper() -> Paper:
    found = Paper.load()
    found.name, found.legal_entity = "Auentaler Bote", "Auentaler Bote eG"
    found.street, found.postcode, found.town = "Markt 1", "01234", "Niederau"
    found.save()
    return found


@pytest.fixture
def bea() -> Client:
    """Of the board."""
    return screens.of("Bea", Role.BOARD)[0]


@pytest.fixture
def office() -> Client:
    return screens.of("Nora", Role.OFFICE)[0]
