"""The demo's ticker: entries of an evening, posted at their times, and closed after the last."""

import datetime as dt
from typing import Any

from allmende.newsroom import tickers
from allmende.newsroom.models import Article, Author, Picture


def lay(
    article: Article,
    row: dict[str, Any],
    *,
    begin: dt.datetime,
    authors: dict[str, Author],
    pictures: dict[str, Picture],
) -> None:
    """`row` is the table "ticker" of a content file; times past midnight are the next day's."""
    ticker = tickers.start(article, newest_first=row.get("newest_first", True))
    at = begin
    for entry in row["entries"]:
        clock = dt.time.fromisoformat(entry["time"])
        next_at = dt.datetime.combine(at.date(), clock, tzinfo=at.tzinfo)
        at = next_at if next_at >= at else next_at + dt.timedelta(days=1)
        tickers.post(
            ticker,
            at=at,
            heading=entry.get("heading", ""),
            text=entry["text"],
            author=authors[entry["author"]],
            picture=pictures.get(entry.get("picture", "")),
            pinned=entry.get("pinned", False),
        )
    tickers.close(ticker, at=at + dt.timedelta(minutes=10))
