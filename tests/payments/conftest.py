"""The scripted provider, registered as any other: what is true of any provider."""

from collections.abc import Iterator

import pytest

from allmende.payments import providers
from tests.payments.scripted import Scripted


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    monkeypatch.setitem(providers.PROVIDERS, "scripted", "tests.payments.scripted.Scripted")
    made = providers.get("scripted")
    assert isinstance(made, Scripted)
    yield made
    providers.made.cache_clear()
