"""Payouts by processes that die between export, download and statement."""

import pytest

from tests.kill.conftest import Drive

pytestmark = [pytest.mark.django_db, pytest.mark.kill]


def test_each_debt_is_paid_once_and_the_file_stays_the_same_whoever_dies(drive: Drive) -> None:
    drive("paying_out")
