"""Workers convert everybody's shares, and die at it."""

import pytest

from tests.kill.conftest import Drive

pytestmark = [pytest.mark.django_db, pytest.mark.kill]


def test_everybody_s_shares_are_converted_once_and_whole_whatever_dies(drive: Drive) -> None:
    drive("converting")
