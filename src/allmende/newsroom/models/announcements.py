"""Announcements: what readers may know of an article before they may read it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from allmende.newsroom.models.article import Article


class Announcement(models.Model):
    """An article that is still to come (*Sperrfrist*): its headline, and from when on it is read.

    Its address says so until then. It counts for an article that was never live: one that was
    withdrawn is gone, whatever was once announced.
    """

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="announcement")
    headline = models.CharField(_("headline"), max_length=255)
    appears_at = models.DateTimeField(_("appears"))

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")

    def __str__(self) -> str:
        return self.headline
