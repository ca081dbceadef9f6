"""From approval to the last letter: everything once, nothing to those who left."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from allmende.bakery.models import BakedPage
from allmende.mailroom import batches
from allmende.mailroom.content import Content
from allmende.mailroom.models import Batch, Message
from allmende.newsletters import compose, dispatch, drafting, editing, readiness, subscribe
from allmende.newsletters.models import Change, Issue, Subscription
from allmende.newsroom import announcing, writing
from allmende.newsroom.models import Article
from allmende.people.models import Person
from tests.factories import newsroom as make
from tests.factories.editions import edition
from tests.factories.newsletters import (
    BEFORE,
    FRIDAY,
    MORNING,
    editor,
    issue,
    newsletter,
    reader,
    stand,
)
from tests.newsroom.test_baking import everything, from_scratch, tree, work
from tests.people import cast

pytestmark = pytest.mark.django_db
NOON = FRIDAY - dt.timedelta(hours=3)
MINUTE = dt.timedelta(minutes=1)
State = Issue.State


@pytest.fixture
def milan() -> Person:
    return editor()


def ready_issue(**more: Any) -> tuple[Issue, Article, Article]:
    """With a topic that is live, a highlight that goes live with it, and one that waits."""
    make.article("Thema", at=MORNING)
    comes = make.draft("Kommt", slug="kommt")
    waits = make.draft("Wartet", slug="wartet", go_live_at=FRIDAY + dt.timedelta(days=1))
    saturday = edition(comes, waits, public=False)
    saturday.lines.filter(article=waits).update(announced=True)
    letter = newsletter(**more)
    stand()
    return issue(letter), comes, waits


def approve(row: Issue, by: Person, at: dt.datetime = NOON) -> Issue:
    row.refresh_from_db()
    return dispatch.approve(row, by=by, seen=row.version, at=at)


def leave_to(row: Issue, at: dt.datetime = FRIDAY) -> Issue:
    """What the schedule and the bakery do until the letters are written down."""
    dispatch.carry_on_all(at=at)
    stand()
    dispatch.carry_on_all(at=at)
    return Issue.objects.select_related("batch", "newsletter").get(pk=row.pk)


def test_issue_leaves_in_its_steps_and_reaches_each_reader_once(milan: Person):
    row, comes, waits = ready_issue()
    lene = reader(row.newsletter, first_name="Lene", last_name="Brandt")
    otto = reader(row.newsletter, email="otto@bote.example")
    approve(row, milan)
    reader(row.newsletter, email="spaet@bote.example", at=NOON + MINUTE)
    assert leave_to(row, at=FRIDAY - 11 * MINUTE).state == State.APPROVED
    assert not Article.objects.get(pk=comes.pk).live
    begun = leave_to(row, at=FRIDAY - 10 * MINUTE)
    assert begun.state == State.SENDING
    assert Article.objects.get(pk=comes.pk).live
    assert not Article.objects.get(pk=waits.pk).live
    assert Client().get(waits.url).status_code == 200
    assert begun.batch is not None
    assert begun.batch.state == Batch.State.SENDING
    assert begun.batch.send_at == FRIDAY
    letters = Message.objects.filter(batch=begun.batch)
    assert {letter.recipient for letter in letters} == {lene.person_id, otto.person_id}
    assert letters.get(recipient=lene.person_id).personal["name"] == " Lene Brandt"
    leave_to(row)
    assert letters.count() == 2


def test_every_address_of_the_letter_answers(milan: Person, client: Client):
    row, _comes, _waits = ready_issue()
    lene = reader(row.newsletter)
    approve(row, milan)
    batch = leave_to(row).batch
    assert batch is not None
    letter = Message.objects.get(batch=batch, recipient=lene.person_id)
    seen = compose.filled(Content.of_row(batch.content), letter.personal)
    paths = readiness.paths_in(seen)
    assert len(paths) >= 6
    for path in paths:
        assert path.startswith("/media/") or client.get(path).status_code == 200, path


def test_issue_waits_while_something_does_not_answer_and_says_what(milan: Person):
    row, comes, _waits = ready_issue()
    approve(row, milan)
    assert not dispatch.carry_on(Issue.objects.get(pk=row.pk), at=FRIDAY)  # nobody has baked
    row.refresh_from_db()
    paths = {name for kind, name in row.faults if kind == "link"}
    assert paths == {row.url, Article.objects.get(pk=comes.pk).url}
    assert leave_to(row).faults == []
    row.refresh_from_db()
    assert row.state == State.SENDING


def test_withdrawn_article_holds_the_issue_until_it_is_taken_out(milan: Person):
    row, comes, _waits = ready_issue()
    approve(row, milan)
    dispatch.appear(row, at=FRIDAY)
    writing.withdraw(Article.objects.get(pk=comes.pk))
    assert leave_to(row).state == State.APPROVED
    assert ["withdrawn", "Kommt"] in Issue.objects.get(pk=row.pk).faults
    assert dispatch.reopen(row)
    assert Client().get(row.url).status_code == 404
    with pytest.raises(dispatch.NotReady):
        approve(row, milan)
    editing.remove(row.items.get(article=comes), by=milan)
    approve(row, milan)
    assert leave_to(row).state == State.SENDING


def test_approval_refuses_who_has_not_seen_it_and_who_wrote_it(milan: Person):
    row, _comes, _waits = ready_issue(second_approver=True)
    editing.write(row, subject="Neu", by=milan)
    with pytest.raises(dispatch.SamePerson):
        approve(row, milan)
    hedwig = editor("Hedwig")
    with pytest.raises(dispatch.ChangedMeanwhile):
        dispatch.approve(row, by=hedwig, seen=0, at=NOON)
    approve(row, hedwig)
    with pytest.raises(dispatch.Over):
        approve(row, hedwig)
    assert Issue.objects.get(pk=row.pk).approved_by == hedwig


def test_who_may_not_publish_what_goes_live_with_it_approves_nothing():
    row, _comes, _waits = ready_issue()
    with pytest.raises(dispatch.MayNotPublish):
        approve(row, cast.staff("Jana"))


def test_nothing_leaves_empty_or_with_what_cannot_be_published(milan: Person):
    row = issue()
    stand()
    with pytest.raises(dispatch.NotReady) as told:
        approve(row, milan)
    assert [one.kind for one in told.value.findings] == ["empty"]
    bare = make.draft("Ohne Text", slug="ohne")
    bare.body = "[]"
    bare.save_revision()
    editing.add(row, [bare], part="highlights", by=None)
    with pytest.raises(dispatch.NotReady) as told:
        approve(row, milan)
    assert [one.kind for one in told.value.findings] == ["unready"]


def test_words_of_an_approved_issue_stay(milan: Person):
    row, _comes, _waits = ready_issue()
    approve(row, milan)
    topic = Article.objects.get(title="Thema")
    topic.title = "Umbenannt"
    topic.save_revision().publish()
    batch = leave_to(row).batch
    assert batch is not None
    assert "Umbenannt" not in batch.content["text"]
    page = Client().get(row.url).content.decode()
    assert "Thema" in page
    assert "Umbenannt" not in page


@pytest.mark.parametrize("policy", ["hold", "resend"])
def test_mailing_treats_uncertain_letters_as_its_newsletter_says(milan: Person, policy: str):
    row, _comes, _waits = ready_issue(uncertain=policy)
    reader(row.newsletter)
    approve(row, milan)
    batch = leave_to(row).batch
    assert batch is not None
    assert batch.policy == policy


@pytest.mark.parametrize("deed", ["leave", "pause", "suspend"])
def test_who_leaves_gets_no_letter_that_still_waits(milan: Person, deed: str):
    row, _comes, _waits = ready_issue()
    lene = reader(row.newsletter)
    approve(row, milan)
    leave_to(row)
    more: dict[str, Any] = {"reason": "full"} if deed == "suspend" else {}
    getattr(subscribe, deed)(lene, at=FRIDAY, way=Change.Way.PAGE, **more)
    assert Message.objects.get().state == Message.State.WITHDRAWN


def test_who_leaves_while_the_audience_is_written_down_gets_none(milan: Person, monkeypatch: Any):
    """The letter of the one who leaves is written after the leaving looked for it."""
    row, _comes, _waits = ready_issue()
    lene, otto = reader(row.newsletter), reader(row.newsletter, email="otto@bote.example")
    approve(row, milan)
    found = list(dispatch.recipients(Issue.objects.get(pk=row.pk)))
    subscribe.leave(lene, at=FRIDAY, way=Change.Way.PAGE)
    monkeypatch.setattr(dispatch, "recipients", lambda issue: iter(found))
    leave_to(row)
    states = dict(Message.objects.values_list("recipient", "state"))
    assert states == {lene.person_id: "withdrawn", otto.person_id: "waiting"}


def test_stopped_issue_never_leaves_and_what_ends_is_sent(milan: Person):
    row, _comes, waits = ready_issue()
    reader(row.newsletter)
    approve(row, milan)
    dispatch.appear(row, at=FRIDAY)
    assert announcing.of(waits.pk)
    assert dispatch.stop(row, at=FRIDAY)
    assert announcing.of(waits.pk) is None
    assert leave_to(row).state == State.STOPPED
    assert not Batch.objects.exists()


def test_issue_is_sent_when_its_mailing_has_ended_and_stopped_with_it(milan: Person):
    row, _comes, _waits = ready_issue()
    reader(row.newsletter)
    approve(row, milan)
    batch = leave_to(row).batch
    assert batch is not None
    Message.objects.update(state=Message.State.HANDED_OVER, finished_at=FRIDAY)
    batches.end(batch.pk, at=FRIDAY)
    row.refresh_from_db()
    assert (row.state, row.ended_at) == (State.SENT, FRIDAY)
    Issue.objects.filter(pk=row.pk).update(state=State.SENDING, ended_at=None)
    Batch.objects.update(state=Batch.State.STOPPED)
    dispatch.carry_on_all(at=FRIDAY)
    row.refresh_from_db()
    assert row.state == State.STOPPED
    assert Client().get(row.url).status_code == 200


def test_database_lets_nothing_leave_without_approval():
    row = issue()
    for state in (State.APPROVED, State.SENDING, State.SENT):
        with pytest.raises(IntegrityError), transaction.atomic():
            Issue.objects.filter(pk=row.pk).update(state=state, ended_at=FRIDAY)


def test_confirmed_before_means_confirmed_before(milan: Person):
    row, _comes, _waits = ready_issue()
    reader(row.newsletter, at=BEFORE)
    approve(row, milan, at=NOON)
    Subscription.objects.update(confirmed_at=NOON)
    assert len(list(dispatch.recipients(Issue.objects.get(pk=row.pk)))) == 1
    Subscription.objects.update(confirmed_at=NOON + MINUTE / 60)
    assert list(dispatch.recipients(Issue.objects.get(pk=row.pk))) == []


def test_pages_of_issues_equal_a_bake_from_scratch(milan: Person, tmp_path: Path):
    row, comes, waits = ready_issue()
    BakedPage.objects.all().delete()
    everything()
    approve(row, milan)
    dispatch.carry_on_all(at=FRIDAY)
    work()
    dispatch.carry_on_all(at=FRIDAY)
    assert row.url in tree()
    waits.go_live_at = None
    writing.publish(waits, at=FRIDAY)
    writing.withdraw(Article.objects.get(pk=comes.pk))
    letter = row.newsletter
    letter.slug = "wochenbrief"
    letter.save()
    work()
    assert waits.url in Client().get(f"/newsletter/wochenbrief/{row.date}/").content.decode()
    make.article("Neu", slug="neu", at=FRIDAY)
    work()
    second, _new = drafting.draft(letter, day=row.date + dt.timedelta(days=7), at=FRIDAY)
    approve(second, milan)
    dispatch.appear(second, at=second.send_at)
    work()
    dispatch.stop(second, at=second.send_at)
    work()
    assert tree() == from_scratch(tmp_path / "fresh")
