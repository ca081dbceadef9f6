"""The demo's cooperative has members with a past that adds up, whatever the day."""

import datetime as dt
from typing import Any

import pytest

from allmende.cooperative import duties, queries, settling, staff_roles
from allmende.cooperative.folding import Stage
from allmende.cooperative.models import Membership, RegisterEvent
from allmende.mailroom.models import Message
from allmende.people import roles
from allmende.site.demo import contributions, cooperative, staff
from tests.cooperative import books

pytestmark = pytest.mark.django_db
EARLY, LATE = dt.date(2027, 1, 3), dt.date(2026, 11, 30)


@pytest.mark.parametrize("today", [EARLY, LATE])
def test_members_have_a_past_that_adds_up(today: dt.date, settings: Any, tmp_path: Any):
    settings.DATA = settings.KEYS = tmp_path
    settings.EMAIL_BACKEND = "allmende.mailroom.outbox.Backend"
    roles.lay_roles()
    staff_roles.lay_permissions()
    at = dt.datetime.combine(today, dt.time(12), tzinfo=dt.UTC)
    contributions.lay(at=at)
    cooperative.lay(staff.board(), at=at)
    assert books.wrong() == []
    assert RegisterEvent.objects.filter(recorded_at__gt=at).count() == 0
    members = Membership.objects.filter(stage=Stage.MEMBER)
    assert 20 < members.count() < 40
    assert set(members.values_list("group", flat=True)) == {
        "readers", "staff", "supporters", "investing",
    }  # fmt: skip
    assert members.filter(leaving_on__isnull=False).exists()
    assert queries.overdue(on=today).exists()
    assert [one.held_back for one in settling.due(on=today)][:1] == [False]
    waits = {duty.code for duty in duties.every(on=today) if duty.count}
    assert {"told", "overdue"} <= waits
    addresses = set(Message.objects.values_list("address", flat=True))
    assert "tilda.brinkmann@post.example" in addresses
    assert "leonie.vogt@post.example" not in addresses  # what was long ago was read long ago
