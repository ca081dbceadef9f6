"""Driver: an issue is approved and leaves the desk, killed on the way again and again.

    python -m tests.kill.dispatching SEED KILLS

Kills are at points around statements and commits. In the end each issue has one mailing, with one
letter for everybody who had confirmed and has not left, and none leaves before all stand there.
"""

import datetime as dt
import random
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from allmende.site.opening import open_house

open_house()

from django.conf import settings  # noqa: E402  Django comes first

from allmende.mailroom import outbox  # noqa: E402
from allmende.mailroom.models import Batch, Message  # noqa: E402
from allmende.newsletters import dispatch, drafting, editing, subscribe  # noqa: E402
from allmende.newsletters.models import Change, Issue, Newsletter, Subscription  # noqa: E402
from allmende.newsroom.models import Article  # noqa: E402
from allmende.people.models import Person  # noqa: E402
from tests.factories import newsroom as make  # noqa: E402
from tests.factories.newsletters import FRIDAY, MORNING, editor, newsletter, reader, stand  # noqa: E402
from tests.kill import deaths  # noqa: E402

READERS = 60
LOT = 13  # letters written at once, so that an audience is many of them
WEEK = dt.timedelta(days=7)
Deed = Callable[[], object]


def lay() -> Newsletter:
    outbox.LOT = dispatch.LOT = LOT
    editor()
    letter = newsletter()
    for number in range(READERS):
        reader(letter, email=f"leserin{number}@bote.example")
    make.article("Erster")
    stand()
    return letter


def draft(letter: Newsletter, number: int) -> Issue:
    """With a highlight that goes live with it."""
    at = MORNING + number * WEEK
    day = (FRIDAY + number * WEEK).date()
    issue, _made = drafting.draft(letter, day=day, at=at)
    comes = make.draft(f"Kommt {number}", slug=f"kommt-{number}")
    editing.add(issue, [comes], part="highlights", by=None)
    return issue


def go_on(key: int) -> None:
    """What the desk and the schedule do, from wherever it stands."""
    issue = Issue.objects.get(pk=key)
    if issue.is_draft:
        milan = Person.objects.get(first_name="Milan")
        dispatch.approve(issue, by=milan, seen=issue.version, at=issue.send_at)
    dispatch.carry_on_all(at=issue.send_at + dt.timedelta(minutes=1))


def mortal(deed: Deed, fatal: int) -> None:
    points = deaths.Points(fatal)
    points.watch_statements()
    deed()


def dying(deed: Deed, fatal: int) -> Deed:
    return lambda: mortal(deed, fatal)


def until_done(chance: random.Random, deed: Deed, points: int, most: int) -> int:
    """Kills the deed until it comes to its end, `most` times at most. Returns how often."""
    for killed in range(most):
        fatal = chance.randint(1, points)
        if not deaths.end_of(deaths.fork(dying(deed, fatal))):
            return killed
        assert not Message.objects.filter(
            batch__state=Batch.State.FREEZING, state=Message.State.CLAIMED
        ).exists()
    assert not deaths.end_of(deaths.fork(deed))
    return most


def somebody_leaves(chance: random.Random, letter: Newsletter) -> None:
    rows = Subscription.objects.filter(newsletter=letter, state=Subscription.State.CONFIRMED)
    leaver = chance.choice(list(rows.order_by("pk")))
    subscribe.leave(leaver, at=FRIDAY, way=Change.Way.PAGE)


def judge(issue: Issue, letter: Newsletter) -> None:
    issue.refresh_from_db()
    assert issue.state == Issue.State.SENDING, issue.state
    batch = Batch.objects.get(key=dispatch.key_of(issue))
    assert issue.batch == batch
    letters = Message.objects.filter(batch=batch)
    assert (batch.state, batch.total) == (Batch.State.SENDING, letters.count())
    waiting = letters.exclude(state=Message.State.WITHDRAWN)
    wanted = set(Subscription.objects.receiving().values_list("person", flat=True))
    assert sorted(waiting.values_list("recipient", flat=True)) == sorted(wanted)
    assert all(Article.objects.get(pk=item.article_id).live for item in issue.items.all())
    assert Batch.objects.count() == Issue.objects.count()


def main(seed: int, kills: int) -> None:
    chance, letter, killed, number = random.Random(seed), lay(), 0, 1
    note = Path(settings.DATA) / "points"
    first = draft(letter, 0)
    before, _ = deaths.points_of(lambda: go_on(first.pk), note)
    stand()
    after, _ = deaths.points_of(lambda: go_on(first.pk), note)
    judge(first, letter)
    print(f"{before} points to appear, {after} to be written down", end="; ")
    while killed < kills:
        issue = draft(letter, number)
        deed = partial(go_on, issue.pk)
        killed += until_done(chance, deed, before, (kills - killed + 1) // 2)
        stand()
        killed += until_done(chance, deed, after, kills - killed)
        judge(issue, letter)
        somebody_leaves(chance, letter)
        assert not Message.objects.filter(
            state=Message.State.WAITING,
            recipient__in=Subscription.objects.filter(state="left").values("person"),
        ).exists()
        number += 1
    print(f"killed {killed} times over {number - 1} issues, {Message.objects.count()} letters")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
