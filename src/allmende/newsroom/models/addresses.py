"""Addresses of articles: a number that never changes, and every slug it ever went with."""

from django.db import models


class ArticleAddress(models.Model):
    """An address that readers have seen. It outlives its article: then it answers 410."""

    number = models.BigIntegerField()
    slug = models.SlugField(max_length=255)
    article = models.ForeignKey(
        "newsroom.Article",
        on_delete=models.SET_NULL,
        null=True,
        related_name="addresses",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "slug"], name="article_address_once")
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def path(self) -> str:
        return article_path(self.number, self.slug)


def article_path(number: int, slug: str) -> str:
    return f"/artikel/{number}.{slug}.html"
