"""What an editor does with a draft: words, articles, their order.

Each deed says who wrote last and raises the version, so that whoever approves has seen it all.
Raises NotADraft once the issue is approved or stopped.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, TypeVar

from django.db import transaction

from allmende.editions.models import Edition
from allmende.newsletters import drafting
from allmende.newsletters.models import Issue, Item
from allmende.newsroom.models import Article
from allmende.people.models import Person

T = TypeVar("T")
WORDS = ("subject", "preheader", "greeting", "opening", "send_at")


class NotADraft(Exception):
    """The issue is approved, on its way or over: nothing of it changes any more."""


@transaction.atomic
def touched(issue: Issue, *, by: Person | None) -> None:
    """Takes the draft in hand: others wait until the transaction ends."""
    locked = Issue.objects.select_for_update().get(pk=issue.pk)
    if not locked.is_draft:
        raise NotADraft
    issue.version, issue.written_by = locked.version + 1, by
    issue.save(update_fields=["version", "written_by"])


def deed(do: Callable[..., T]) -> Callable[..., T]:
    """A change of an issue or an item: in one transaction, on a draft only, by somebody."""

    @wraps(do)
    @transaction.atomic
    def done(row: Issue | Item, /, *arguments: Any, by: Person | None, **more: Any) -> T:
        touched(row if isinstance(row, Issue) else row.issue, by=by)
        return do(row, *arguments, **more)

    return done


@deed
def write(issue: Issue, **words: str | dt.datetime) -> None:
    """Changes the issue's own words, or its time: some of WORDS."""
    for name in words:
        if name not in WORDS:
            raise TypeError(name)
        setattr(issue, name, words[name])
    issue.save(update_fields=list(words))


@deed
def reword(item: Item, *, headline: str, teaser: str, embargoed: bool) -> None:
    """Empty words are those of the article."""
    item.headline, item.teaser, item.embargoed = headline[:255], teaser[:600], embargoed
    item.save(update_fields=["headline", "teaser", "embargoed"])


@deed
def add(issue: Issue, articles: Iterable[Article], *, part: str) -> int:
    """Puts articles at the end of a part; those that stand in the issue already stay where they
    are. Returns how many were added."""
    known = set(issue.items.values_list("article_id", flat=True))
    new = {article.pk: article for article in articles if article.pk not in known}
    drafting.put(issue, part, [(article, False) for article in new.values()])
    return len(new)


@deed
def take_highlights(issue: Issue, edition: Edition) -> int:
    """Fills the second part from an edition in place of what stood there. Returns how many."""
    issue.edition = edition
    issue.save(update_fields=["edition"])
    issue.items.filter(part=Item.Part.HIGHLIGHTS).delete()
    inside = set(issue.items.values_list("article_id", flat=True))
    found = drafting.highlights(edition, issue, without=inside)
    drafting.put(issue, Item.Part.HIGHLIGHTS, found)
    return len(found)


@deed
def remove(item: Item) -> None:
    item.delete()


@deed
def move(item: Item, *, to: int) -> None:
    """Gives an item another place in its part: 0 is the first."""
    keys = keys_of(item)
    keys.remove(item.pk)
    keys.insert(max(0, min(to, len(keys))), item.pk)
    put_in_order(keys)


def place_of(item: Item) -> int:
    return keys_of(item).index(item.pk)


def keys_of(item: Item) -> list[int]:
    beside = Item.objects.filter(issue=item.issue, part=item.part)
    return list(beside.values_list("pk", flat=True))


def put_in_order(keys: Sequence[int]) -> None:
    rows = Item.objects.in_bulk(keys)
    for place, key in enumerate(keys):
        rows[key].place = place
    Item.objects.bulk_update(rows.values(), ["place"])
