"""What an issue says, for the letter and for its page: parts, and stories in them."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from allmende.editions import showing
from allmende.editions.arranging import MORNING, appears_at
from allmende.newsletters.models import Issue, Item
from allmende.newsletters.rhythms import DAY
from allmende.newsroom import announcing, reading
from allmende.newsroom.models import Article, Picture


@dataclass(frozen=True)
class Story:
    """path: of our own, empty for what is only announced; then `coming` says when it appears."""

    item: Item
    article: Article
    headline: str
    teaser: str
    authors: str = ""
    path: str = ""
    coming: dt.datetime | None = None
    picture: Picture | None = None


@dataclass
class Part:
    key: str
    heading: str
    stories: list[Story] = field(default_factory=list)


def parts(issue: Issue, *, public: bool = False) -> list[Part]:
    """The parts that have something to show, in order; articles that were withdrawn are left out.

    public: for readers of the web page, who see what is live or announced now. Otherwise what the
    letter says: highlights that go live with it are linked already.
    """
    items = list(issue.items.all())
    articles = showing.articles([item.article_id for item in items])
    found = {key: Part(key, heading_of(key, issue)) for key in Item.Part.values}
    for item in items:
        if story := story_of(item, articles[item.article_id], issue, public=public):
            found[item.part].stories.append(story)
    return [part for part in found.values() if part.stories]


def heading_of(part: str, issue: Issue) -> str:
    if part == Item.Part.TOPICS:
        return heading_of_topics(issue)
    if issue.edition is None:
        return _("Highlights")
    return _("Highlights of %(day)s, already today") % {"day": date_format(issue.edition.date, "l")}


def heading_of_topics(issue: Issue) -> str:
    """By the time that the issue gathers, for an issue may have been left out."""
    days = round((issue.drafted_at - issue.since) / DAY) if issue.since else 7
    if 6 <= days <= 9:
        return _("The week's most important topics")
    if days <= 1:
        return _("The day's most important topics")
    since = localtime(issue.since, reading.zone())
    if days < 6:
        return _("The most important topics since %(weekday)s") % {
            "weekday": date_format(since, "l")
        }
    day = date_format(since, "MONTH_DAY_FORMAT")
    return _("The most important topics since %(day)s") % {"day": day}


def story_of(item: Item, article: Article, issue: Issue, *, public: bool) -> Story | None:
    if article.live:
        return linked(item, article)
    if article.first_published_at is not None:
        return None  # withdrawn
    if item.embargoed:
        return announced(item, article, issue, public=public)
    return None if public else linked(item, newest(article))


def newest(article: Article) -> Article:
    """As it will be once it goes live."""
    draft: Article = article.get_latest_revision_as_object()
    return draft


def linked(item: Item, article: Article) -> Story:
    return Story(
        item,
        article,
        item.headline or article.title,
        item.teaser or article.teaser_text,
        authors_of(article),
        article.url,
        picture=article.picture if article.picture and article.picture.shown else None,
    )


def announced(item: Item, article: Article, issue: Issue, *, public: bool) -> Story | None:
    """Nothing of the article but its headline, and what the editor wrote for the letter."""
    known = announcing.of(article.pk)
    if known is None and public:
        return None
    headline = item.headline or (known.headline if known else article.draft_title or article.title)
    coming = known.appears_at if known else comes(article, issue)
    return Story(item, article, headline, item.teaser, coming=coming)


def comes(article: Article, issue: Issue) -> dt.datetime:
    """When an article appears: as scheduled, else on the morning of the edition, else of the next
    day."""
    if issue.edition:
        return appears_at(article, issue.edition)
    next_morning = issue.date + dt.timedelta(days=1)
    morning = dt.datetime.combine(next_morning, MORNING, tzinfo=reading.zone())
    return announcing.go_live_at(article) or morning


def authors_of(article: Article) -> str:
    """As "Jana Reuter and Milan Kovač"."""
    names = [byline.author.name for byline in article.bylines.all()]
    return get_text_list(names, pgettext("authors", "and"))
