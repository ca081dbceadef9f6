"""Posts that were pinned to the old front page stand on ours, in its second row."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from allmende.importers.models import Import
from allmende.importers.wordpress.move import Move
from allmende.importers.wordpress.plans import Plan
from allmende.newsroom import fronts
from allmende.newsroom.models import Article, FrontPage, Page

PLACED = "was pinned to the front page: stands in its second row"
TO_PLACE = "was pinned to the front page: choose its place there"


class Pins:
    def __init__(self, move: Move) -> None:
        self.move = move

    @cached_property
    def front_is_free(self) -> bool:
        """Not while somebody is working on the front page: their publication would win."""
        return not FrontPage.objects.filter(has_unpublished_changes=True).exists()

    def notes(self, plan: Plan, *, is_new: bool) -> list[str]:
        """Once: what an editor has taken away does not come back."""
        if not (plan.item.sticky and is_new):
            return []
        places = self.front_is_free and is_pinned(plan)
        return [PLACED if places else TO_PLACE]

    def place(self, brought: Iterable[tuple[Plan, Page]]) -> None:
        """The pinned of some new pages, which came from the oldest to the newest. In a
        transaction."""
        pages = [page for plan, page in brought if is_pinned(plan)]
        articles = [page for page in pages if isinstance(page, Article)]
        if articles and self.front_is_free:
            fronts.place(articles[::-1], first=self._stands_alone())

    def _stands_alone(self) -> bool:
        """Whether what stands on the front page came from the same site: older posts of it."""
        front = FrontPage.objects.get()
        there = {story.article_id for story in front.stories.all()}
        came = Import.objects.filter(
            source=self.move.source, kind=Import.Kind.ARTICLE, object_id__in=there
        )
        return came.count() == len(there)


def is_pinned(plan: Plan) -> bool:
    return plan.item.sticky and plan.model is Article and plan.state == Import.State.LIVE
