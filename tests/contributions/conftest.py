"""What the tests of giving share."""

from collections.abc import Iterator

import pytest

from allmende.contributions import answering


@pytest.fixture(autouse=True)
def counted_from_zero() -> Iterator[None]:
    """All tests come from one address."""
    answering.limit.cache_clear()
    yield
    answering.limit.cache_clear()
