"""Addresses of articles: a number that never changes, and every slug it ever went with."""

from django.db import models


class ArticleNumber(models.Model):
    """The counter that article numbers come from; one row."""

    last = models.BigIntegerField(default=0)

    @classmethod
    def take(cls) -> int:
        """The next number. The row lock makes two takers wait for each other."""
        cls.objects.get_or_create(pk=1)
        cls.objects.filter(pk=1).update(last=models.F("last") + 1)
        return cls.objects.values_list("last", flat=True).get(pk=1)

    @classmethod
    def reserve(cls, number: int) -> None:
        """Never hands out `number` or one below it (an import brought it along)."""
        cls.objects.get_or_create(pk=1)
        cls.objects.filter(pk=1, last__lt=number).update(last=number)


class ArticleAddress(models.Model):
    """An address that readers have seen. It outlives its article: then it answers 410."""

    number = models.BigIntegerField()
    slug = models.SlugField(max_length=255)
    article = models.ForeignKey(
        "newsroom.Article", on_delete=models.SET_NULL, null=True, related_name="addresses"
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
