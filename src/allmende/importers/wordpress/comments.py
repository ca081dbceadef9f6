"""Comments that readers left under articles: kept aside, shown nowhere.

Only what stood publicly on the old site is kept, with the name it was signed with. What WordPress
held back, spam among it, and what other sites sent stays in the export.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from allmende.importers.models import KeptComment
from allmende.importers.wordpress.export import Comment, Item
from allmende.importers.wordpress.move import Move, key
from allmende.importers.wordpress.report import Outcome
from allmende.importers.wordpress.spool import Spool
from allmende.importers.wordpress.words import cut, line

KIND, HELD_BACK = (
    "comment",
    "comment that was not public, or came from another site",
)  # in the report
NAME = 255
CHUNK = 500


def keep(items: Iterable[Item], spool: Spool, move: Move) -> None:
    """Keeps what earlier runs have not. In a transaction."""
    new = {}
    for item in items:
        for comment in item.comments:
            identity = key(comment.foreign_id)
            if not (comment.approved and comment.kind == "comment" and identity):
                move.report.passed_over[HELD_BACK] += 1
            elif spool.first_time(f"{KIND}:{identity}"):
                new[identity] = row_of(comment, item, move)
    known = set(known_among(list(new), move))
    for outcome, number in {
        Outcome.UNCHANGED: len(known),
        Outcome.NEW: len(new) - len(known),
    }.items():
        if number:
            move.report.count(KIND, outcome, number)
    if not move.dry_run:
        KeptComment.objects.bulk_create(row for one, row in new.items() if one not in known)


def known_among(keys: list[str], move: Move) -> Iterator[str]:
    rows = KeptComment.objects.filter(source=move.source)
    for start in range(0, len(keys), CHUNK):
        found = rows.filter(foreign_id__in=keys[start : start + CHUNK])
        yield from found.values_list("foreign_id", flat=True)


def row_of(comment: Comment, item: Item, move: Move) -> KeptComment:
    return KeptComment(
        source=move.source,
        foreign_id=key(comment.foreign_id),
        item=key(item.foreign_id),
        answers=key(comment.parent_id),
        name=cut(line(comment.author), NAME),
        text=comment.content,
        written_at=comment.published_at,
    )


def kept(*, name: str | None = None) -> QuerySet[KeptComment]:
    """All comments that are not forgotten, or those signed with a name, the oldest first."""
    rows = KeptComment.objects.exclude(name="", text="").order_by("written_at", "pk")
    return rows if name is None else rows.filter(name__iexact=name)


def forget(*, name: str | None = None) -> int:
    """Removes name, text and time of these; returns how many there were."""
    return kept(name=name).order_by().update(name="", text="", written_at=None)
