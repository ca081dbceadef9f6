"""The demo's editions: three Saturdays that have been, and the next, which readers do not see."""

import datetime as dt

from allmende.editions import arranging
from allmende.editions.models import Edition
from allmende.newsroom.models import Article
from allmende.paper.models import Paper

WEEK = dt.timedelta(days=7)
LEAD = 2  # articles before the first heading
INTRO = "Was die Woche im Tal bewegt hat, und was am Wochenende bleibt."


def lay(now: dt.datetime) -> None:
    """Each holds the articles of the week that ended with it, by section."""
    paper = Paper.load()
    today = now.astimezone(paper.time_zone_info).date()
    last = today - dt.timedelta(days=(today.weekday() - 5) % 7)
    for day in (last - 2 * WEEK, last - WEEK, last, last + WEEK):
        rows = articles_of(day, paper)
        edition = Edition.objects.create(date=day, name="Samstag", intro=INTRO)
        arranging.add_articles(edition, rows[:LEAD])
        for section in dict.fromkeys(row.section for row in rows[LEAD:]):
            arranging.add_heading(edition, heading=section.title)
            arranging.add_articles(edition, [row for row in rows[LEAD:] if row.section == section])
        arranging.show(edition, public=day <= today)


def articles_of(day: dt.date, paper: Paper) -> list[Article]:
    end = dt.datetime.combine(day, dt.time(23, 59), tzinfo=paper.time_zone_info)
    rows = Article.objects.live().filter(locale__language_code=paper.language)
    rows = rows.filter(first_published_at__gt=end - WEEK, first_published_at__lte=end)
    return list(rows.select_related("section").order_by("-first_published_at"))
