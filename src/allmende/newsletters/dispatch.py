"""An issue leaves: approved, public, checked, frozen, sent.

1. `approve`: content and words are fixed; who confirmed until now is its audience.
2. Shortly before it leaves, its highlights go live and its page appears (`appear`).
3. Once every address in it answers, its mailing is opened (`start`) and
4. the audience is written down (`write_audience`). The mailroom sends it when its time has come.
5. `settle`: the mailing has ended, so the issue was sent.

Each step may be repeated, by any worker; one that dies is taken up by the next look
(`carry_on_all`), so that not a letter is missing and none is there twice.

Refused
  x Over              it is no draft any more
  x ChangedMeanwhile  somebody has changed it since the approver looked
  x SamePerson        the newsletter wants a second person, and this one wrote last
  x MayNotPublish     an article would go live with it that this person may not publish
  x NotReady          it has faults (`findings`)
"""

import datetime as dt
import logging
from collections.abc import Iterator
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from allmende.mailroom import batches, outbox
from allmende.mailroom.content import Content
from allmende.mailroom.models import Batch, Message
from allmende.newsletters import archive, compose, contents, links, readiness
from allmende.newsletters.models import Issue, Item, Subscription
from allmende.newsletters.readiness import Finding
from allmende.newsroom import announcing, writing
from allmende.newsroom.models import Article
from allmende.people.models import Person

logger = logging.getLogger(__name__)

State = Issue.State
BEFORE = dt.timedelta(minutes=10)  # highlights are live and links checked so long before it leaves
LOT = 5_000  # subscriptions read at once


class Refused(Exception):
    """The issue cannot be approved."""


class Over(Refused):
    """It is no draft any more."""


class ChangedMeanwhile(Refused):
    """Somebody has changed it since the approver looked."""


class SamePerson(Refused):
    """The newsletter wants a second person, and this one wrote last."""


class MayNotPublish(Refused):
    """An article would go live with it that this person may not publish."""


class NotReady(Refused):
    """It has faults."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = findings


def locked(issue: Issue) -> Issue:
    """The row as it is now; nobody changes it until the transaction ends."""
    rows = Issue.objects.select_for_update(of=("self",)).select_related("newsletter", "batch")
    return rows.get(pk=issue.pk)


@transaction.atomic
def approve(issue: Issue, *, by: Person, seen: int, at: dt.datetime) -> Issue:
    """Fixes what is said and to whom. seen: the version that the approver has looked at.

    Raises Refused.
    """
    row = locked(issue)
    if not row.is_draft:
        raise Over
    if row.version != seen:
        raise ChangedMeanwhile
    if row.newsletter.second_approver and row.written_by_id == by.pk:
        raise SamePerson
    if not all(article.permissions_for_user(by).can_publish() for article in coming(row)):
        raise MayNotPublish
    content = compose.content(row)
    if faults := [one for one in readiness.findings(row, content) if one.keeps]:
        raise NotReady(faults)
    keep_words(row)
    row.content = content.as_row()
    row.state, row.approved_by, row.approved_at = State.APPROVED, by, at
    row.save(update_fields=["content", "state", "approved_by", "approved_at"])
    return row


def content_of(issue: Issue) -> Content:
    """What was approved, or what a draft would say now."""
    return Content.of_row(issue.content) if issue.content else compose.content(issue)


def coming(issue: Issue) -> list[Article]:
    """What goes live with the issue."""
    items = issue.items.select_related("article")
    return [item.article for item in items if readiness.goes_live(item)]


def keep_words(issue: Issue) -> None:
    """The issue's page shows what was sent, whatever becomes of a headline later."""
    stories = [story for part in contents.parts(issue) for story in part.stories]
    for story in stories:
        story.item.headline, story.item.teaser = story.headline[:255], story.teaser[:600]
    Item.objects.bulk_update([story.item for story in stories], ["headline", "teaser"])


def begins_at(issue: Issue) -> dt.datetime:
    """When an approved issue is made public and its letters are written down."""
    assert issue.approved_at is not None
    return max(issue.approved_at, issue.send_at - BEFORE)


def carry_on(issue: Issue, *, at: dt.datetime) -> bool:
    """Does what is due of an issue. False while something that it needs does not answer yet."""
    if issue.state == State.APPROVED and at >= begins_at(issue):
        appear(issue, at=at)
        if not may_leave(issue, at=at):
            return False
        issue = start(issue, at=at)
    if issue.state == State.SENDING and issue.batch and issue.batch.state == Batch.State.FREEZING:
        write_audience(issue, at=at)
    return True


def carry_on_all(*, at: dt.datetime) -> int:
    """Does what is due of all issues, also what a worker left that died. Returns how many."""
    rows = Issue.objects.filter(state__in=[State.APPROVED, State.SENDING])
    issues = list(rows.select_related("newsletter", "batch").order_by("send_at", "pk"))
    for issue in issues:
        try:
            carry_on(issue, at=at)
            keep_in_step(issue, at=at)
        except Exception:  # the others leave nevertheless, and this one is tried again
            logger.exception("issue %s cannot go on", issue.pk)
    return len(issues)


@transaction.atomic
def appear(issue: Issue, *, at: dt.datetime) -> None:
    """Its highlights go live, what is embargoed is announced, and its page is ordered: once."""
    row = locked(issue)
    if row.state != State.APPROVED or row.appeared_at is not None:
        return
    try:
        with transaction.atomic():
            for item in row.items.select_related("article"):
                bring(item, row, at=at)
    except ValidationError:
        return  # what is not ready is named as a fault
    row.appeared_at = at
    row.save(update_fields=["appeared_at"])
    archive.changed(row)


