"""Listings whose pages never shift.

An article takes the next free place of a listing when it is first published in it and keeps that
place; one that leaves, leaves a gap. Page n shows the places of its own range, so a publish or a
withdrawal changes one page of the archive, however long it is.
"""

from django.db import models

PER_PAGE = 30


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
