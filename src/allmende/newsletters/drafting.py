"""An issue drafts itself: the week's topics, and the highlights of the edition to come.

Once a newsletter and day, however many workers try: the database lets one of them make the row.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from allmende.editions import showing
from allmende.editions.models import Edition
from allmende.lib.schedule import Weekly
from allmende.newsletters.models import Issue, Item, Newsletter
from allmende.newsroom import reading
from allmende.newsroom.models import Article, FrontStory
from allmende.people.models import Person

TOPICS = 6
OF_ONE_SECTION = 2
HIGHLIGHTS = 5
WEEK = dt.timedelta(days=7)
SOON = dt.timedelta(days=3)  # an edition later than that is not the one that readers wait for
LATE = dt.timedelta(hours=24)  # what a worker that was away makes up for
SUBJECT = 80  # characters
PLACED = {FrontStory.Slot.LEAD: 4, FrontStory.Slot.SECOND: 3, FrontStory.Slot.SECTION: 2}


def draft_due(*, at: dt.datetime) -> list[Issue]:
    """Drafts the issues whose time has come. Returns those that were not there yet."""
    zone = reading.zone()
    made = []
    for newsletter in Newsletter.objects.all():
        leaves = next_leaving(newsletter, at=at)
        day = leaves.astimezone(zone).date()
        known = newsletter.issues.filter(date=day).exists()
        if not known and leaves > at - LATE and has_readers(newsletter):
            issue, new = draft(newsletter, day=day, at=at)
            made += [issue] if new else []
    return made


def next_leaving(newsletter: Newsletter, *, at: dt.datetime) -> dt.datetime:
    """When the last issue leaves whose drafting is due: to come, or in the past."""
    rhythm = Weekly(newsletter.weekday, newsletter.time)
    before = dt.timedelta(hours=newsletter.drafted_before)
    return rhythm.latest(at + before, zone=reading.paper().time_zone_info)


def next_day(newsletter: Newsletter, *, on: dt.date) -> dt.date:
    """The day of the next issue that is not there yet."""
    day = on + dt.timedelta(days=(newsletter.weekday - on.weekday()) % 7)
    taken = set(newsletter.issues.filter(date__gte=day).values_list("date", flat=True))
    while day in taken:
        day += WEEK
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
    issue.edition = edition_for(issue.date)
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


def known_to_readers(issue: Issue) -> set[int]:
    """What stood in the issues of the two weeks before: the highlights of last Friday were
    published this week."""
    earlier = issue.newsletter.issues.filter(date__lt=issue.date, date__gte=issue.date - 2 * WEEK)
    told = Item.objects.filter(issue__in=earlier, issue__appeared_at__isnull=False)
    return set(told.filter(embargoed=False).values_list("article_id", flat=True))


def topics(issue: Issue, *, at: dt.datetime, without: Collection[int]) -> list[Article]:
    """The week's most important: what the front page holds first, then what belongs to a dossier
    or has a picture, then the newest; not too much of one section."""
    rows = (
        reading.articles()
        .defer("body")
        .exclude(pk__in=without)
        .filter(
            locale__language_code=issue.newsletter.language,
            first_published_at__gt=at - WEEK,
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


def edition_for(day: dt.date) -> Edition | None:
    """The next edition after the day on which the issue leaves."""
    rows = Edition.objects.filter(date__gt=day, date__lte=day + SOON)
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
