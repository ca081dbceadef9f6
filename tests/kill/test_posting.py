"""Several processes post the same keys at once, and some die at it."""

import pytest

from tests.kill.conftest import Drive

pytestmark = [pytest.mark.django_db, pytest.mark.kill]


def test_key_stands_once_however_many_post_it_at_once(drive: Drive) -> None:
    drive("posting")
