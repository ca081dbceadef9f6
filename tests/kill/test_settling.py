"""The same events and payments in the hands of several processes at once, some of which die."""

import pytest

from tests.kill.conftest import Drive

pytestmark = [pytest.mark.django_db, pytest.mark.kill]


def test_money_is_true_once_however_many_hear_of_it_and_die(drive: Drive) -> None:
    drive("settling")
