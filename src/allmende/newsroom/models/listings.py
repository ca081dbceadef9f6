"""Listings whose pages never shift.

An article takes the next free place of a listing when it is first published in it and keeps that
place; one that leaves, leaves a gap. Page n shows the places of its own range, so a publish or a
withdrawal changes one page of the archive, however long it is.
"""

from django.db import models
from django.utils.translation import ngettext

PER_PAGE = 30
# Topics, authors and the dossier of one article: each has a page of its newest, a numbered one and
# three feeds, and one publication renews sixty pages at the most.
MOST_BESIDE = 6


def too_many(topics: int, authors: int, dossier: bool) -> list[str]:
    """The sentence for who may publish, where an article stands in more listings than it can."""
    over = topics + authors + dossier - MOST_BESIDE
    if over <= 0:
        return []
    said = ngettext(
        "An article can stand under %(most)d topics, authors and dossiers together, for each of "
        "them has pages that are renewed with it. Take away %(over)d.",
        "An article can stand under %(most)d topics, authors and dossiers together, for each of "
        "them has pages that are renewed with it. Take away %(over)d of them.",
        over,
    )
    return [said % {"most": MOST_BESIDE, "over": over}]


class ListingEntry(models.Model):
    """An article's place in a listing such as "section:4" or "topic:7"."""

    listing = models.CharField(max_length=80)
    place = models.PositiveIntegerField()
    article = models.ForeignKey(
        "newsroom.Article", on_delete=models.CASCADE, related_name="listing_entries"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listing", "place"], name="listing_place_once"),
            models.UniqueConstraint(fields=["article", "listing"], name="listing_article_once"),
        ]

    def __str__(self) -> str:
        return f"{self.listing}/{self.place}"

    @property
    def page(self) -> int:
        return self.place // PER_PAGE + 1
