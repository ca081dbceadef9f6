"""Issues of newsletters.

Issue  one letter of a newsletter: its words, its state, who wrote and approved it, its mailing
Item   an article in an issue, with words of its own where the editor wrote some

The database enforces: one issue a newsletter and day; an article once in an issue; nothing is
approved without its content and the time, and nothing leaves without a mailing.
"""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.bakery.ingredients import Traced
from allmende.editions.models import Edition
from allmende.mailroom.models import Batch
from allmende.newsletters.models.subscriptions import Newsletter
from allmende.newsroom.models import Article

# In greetings, this becomes the reader's name with a space before, where the name is known.
NAME = "[[name]]"


class Issue(Traced):
    """`date`: the day on which it leaves. `since`: it gathers what was published from then until it
    was drafted. `version` counts edits, so that nobody approves what they have not seen.
    `appeared_at`: from then on its page is public. `faults`: why it could not leave yet, as
    `readiness` names it."""

    trace = "issue"

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        STOPPED = "stopped", _("stopped")

    newsletter = models.ForeignKey(
        Newsletter,
        on_delete=models.PROTECT,
        related_name="issues",
        verbose_name=_("newsletter"),
    )
    number = models.PositiveIntegerField(_("number"), editable=False)
    date = models.DateField(_("day"))
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.DRAFT, editable=False
    )
    subject = models.CharField(
        _("subject"), max_length=150, help_text=_("Mail programs show some 50 characters.")
    )
    preheader = models.CharField(
        _("preheader"),
        max_length=150,
        blank=True,
        help_text=_("Stands behind the subject in the list of mails. Empty: the first headlines."),
    )
    greeting = models.CharField(
        _("greeting"),
        max_length=150,
        help_text=_("[[name]] becomes the reader's name, as far as we know it."),
    )
    opening = models.TextField(
        _("opening words"),
        blank=True,
        max_length=2000,
        help_text=_("A few sentences before the articles, or nothing."),
    )
    edition = models.ForeignKey(
        Edition,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("of the paper", "edition"),
    )
    version = models.PositiveIntegerField(default=0, editable=False)
    drafted_at = models.DateTimeField(_("drafted"), editable=False)
    since = models.DateTimeField(_("gathers since"), null=True, editable=False)
    send_at = models.DateTimeField(_("leaves at"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("last written by"),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    content = models.JSONField(_("content"), null=True, editable=False)
    appeared_at = models.DateTimeField(_("appeared"), null=True, editable=False)
    faults = models.JSONField(_("faults"), default=list, editable=False)
    batch = models.OneToOneField(
        Batch,
        on_delete=models.PROTECT,
        null=True,
        related_name="issue",
        editable=False,
        verbose_name=_("mailing"),
    )
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    class Meta:
        verbose_name = _("newsletter issue")
        verbose_name_plural = _("newsletter issues")
        ordering = ["-date", "newsletter"]
        permissions = [("approve_issue", _("Can approve, pause and stop issues"))]
        constraints = [
            models.UniqueConstraint(
                fields=["newsletter", "date"],
                name="one_issue_a_day",
                violation_error_message=_("This newsletter has an issue of that day already."),
            ),
            models.UniqueConstraint(fields=["newsletter", "number"], name="issue_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "stopped"])
                | Q(approved_at__isnull=False, content__isnull=False),
                name="issue_approved_is_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sending", "sent"])
                | Q(batch__isnull=False, appeared_at__isnull=False),
                name="issue_leaves_as_a_mailing",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "stopped"], ended_at__isnull=False)
                | ~Q(state__in=["sent", "stopped"]) & Q(ended_at__isnull=True),
                name="issue_ended_has_its_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "send_at"], name="issue_at_hand")]

    def __str__(self) -> str:
        return f"{self.newsletter}, {self.date.isoformat()}"

    @property
    def url(self) -> str:
        """Where it stands on the web, from `appeared_at` on."""
        return f"{self.newsletter.url}{self.date.isoformat()}/"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    def leaves_at(self, zone: dt.tzinfo) -> dt.datetime:
        """When an issue of this day leaves by the newsletter's rhythm."""
        return dt.datetime.combine(self.date, self.newsletter.time, tzinfo=zone)


class Item(models.Model):
    """An article in an issue. `headline` and `teaser` are what the editor wrote for the letter;
    approval fills in the article's own where they are empty. `embargoed`: it is announced without
    a link and stays unpublished, where others go live with the issue."""

    class Part(models.TextChoices):
        TOPICS = "topics", _("most important topics")
        HIGHLIGHTS = "highlights", _("highlights of the edition")

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="items")
    part = models.CharField(_("part"), max_length=10, choices=Part.choices)
    place = models.PositiveIntegerField(default=0)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    headline = models.CharField(_("headline"), max_length=255, blank=True)
    teaser = models.TextField(_("teaser"), max_length=600, blank=True)
    embargoed = models.BooleanField(_("announced only"), default=False)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "article"], name="issue_article_once"),
        ]

    def __str__(self) -> str:
        return self.headline or str(self.article.draft_title or self.article.title)
