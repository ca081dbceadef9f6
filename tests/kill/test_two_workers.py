"""Two workers bake into one bucket without doubling or losing."""

import pytest

from tests.adapters import buckets
from tests.kill.conftest import Drive

pytestmark = [pytest.mark.kill, pytest.mark.django_db]


def test_two_workers_and_a_bucket_end_with_the_tree_of_a_fresh_bake(
    drive: Drive, installation: dict[str, str], endpoint: str
) -> None:
    installation.update(buckets.environment(endpoint, prefix="together"))
    drive("together")
