"""A sender or a mail server that is killed loses no letter and doubles none."""

import pytest

from tests.kill.conftest import Drive

pytestmark = [pytest.mark.kill, pytest.mark.django_db]


def test_mailing_killed_while_it_leaves_reaches_everybody_once(drive: Drive) -> None:
    drive("mailing")
