"""A publication that is killed leaves nothing or everything: never a half."""

import pytest

from tests.kill.conftest import Drive

pytestmark = [pytest.mark.kill, pytest.mark.django_db]


def test_publication_killed_at_any_point_is_done_whole_or_not_at_all(drive: Drive) -> None:
    drive("publishing")
