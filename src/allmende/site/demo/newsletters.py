"""The demo's newsletter: readers, an issue that leaves as soon as the worker runs, and the next as
a draft. Its letters are found in the demo's letter box."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

from django.utils import timezone

from allmende.bakery import bake
from allmende.newsletters import dispatch, drafting, editing, subscribe
from allmende.newsletters.models import Issue, Newsletter
from allmende.newsroom import reading
from allmende.people.models import Person
from allmende.site.demo import staff
from allmende.site.demo.staff import STAFF

CONTENT = Path(__file__).parent / "content" / "issues.toml"
WEEK = dt.timedelta(days=7)
NOON = dt.time(12)


def lay(*, at: dt.datetime) -> None:
    """The pages must be baked: an issue names only what answers. Twice changes nothing."""
    newsletter = Newsletter.objects.first()
    if newsletter is None or newsletter.issues.exists():
        return
    words = tomllib.loads(CONTENT.read_text())
    staff.lay()
    jana, milan = (staff.person(member) for member in STAFF[:2])
    today = timezone.localdate(at, reading.zone())
    last, day = newsletter.calendar.before(today), drafting.next_day(newsletter, on=today)
    assert last
    assert day
    lay_readers(newsletter, words["readers"], at=at - 4 * WEEK)
    approved_at = dt.datetime.combine(last, NOON, tzinfo=reading.zone())
    sent, _made = drafting.draft(newsletter, day=last, at=approved_at)
    editing.write(sent, by=jana, **stripped(words["sent"]))
    send(sent, by=milan, at=approved_at)
    coming, _made = drafting.draft(newsletter, day=day, at=at)
    editing.write(coming, by=jana, **stripped(words["draft"]))


def stripped(words: dict[str, str]) -> dict[str, str]:
    return {name: text.strip() for name, text in words.items()}


def lay_readers(newsletter: Newsletter, rows: list[dict[str, Any]], *, at: dt.datetime) -> None:
    for row in rows:
        address = subscribe.new_address(row["email"], newsletter=newsletter, at=at)
        address.person.first_name = row.get("first_name", "")
        address.person.last_name = row.get("last_name", "")
        address.person.save()
        subscribe.note(newsletter, address=address, at=at, source=newsletter.url)
        subscribe.confirm(address, newsletters=[newsletter.pk], at=at + dt.timedelta(minutes=9))


def send(issue: Issue, *, by: Person, at: dt.datetime) -> None:
    """As at the desk; its page is baked between the steps."""
    issue.refresh_from_db()
    approved = dispatch.approve(issue, by=by, seen=issue.version, at=at)
    later = max(at, approved.send_at)
    dispatch.carry_on(approved, at=later)
    bake.finish()
    approved.refresh_from_db()
    dispatch.carry_on(approved, at=later)
