"""The demo's editions: three Saturdays that have been, and the next, which announces an article."""

import datetime as dt

from allmende.editions import arranging
from allmende.editions.models import Edition
from allmende.newsroom.models import Article
from allmende.paper.models import Paper

WEEK = dt.timedelta(days=7)
LEAD = 2  # articles before the first heading
INTRO = "Was die Woche im Tal bewegt hat, und was am Wochenende bleibt."


def lay(now: dt.datetime, *, coming: Article) -> None:
    """Each holds the articles of the week that ended with it, by section. The next begins with the
    draft `coming`, which goes live on its morning."""
    paper = Paper.load()
    today = now.astimezone(paper.time_zone_info).date()
    last = today - dt.timedelta(days=(today.weekday() - 5) % 7)
    for day in (last - 2 * WEEK, last - WEEK, last, last + WEEK):
        rows = articles_of(day, paper)
        edition = Edition.objects.create(date=day, name="Samstag", intro=INTRO)
        if day > today:
            announce(coming, edition, zone=paper.time_zone_info)
        arranging.add_articles(edition, rows[:LEAD])
        for section in dict.fromkeys(row.section for row in rows[LEAD:]):
            arranging.add_heading(edition, heading=section.title)
            arranging.add_articles(edition, [row for row in rows[LEAD:] if row.section == section])
        arranging.show(edition, public=True)


def announce(coming: Article, edition: Edition, *, zone: dt.tzinfo) -> None:
    coming.go_live_at = dt.datetime.combine(edition.date, arranging.MORNING, tzinfo=zone)
    coming.save_revision().publish()  # which only schedules it, for its time is yet to come
    arranging.add_articles(edition, [coming])
    arranging.announce(edition.lines.get(article=coming), announced=True)


def articles_of(day: dt.date, paper: Paper) -> list[Article]:
    end = dt.datetime.combine(day, dt.time(23, 59), tzinfo=paper.time_zone_info)
    rows = Article.objects.live().filter(locale__language_code=paper.language)
    rows = rows.filter(first_published_at__gt=end - WEEK, first_published_at__lte=end)
    return list(rows.select_related("section").order_by("-first_published_at"))
