"""Editions for tests."""

import datetime as dt

from allmende.editions import arranging
from allmende.editions.models import Edition, Line
from allmende.newsroom.models import Article

SATURDAY = dt.date(2026, 11, 28)


def edition(
    *articles: Article, name: str = "Samstag", date: dt.date = SATURDAY, public: bool = True
) -> Edition:
    made = Edition.objects.create(name=name, date=date)
    arranging.add_articles(made, articles)
    if public:
        arranging.show(made, public=True)
    return made


def line_of(edition: Edition, article: Article) -> Line:
    return edition.lines.get(article=article)
