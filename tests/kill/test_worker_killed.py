"""A worker that is killed loses nothing, leaves nothing, and shows readers no half."""

import pytest

from tests.kill.conftest import Drive

pytestmark = [pytest.mark.kill, pytest.mark.django_db]


def test_worker_killed_while_edits_go_on_ends_with_the_tree_of_a_fresh_bake(drive: Drive) -> None:
    drive("working")
