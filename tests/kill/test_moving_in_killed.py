"""A list of subscribers whose worker is killed is complete in the end, and nobody stands twice."""

import pytest

from tests.kill.conftest import Drive

pytestmark = [pytest.mark.kill, pytest.mark.django_db]


def test_list_killed_while_it_is_taken_in_is_complete_and_nobody_is_doubled(drive: Drive) -> None:
    drive("moving_in")
