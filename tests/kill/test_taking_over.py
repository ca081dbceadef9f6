"""A list of members whose import is killed is complete in the end, as if nobody had killed it."""

import pytest

from tests.kill.conftest import Drive

pytestmark = [pytest.mark.django_db, pytest.mark.kill]


def test_members_whose_import_was_killed_are_those_of_a_run_that_was_not(drive: Drive) -> None:
    drive("taking_over")
