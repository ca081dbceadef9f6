"""Mail that comes back counts once, whoever fetches it and whoever dies over it."""

import pytest

from tests.kill.conftest import Drive

pytestmark = [pytest.mark.kill, pytest.mark.django_db]


def test_two_fetchers_at_once_count_each_mail_once(drive: Drive) -> None:
    drive("fetching")
