"""The desk of an issue, without script: written, tried, approved, watched, stopped."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from allmende.mailroom.models import Batch
from allmende.newsletters import dispatch, staff_roles
from allmende.newsletters.models import Issue, Item
from allmende.newsletters.rhythms import Rhythm
from allmende.people.roles import Role
from tests.factories import newsroom as make
from tests.factories.editions import edition
from tests.factories.newsletters import FRIDAY, issue, newsletter, reader, stand
from tests.newsroom.desks import sit_down

pytestmark = pytest.mark.django_db


@pytest.fixture
def milan() -> Client:
    client, _ = sit_down(Role.EDITOR, "Milan")
    staff_roles.lay_permissions()
    return client


def at(name: str, row: Issue) -> str:
    return reverse(f"issue_{name}", args=[row.pk])


def typed(row: Issue, **more: Any) -> dict[str, Any]:
    """What the form holds when nobody has typed."""
    row.refresh_from_db()
    words = {name: getattr(row, name) for name in ("subject", "preheader", "greeting", "opening")}
    words |= {"send_at": "2026-11-27 15:00", "version": row.version}
    for item in row.items.all():
        words |= {f"headline-{item.pk}": item.headline, f"teaser-{item.pk}": item.teaser}
        words |= {f"embargoed-{item.pk}": "on"} if item.embargoed else {}
    return words | more


def ready_issue() -> Issue:
    make.article("Eins", at=FRIDAY - dt.timedelta(days=1))
    make.article("Zwei", slug="zwei", at=FRIDAY - dt.timedelta(days=2))
    row = issue()
    stand()
    return row


def names(row: Issue) -> list[str]:
    return [str(item) for item in row.items.all()]


def test_editor_drafts_orders_and_rewords(milan: Client):
    make.article("Eins", at=FRIDAY - dt.timedelta(days=3_000))
    letter = newsletter()
    answer = milan.post(reverse("issues:add"), {"newsletter": letter.pk, "date": "2099-11-27"})
    row = Issue.objects.get()
    assert answer.url == at("desk", row)
    other, third = make.article("Zwei", slug="zwei"), make.draft("Drei", slug="drei")
    milan.post(at("add", row), {"do": "offered", "offered": [other.pk], "part": "topics"})
    milan.post(at("add", row), {"do": "chosen", "article": third.pk, "part": "topics"})
    assert names(row) == ["Zwei", "Drei"]
    keys = {str(item): item.pk for item in row.items.all()}
    words = {f"headline-{keys['Zwei']}": "Zwo", f"embargoed-{keys['Drei']}": "on"}
    do = {"do": f"up:{keys['Drei']}", "subject": "Neu"}
    answer = milan.post(at("save", row), typed(row, **words, **do))
    assert answer.url.endswith(f"#item-{keys['Drei']}")
    assert names(row) == ["Drei", "Zwo"]
    row.refresh_from_db()
    assert (row.subject, row.items.get(pk=keys["Drei"]).embargoed) == ("Neu", True)
    milan.post(reverse("issue_move", args=[keys["Zwei"]]) + "?position=0")
    milan.post(at("save", row), typed(row, do=f"remove:{keys['Drei']}"))
    assert names(row) == ["Zwo"]
    saturday = edition(make.article("Vier", slug="vier"))
    milan.post(at("add", row), {"do": "edition", "edition": saturday.pk})
    assert names(row) == ["Zwo", "Vier"]
    assert "Zwo" in milan.get(at("desk", row)).content.decode()
    listed = milan.get(reverse("issues:index")).content.decode()
    assert "Neu" in listed
    assert at("desk", row) in listed


def test_words_that_somebody_else_changed_meanwhile_are_not_lost(milan: Client):
    row = ready_issue()
    old = typed(row)
    milan.post(at("save", row), typed(row, subject="Erste"))
    answer = milan.post(at("save", row), old | {"subject": "Zweite"})
    assert answer.status_code == 409
    assert 'value="Zweite"' in answer.content.decode()
    row.refresh_from_db()
    assert (row.subject, row.version) == ("Erste", 1)


def test_saving_what_nobody_changed_makes_nobody_the_writer(milan: Client):
    row = ready_issue()
    Issue.objects.update(opening="Eins.\n\nZwei.")
    Item.objects.update(teaser="Drei.\nVier.")
    as_sent = {name: str(text).replace("\n", "\r\n") for name, text in typed(row).items()}
    milan.post(at("save", row), as_sent | {"do": "preview"})
    row.refresh_from_db()
    assert (row.version, row.written_by) == (0, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [("subject", ""), ("greeting", "Hallo [[token]]"), ("greeting", "Du [["), ("send_at", "bald")],
)
def test_wrong_words_are_named_and_kept_on_the_screen(milan: Client, field: str, value: str):
    row = ready_issue()
    answer = milan.post(at("save", row), typed(row, **{field: value, "opening": "Meins."}))
    assert answer.status_code == 422
    assert "error-message" in answer.content.decode()
    assert "Meins." in answer.content.decode()
    row.refresh_from_db()
    assert row.version == 0


def test_preview_is_framed_without_rights_and_text_is_read(milan: Client):
    row = ready_issue()
    for view in ("desktop", "phone", "dark", "nonsense"):
        page = milan.get(at("preview", row), {"as": view}).content.decode()
        assert "<iframe" in page
        assert " sandbox " in page
    assert "Eins" in milan.get(at("preview", row), {"as": "text"}).content.decode()
    frame = milan.get(at("letter", row))
    assert frame["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "@media not all" in frame.content.decode()
    assert "@media all" in milan.get(at("letter", row), {"as": "dark"}).content.decode()


def test_editor_tries_approves_watches_pauses_and_stops(
    milan: Client, django_capture_on_commit_callbacks: Any
):
    row = ready_issue()
    reader(row.newsletter)
    mail.outbox.clear()
    milan.post(at("save", row), typed(row, do="test"))
    assert [sent.to for sent in mail.outbox] == [["milan@bote.example"]]
    page = milan.get(at("approve", row))
    row.refresh_from_db()
    assert f'value="{row.version}"' in page.content.decode()
    Item.objects.filter(issue=row).first().article.unpublish()
    assert b'class="button"' not in milan.get(at("approve", row)).content.split(b"arrange-deeds")[1]
    milan.post(at("approve", row), {"seen": row.version})
    row.refresh_from_db()
    assert row.is_draft
    milan.post(at("save", row), typed(row, do=f"remove:{row.items.first().pk}"))
    row.refresh_from_db()
    with django_capture_on_commit_callbacks() as enqueued:
        assert milan.post(at("approve", row), {"seen": row.version}).url == at("desk", row)
    assert len(enqueued) == 1
    milan.post(at("run", row), {"do": "reopen"})
    row.refresh_from_db()
    assert row.is_draft
    milan.post(at("approve", row), {"seen": row.version})
    dispatch.carry_on_all(at=FRIDAY + dt.timedelta(days=36_500))
    stand()
    dispatch.carry_on_all(at=FRIDAY + dt.timedelta(days=36_500))
    assert "data-moving" in milan.get(at("desk", row)).content.decode()
    milan.post(at("run", row), {"do": "pause"})
    assert Batch.objects.get().state == Batch.State.PAUSED
    assert 'value="resume"' in milan.get(at("progress", row)).content.decode()
    milan.post(at("run", row), {"do": "resume"})
    milan.post(at("run", row), {"do": "resume"})
    asked = milan.post(at("run", row), {"do": "stop"})
    assert 'name="sure"' in asked.content.decode()
    assert Batch.objects.get().state == Batch.State.SENDING
    milan.post(at("run", row), {"do": "stop", "sure": "yes"})
    row.refresh_from_db()
    assert (row.state, Batch.objects.get().state) == ("stopped", "stopped")
    assert milan.post(at("save", row), {"do": "save"}).url == at("desk", row)


def test_author_writes_and_does_not_approve_and_the_office_does_neither():
    client, _ = sit_down(Role.AUTHOR)
    staff_roles.lay_permissions()
    row = ready_issue()
    page = client.get(at("desk", row))
    assert page.status_code == 200
    assert b'value="approve"' not in page.content
    client.post(at("save", row), typed(row, subject="Von Jana"))
    assert Issue.objects.get().subject == "Von Jana"
    for name in ("approve", "run"):
        client.post(at(name, row), {"do": "stop", "sure": "yes", "seen": "1"})
    assert Issue.objects.get().is_draft
    office, _ = sit_down(Role.OFFICE, "Lene")
    for name in ("desk", "preview", "letter", "progress"):
        assert office.get(at(name, row)).status_code in (302, 403)


def test_bad_input_changes_nothing(milan: Client):
    row = ready_issue()
    for do in ("up:x", "down:99999999", "sing", ""):
        assert milan.post(at("save", row), typed(row, do=do)).status_code == 302
    for posted in (
        {"do": "offered", "offered": ["x", "99999"], "part": "topics"},
        {"do": "offered", "offered": [make.article("Neu").pk], "part": "nonsense"},
        {"do": "chosen", "article": "77777777", "part": "topics"},
        {"do": "edition", "edition": "9"},
        {},
    ):
        assert milan.post(at("add", row), posted).status_code == 302
    assert milan.post(at("run", row), {"do": "sing"}).status_code == 302
    assert milan.post(at("approve", row), {"seen": "x"}).status_code == 302
    assert milan.get(at("run", row)).status_code == 405
    row.refresh_from_db()
    assert (row.version, row.items.count(), row.is_draft) == (0, 2, True)


def test_newsletter_that_leaves_by_hand_wants_a_day_named(milan: Client) -> None:
    letter = newsletter(rhythm=Rhythm.HAND)
    answer = milan.post(reverse("issues:add"), {"newsletter": letter.pk, "date": ""})
    assert set(answer.context["form"].errors) == {"date"}
    milan.post(reverse("issues:add"), {"newsletter": letter.pk, "date": "2099-11-25"})
    assert str(letter.issues.get().date) == "2099-11-25"
