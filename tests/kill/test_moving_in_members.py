"""A list of members is completed, and doubles nobody, whenever it was killed."""

import pytest

from tests.kill.conftest import Drive

pytestmark = [pytest.mark.django_db, pytest.mark.kill]


def test_list_of_members_killed_anywhere_is_complete_after_the_next_run(drive: Drive) -> None:
    drive("moving_in_members")
