"""What the search reads: one row an article that readers may find, and the words there are.

The engines index the rows by themselves, by triggers (SQLite, FTS5) or an index (PostgreSQL, GIN):
see the migration. So whatever writes or deletes a row, the index is in step in the same
transaction. On SQLite a migration that alters `SearchEntry` must lay the triggers anew.
"""

from django.db import models


class SearchEntry(models.Model):
    """An article as the search sees it. `place` orders by time of publication: no sorting.

    `words`: stems between spaces, zones between underscores, see `newsroom.search.index`.
    `text`: what excerpts are cut from.
    """

    place = models.BigIntegerField(primary_key=True)
    article = models.OneToOneField("newsroom.Article", on_delete=models.CASCADE, related_name="+")
    version = models.PositiveSmallIntegerField()
    words = models.TextField()
    text = models.TextField()

    def __str__(self) -> str:
        return f"article {self.article_id}"


class DraftEntry(models.Model):
    """What only staff may find: the newest text of an article that readers do not have. `place` is
    the article's key."""

    place = models.BigIntegerField(primary_key=True)
    article = models.OneToOneField("newsroom.Article", on_delete=models.CASCADE, related_name="+")
    version = models.PositiveSmallIntegerField()
    words = models.TextField()

    def __str__(self) -> str:
        return f"draft of article {self.article_id}"


class SearchWord(models.Model):
    """A stem that stands in some article: how compounds are found by their parts."""

    word = models.CharField(max_length=40, primary_key=True)
    backwards = models.CharField(max_length=40, db_index=True)

    def __str__(self) -> str:
        return self.word
