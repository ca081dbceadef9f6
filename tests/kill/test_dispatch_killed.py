"""An issue that is killed between its approval and its letters is whole in the end, and once."""

import pytest

from tests.kill.conftest import Drive

pytestmark = [pytest.mark.kill, pytest.mark.django_db]


def test_issue_killed_between_approval_and_letters_has_its_audience_once(drive: Drive) -> None:
    drive("dispatching")
