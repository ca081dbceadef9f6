"""Articles that lack something which readers would miss, where nobody stood beside to be told."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from allmende.newsroom.models.article import Article


class Unready(models.Model):
    """due_at: when its time came; it is held back until nothing is missing. None: it is live, as
    another system had it. looked_at: when that was last found to be so."""

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, primary_key=True, related_name="unready"
    )
    due_at = models.DateTimeField(null=True, db_index=True)
    looked_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("unready article")
        verbose_name_plural = _("unready articles")

    def __str__(self) -> str:
        return f"article {self.article_id}"
