"""An issue drafts itself: topics since the issue before, and highlights of the edition to come.

Once a newsletter and day, however many workers try: the database lets one of them make the row.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from allmende.editions import showing
from allmende.editions.models import Edition
from allmende.lib.schedule import moment
from allmende.newsletters.models import Issue, Item, Newsletter
from allmende.newsletters.rhythms import DAY, FURTHEST, WEEK
from allmende.newsroom import reading
from allmende.newsroom.models import Article, FrontStory
from allmende.people.models import Person

TOPICS = 6
OF_ONE_SECTION = 2
HIGHLIGHTS = 5
LONG_AGO = dt.timedelta(days=FURTHEST + 1)  # after that it is no news, whatever came between
SOON = dt.timedelta(days=3)  # an edition later than that is not the one that readers wait for
LATE = dt.timedelta(hours=24)  # what a worker that was away makes up for
SUBJECT = 80  # characters
PLACED = {FrontStory.Slot.LEAD: 4, FrontStory.Slot.SECOND: 3, FrontStory.Slot.SECTION: 2}


def draft_due(*, at: dt.datetime) -> list[Issue]:
    """Drafts the issues whose time has come. Returns those that were not there yet."""
    made = []
    for newsletter in Newsletter.objects.all():
        day = due_day(newsletter, at=at)
        if day and not newsletter.issues.filter(date=day).exists() and has_readers(newsletter):
            issue, new = draft(newsletter, day=day, at=at)
            made += [issue] if new else []
    return made


def due_day(newsletter: Newsletter, *, at: dt.datetime) -> dt.date | None:
    """The day of the last issue whose drafting is due; None where it is long past, or by hand."""
    zone, time = reading.paper().time_zone_info, newsletter.time
    before = dt.timedelta(hours=newsletter.drafted_before)
    day = newsletter.calendar.latest(at + before, time=time, zone=zone)
    return day if day and moment(day, time, zone) > at - LATE else None


def next_day(newsletter: Newsletter, *, on: dt.date) -> dt.date | None:
    """The day of the next issue that is not there yet; None where all is by hand."""
    taken = set(newsletter.issues.filter(date__gte=on).values_list("date", flat=True))
    day = newsletter.calendar.next(on)
    while day in taken:
        day = newsletter.calendar.next(day + DAY)
    return day


def has_readers(newsletter: Newsletter) -> bool:
    """One that takes nobody and that nobody gets has ended."""
    return newsletter.is_open or newsletter.subscriptions.all().receiving().exists()


@transaction.atomic
def draft(
    newsletter: Newsletter, *, day: dt.date, at: dt.datetime, by: Person | None = None
) -> tuple[Issue, bool]:
    """The issue of this day, filled if it is made now; and whether it is."""
    last = newsletter.issues.aggregate(last=Max("number"))["last"] or 0
    made = Issue(newsletter=newsletter, date=day)
    with translation.override(newsletter.language):
        words = {"greeting": _("Hello[[name]],"), "subject": name_of(made)}
    issue, new = Issue.objects.get_or_create(
        newsletter=newsletter,
        date=day,
        defaults={
            "number": last + 1,
            "drafted_at": at,
            "since": gathers_since(newsletter, day=day, at=at),
            "send_at": made.leaves_at(reading.zone()),
            "written_by": by,
            **words,
        },
    )
    if new:
        fill(issue, at=at)
    return issue, new


def name_of(issue: Issue) -> str:
    day = date_format(issue.date, "DATE_FORMAT")
    return _("%(name)s of %(day)s") % {"name": issue.newsletter.name, "day": day}


def fill(issue: Issue, *, at: dt.datetime) -> None:
    """Puts in what an editor would begin with, and takes the first headline for the subject."""
    known = known_to_readers(issue)
    chosen = topics(issue, at=at, without=known)
    put(issue, Item.Part.TOPICS, [(article, False) for article in chosen])
    issue.edition = edition_for(issue)
    if issue.edition:
        inside = known | {article.pk for article in chosen}
        put(issue, Item.Part.HIGHLIGHTS, highlights(issue.edition, issue, without=inside))
    if chosen:
        issue.subject = Truncator(chosen[0].headline).chars(SUBJECT)
    issue.save(update_fields=["edition", "subject"])


def put(issue: Issue, part: str, articles: Iterable[tuple[Article, bool]]) -> None:
    """Adds articles at the end of a part, each with whether it is only announced."""
    last = issue.items.filter(part=part).aggregate(last=Max("place"))["last"]
    first = 0 if last is None else last + 1
    Item.objects.bulk_create(
        Item(issue=issue, part=part, place=first + step, article=article, embargoed=embargoed)
        for step, (article, embargoed) in enumerate(articles)
    )


def told(newsletter: Newsletter, *, before: dt.date) -> QuerySet[Issue]:
    """Issues that readers have, or will have: a draft may never leave, and what was stopped in time
    told nobody anything."""
    known = Q(appeared_at__isnull=False) | Q(state=Issue.State.APPROVED)
    return newsletter.issues.filter(known, date__lt=before)


def gathers_since(newsletter: Newsletter, *, day: dt.date, at: dt.datetime) -> dt.datetime:
    """When the issue before was drafted, so that nothing falls between two; the first one gathers
    as if there had been one before."""
    times = told(newsletter, before=day).order_by("date").values_list("drafted_at", flat=True)
    if last := times.last():
        return max(last, at - LONG_AGO)
    before = newsletter.calendar.before(day)
    return at - (day - before if before else WEEK)


def known_to_readers(issue: Issue) -> set[int]:
    """What stood in the issues before: the highlights of last Friday were published this week."""
    earlier = told(issue.newsletter, before=issue.date).filter(date__gte=issue.date - LONG_AGO)
    items = Item.objects.filter(issue__in=earlier, embargoed=False)
    return set(items.values_list("article_id", flat=True))


def topics(issue: Issue, *, at: dt.datetime, without: Collection[int]) -> list[Article]:
    """The most important since the issue before: what the front page holds first, then what belongs
    to a dossier or has a picture, then the newest; not too much of one section."""
    rows = (
        reading.articles()
        .defer("body")
        .exclude(pk__in=without)
        .filter(
            locale__language_code=issue.newsletter.language,
            first_published_at__gt=issue.since,
            first_published_at__lte=at,
        )
    )
    stories = FrontStory.objects.filter(front__live=True).values_list("article_id", "slot")
    placed = {article: PLACED[FrontStory.Slot(slot)] for article, slot in stories}

    def weight(article: Article) -> tuple[int, dt.datetime]:
        assert article.first_published_at is not None
        marks = placed.get(article.pk, 0) + bool(article.dossier_id) + bool(article.picture_id)
        return marks, article.first_published_at

    return mixed(sorted(rows, key=weight, reverse=True))


def mixed(articles: list[Article]) -> list[Article]:
    """The first ones, with no section more often than it should be while there are others."""
    taken: Counter[int] = Counter()
    first: list[Article] = []
    rest: list[Article] = []
    for article in articles:
        fits = taken[article.section_id] < OF_ONE_SECTION
        taken[article.section_id] += 1
        (first if fits else rest).append(article)
    return (first + rest)[:TOPICS]


def edition_for(issue: Issue) -> Edition | None:
    """The next edition after the day on which the issue leaves, if no other issue comes before it:
    a daily letter does not give Saturday away from Wednesday on."""
    until = issue.date + SOON
    if following := issue.newsletter.calendar.next(issue.date + DAY):
        until = min(until, following)
    rows = Edition.objects.filter(date__gt=issue.date, date__lte=until)
    return rows.order_by("date", "slug").first()


def highlights(
    edition: Edition, issue: Issue, *, without: Collection[int]
) -> list[tuple[Article, bool]]:
    """The first of the edition, in its order, each with whether it is only announced."""
    lines = showing.lines_of(edition)
    found = [
        (article, line.announced and not article.live)
        for line, article in lines
        if article
        and article.pk not in without
        and (article.live or article.first_published_at is None)
        and article.language == issue.newsletter.language
    ]
    return found[:HIGHLIGHTS]
