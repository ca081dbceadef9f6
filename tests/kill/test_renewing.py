"""A new key for all that is sealed, by processes that die in the middle."""

import pytest

from tests.kill.conftest import Drive

pytestmark = [pytest.mark.django_db, pytest.mark.kill]


def test_everything_opens_and_comes_under_the_newest_key_whoever_dies(drive: Drive) -> None:
    drive("renewing")
