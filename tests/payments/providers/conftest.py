from collections.abc import Iterator

import pytest

from tests.payments.providers import paypal_world


@pytest.fixture
def paypal_world_open() -> Iterator[paypal_world.World]:
    with paypal_world.world() as world:
        yield world
