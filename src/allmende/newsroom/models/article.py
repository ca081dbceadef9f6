"""The article: what an editor writes and a reader reads."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail.search import index

from allmende.newsroom.models.addresses import article_path
from allmende.newsroom.models.blocks import BodyBlock, lacks, missing_words
from allmende.newsroom.models.counters import Counter
from allmende.newsroom.models.editing import ArticleForm
from allmende.newsroom.models.headlines import LENGTH, headline_key
from allmende.newsroom.models.listings import too_many
from allmende.newsroom.models.page import Page
from allmende.newsroom.models.panels import tabs
from allmende.paper.models import Paper


class Article(Page):
    """An article. `title` is its headline; `number` never changes; `locale` is its language."""

    number = models.BigIntegerField(_("number"), unique=True, editable=False)
    kicker = models.CharField(_("kicker"), max_length=60, blank=True)
    short_headline = models.CharField(
        _("short headline"),
        max_length=80,
        blank=True,
        help_text=_("For menus, lists and mails."),
    )
    subheading = models.CharField(_("subheading"), max_length=255, blank=True)
    lead = models.TextField(_("lead"), blank=True, max_length=1000)
    teaser = models.TextField(
        _("teaser"),
        blank=True,
        max_length=500,
        help_text=_("For fronts and newsletters. Empty: the lead."),
    )
    place = models.CharField(pgettext_lazy("of the report", "place"), max_length=80, blank=True)
    picture = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        verbose_name=_("lead picture"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    picture_caption = models.CharField(_("caption of the lead picture"), max_length=400, blank=True)
    share_picture = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        verbose_name=_("picture for sharing"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: the lead picture."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("body"))
    section = models.ForeignKey(
        "newsroom.SectionPage",
        verbose_name=_("section"),
        on_delete=models.PROTECT,
        related_name="articles",
    )
    topics = ParentalManyToManyField("newsroom.Topic", verbose_name=_("topics"), blank=True)
    dossier = models.ForeignKey(
        "newsroom.DossierPage",
        verbose_name=_("dossier"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
    )
    updated_at = models.DateTimeField(
        _("meaningfully updated"),
        null=True,
        blank=True,
        help_text=_("Set it when readers should come back; small mends do not count."),
    )
    # Of the newest headline, a draft's included; two articles with one key say the same.
    headline_key = models.CharField(max_length=LENGTH, blank=True, editable=False)
    newsletter_box_on = models.BooleanField(_("newsletter box"), default=True)
    membership_box_on = models.BooleanField(_("membership box"), default=True)
    contribution_box_on = models.BooleanField(_("contribution box"), default=True)

    parent_page_types = ["newsroom.ArticleIndex"]
    subpage_types: list[str] = []
    template = "newsroom/article.html"
    base_form_class = ArticleForm
    edit_handler = tabs(Page.settings_panels[1:])
    search_fields = [
        *Page.search_fields,
        index.SearchField("kicker"),
        index.SearchField("subheading"),
        index.SearchField("lead"),
        index.SearchField("body"),
        index.FilterField("section_id"),
        index.FilterField("number"),
    ]
    # None: a live article must be ready to be read, a draft need not be. A form decides otherwise
    # while an editor saves a draft of a live article, or publishes one for the first time.
    must_be_ready: bool | None = None

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [
            models.Index(fields=["section"], name="article_section"),
            models.Index(fields=["headline_key", "page_ptr"], name="article_headline"),
        ]

    def get_url_parts(self, request: object = None) -> tuple[int, str, str]:
        return (self.pk, "", article_path(self.number or 0, self.slug or "-"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.number is None:
            self.number = Counter.take("article")
        self.note_headline()
        if (names := kwargs.get("update_fields")) and "draft_title" in names:
            kwargs["update_fields"] = [*names, "headline_key"]
        super().save(*args, **kwargs)

    def note_headline(self) -> None:
        self.headline_key = headline_key(self.draft_title or self.title)

    def clean(self) -> None:
        super().clean()
        if self.live if self.must_be_ready is None else self.must_be_ready:
            self.check_ready()

    def check_ready(self) -> None:
        """Raises ValidationError, by field, for what readers must not miss."""
        errors: dict[str, Any] = {}
        if not len(self.body):
            errors["body"] = _("An article needs at least one paragraph.")
        for name in ("picture", "share_picture"):
            picture = getattr(self, name)
            if picture and (words := missing_words(picture)):
                errors[name] = lacks(picture, words)
        if errors:
            raise ValidationError(errors)

    def listed_too_often(self) -> list[str]:
        """Why it may not be published with all its topics and authors; empty where it may."""
        authors = {byline.author_id for byline in self.bylines.all()}
        return too_many(len(self.topics.all()), len(authors), self.dossier_id is not None)

    @property
    def language(self) -> str:
        return self.locale.language_code

    @property
    def headline(self) -> str:
        return self.short_headline or self.title

    @property
    def teaser_text(self) -> str:
        return self.teaser or self.lead

    @property
    def picture_to_share(self) -> Any:
        """What networks and messengers show of the article: the first that may be shown."""
        candidates = (self.share_picture, self.picture)
        return next((picture for picture in candidates if picture and picture.shown), None)

    def boxes_on(self) -> set[str]:
        switches = {
            "newsletter": self.newsletter_box_on,
            "membership": self.membership_box_on,
            "contribution": self.contribution_box_on,
        }
        return {name for name, on in switches.items() if on}

    def listings(self, *, main: str = "") -> set[str]:
        """Names of the listings that this article belongs to while it is live.

        `main` is the paper's main language, where the caller knows it.
        """
        if self.language != (main or main_language()):
            return {f"language:{self.language}"}
        names = {"all", self.section.listing}
        names |= {topic.listing for topic in self.topics.all()}
        names |= {f"author:{byline.author_id}" for byline in self.bylines.all()}
        if self.dossier:
            names.add(self.dossier.listing)
        return names


def main_language() -> str:
    return Paper.load().language


class Byline(Orderable):
    """A name over an article."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="bylines")
    author = models.ForeignKey(
        "newsroom.Author",
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="bylines",
    )
    note = models.CharField(
        _("note"),
        max_length=80,
        blank=True,
        help_text=_("As: text, photographs, from Steinau."),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")


class RelatedArticle(Orderable):
    """A pointer to another article, chosen by an editor."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="related_links")
    related = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="+"
    )

    class Meta(Orderable.Meta):
        verbose_name = _("related article")
        verbose_name_plural = _("related articles")


class Correction(Orderable):
    """A dated note that says what was wrong. Readers see it wherever the article goes."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="corrections")
    date = models.DateField(_("date"))
    text = models.TextField(_("correction"), max_length=1000)

    class Meta(Orderable.Meta):
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