def bring(item: Item, issue: Issue, *, at: dt.datetime) -> None:
    """Raises ValidationError where the article is not ready to be read."""
    if readiness.goes_live(item):
        draft = contents.newest(item.article)
        draft.go_live_at = None  # it was to go live later
        writing.publish(draft, at=at)  # whoever approved had the right to, then
    elif item.embargoed and not item.article.live:
        announcing.announce(item.article, appears_at=contents.comes(item.article, issue))


def may_leave(issue: Issue, *, at: dt.datetime) -> bool:
    """Whether everything in the letter answers; what does not is kept for the desk to read."""
    row = Issue.objects.select_related("newsletter").get(pk=issue.pk)
    found = [*readiness.faults(row), *readiness.dead_links(row, content_of(row))]
    told = [[one.kind, one.name] for one in found]
    if told != row.faults:
        Issue.objects.filter(pk=row.pk, state=State.APPROVED).update(faults=told)
    return not told and row.appeared_at is not None


@transaction.atomic
def start(issue: Issue, *, at: dt.datetime) -> Issue:
    """Opens the mailing; no letter leaves before its audience is complete."""
    row = locked(issue)
    if row.state == State.APPROVED:
        row.batch = outbox.open_batch(
            key_of(row),
            content=content_of(row),
            at=at,
            send_at=row.send_at,
            policy=Batch.Policy(row.newsletter.uncertain),
        )
        row.state = State.SENDING
        row.save(update_fields=["batch", "state"])
        archive.changed(row)
    return row


def key_of(issue: Issue) -> str:
    """What the mailing is known by; it begins as all of the newsletter do."""
    return f"{issue.newsletter.mailings}issue:{issue.pk}"


def write_audience(issue: Issue, *, at: dt.datetime) -> None:
    """One letter a reader. Broken off, it goes on where it was; two at it do no harm."""
    assert issue.batch is not None
    last_look = partial(take_back, issue.batch, issue.newsletter_id, at=at)
    try:
        outbox.freeze(issue.batch, recipients(issue), at=at, last_look=last_look)
    except outbox.Closed:
        issue.batch.refresh_from_db()


def audience(newsletter: int) -> QuerySet[Subscription]:
    rows = Subscription.objects.receiving().filter(newsletter=newsletter)
    return rows.exclude(address__email="")


def recipients(issue: Issue) -> Iterator[outbox.Recipient]:
    """Who confirmed before the approval and gets letters now, read in lots: an open cursor would
    keep the database from writing."""
    assert issue.approved_at is not None
    tokens = links.of_letters(at=issue.approved_at)
    rows = audience(issue.newsletter_id).filter(confirmed_at__lte=issue.approved_at)
    told = rows.order_by("pk").values_list(
        "pk", "person_id", "address_id", "address__email", "person__first_name", "person__last_name"
    )
    last = 0
    while lot := list(told.filter(pk__gt=last)[:LOT]):
        for key, person, address, email, first_name, last_name in lot:
            name = f"{first_name} {last_name}".strip()
            yield person, email, {"name": name and f" {name}", **tokens(key, address)}
        last = lot[-1][0]


def take_back(batch: Batch, newsletter: int, *, at: dt.datetime) -> None:
    """Letters to those who left while the audience was written down."""
    still = audience(newsletter).filter(person=OuterRef("recipient"))
    waiting = Message.objects.remaining().filter(batch=batch, state=Message.State.WAITING)
    gone = waiting.filter(~Exists(still))
    for letter in list(gone.only("recipient")):
        assert letter.recipient is not None  # of a batch
        outbox.withdraw([batch.pk], recipient=letter.recipient, at=at)


@transaction.atomic
def stop(issue: Issue, *, at: dt.datetime) -> bool:
    """For good: a draft is dropped, what waits never leaves. False when it had ended."""
    row = locked(issue)
    if row.state in (State.SENT, State.STOPPED):
        return False
    if row.batch:
        batches.stop(row.batch, at=at)
    end(row, State.STOPPED, at=at)
    return True


@transaction.atomic
def reopen(issue: Issue) -> bool:
    """Makes a draft again of what was approved; its page is hidden. False when it is too late."""
    row = locked(issue)
    if row.state != State.APPROVED:
        return False
    archive.changed(row)
    row.state, row.content, row.faults, row.appeared_at = State.DRAFT, None, [], None
    row.approved_at = row.approved_by = None
    row.save()
    announcing.take_back_untold()
    return True


def end(issue: Issue, state: str, *, at: dt.datetime) -> None:
    archive.changed(issue)
    if issue.batch is None:  # readers never got it
        issue.appeared_at = None
    issue.state, issue.ended_at, issue.faults = state, at, []
    issue.save(update_fields=["state", "ended_at", "faults", "appeared_at"])
    announcing.take_back_untold()


def settle(batch: Batch, *, at: dt.datetime) -> None:
    """The mailing has ended."""
    rows = Issue.objects.select_for_update(of=("self",)).select_related("newsletter", "batch")
    for row in rows.filter(batch=batch, state=State.SENDING):
        end(row, State.SENT, at=at)


@transaction.atomic
def keep_in_step(issue: Issue, *, at: dt.datetime) -> None:
    """A mailing may be stopped elsewhere, on the command line."""
    row = locked(issue)
    if row.state == State.SENDING and row.batch and row.batch.state == Batch.State.STOPPED:
        end(row, State.STOPPED, at=row.batch.ended_at or at)


def held_up() -> QuerySet:
    """Keys of articles that issues announce."""
    told = Item.objects.filter(embargoed=True, issue__appeared_at__isnull=False)
    return told.values("article")
