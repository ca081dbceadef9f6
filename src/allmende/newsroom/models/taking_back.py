"""What was done to many articles at once, kept for a while so that it can be taken back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from allmende.newsroom.models.article import Article


class BulkChange(models.Model):
    """before: by key of an article, what was so before; its shape is the deed's own. choice: the
    key of the section or topic that was chosen."""

    class Kind(models.TextChoices):
        REFILE = "refile", _("moved to a section")
        TOPIC = "topic", _("got a topic")
        BIN = "bin", _("put into the bin")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    choice = models.BigIntegerField(null=True)
    before = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("change of many articles")
        verbose_name_plural = _("changes of many articles")

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class BinnedArticle(models.Model):
    """An article in the bin, and what readers had of it, if it `was_live`."""

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, primary_key=True, related_name="binned"
    )
    at = models.DateTimeField(db_index=True)
    live_revision = models.ForeignKey(
        "wagtailcore.Revision", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    was_live = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("article in the bin")
        verbose_name_plural = _("articles in the bin")

    def __str__(self) -> str:
        return f"article {self.article_id}"
