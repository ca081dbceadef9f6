"""Several processes admit the same people at once, and some die at it."""

import pytest

from tests.kill.conftest import Drive

pytestmark = [pytest.mark.django_db, pytest.mark.kill]


def test_whoever_is_admitted_is_so_once_and_whole_whatever_dies(drive: Drive) -> None:
    drive("admitting")
