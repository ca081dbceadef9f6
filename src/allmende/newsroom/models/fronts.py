"""Pages that gather or stand alone: front page, sections, dossiers, info pages."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, PageChooserPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable

from allmende.newsroom.models.blocks import TextBlock
from allmende.newsroom.models.page import Page

# First parts of addresses that belong to the house; a section or info page cannot take them.
RESERVED = {
    "artikel", "thema", "von", "dossier", "sprache", "archiv", "ticker", "look", "icon", "feed",
    "feeds", "manifest", "favicon",
    "static", "media", "redaktion", "konto", "dokumente", "suche", "newsletter", "mitglied",
    "beitrag", "kampagne", "offene-buecher", "open-books", "ausgabe",
    "404", "410", "503", "robots", "sitemap",
}  # fmt: skip


class Addressed(Page):
    """A page whose address is its slug alone, wherever it hangs in the tree."""

    prefix = "/"
    suffix = "/"

    class Meta:
        abstract = True

    def get_url_parts(self, request: object = None) -> tuple[int, str, str]:
        return (self.pk, "", f"{self.prefix}{self.slug}{self.suffix}")

    def clean(self) -> None:
        super().clean()
        if self.prefix == "/" and self.slug in RESERVED:
            raise ValidationError(
                {"slug": _("This address belongs to the system; choose another.")}
            )


class FrontPage(Page):
    """The paper's front page. Slots that the editor leaves empty fill themselves by newest."""

    max_count = 1
    parent_page_types = ["newsroom.Page"]
    template = "newsroom/front.html"

    content_panels = [
        *Page.content_panels,
        InlinePanel("stories", heading=_("Stories"), label=_("story")),
    ]

    class Meta:
        verbose_name = _("front page")

    def get_url_parts(self, request: object = None) -> tuple[int, str, str]:
        return (self.pk, "", "/")


class FrontStory(Orderable):
    """A story that an editor has placed."""

    class Slot(models.TextChoices):
        LEAD = "lead", _("Lead story")
        SECOND = "second", _("Second row")
        SECTION = "section", _("First of its section")

    front = ParentalKey(FrontPage, on_delete=models.CASCADE, related_name="stories")
    slot = models.CharField(_("slot"), max_length=8, choices=Slot.choices, default=Slot.SECOND)
    article = models.ForeignKey(
        "newsroom.Article",
        verbose_name=_("article"),
        on_delete=models.CASCADE,
        related_name="+",
    )

    panels = [FieldPanel("slot"), PageChooserPanel("article", "newsroom.Article")]

    class Meta(Orderable.Meta):
        verbose_name = _("story")
        verbose_name_plural = _("stories")


class SectionPage(Addressed):
    """A section (Ressort) of the paper."""

    class Rhythm(models.TextChoices):
        PICTURE = "picture", _("One large with picture, a list beside it")
        COLUMNS = "columns", _("Three columns of text")
        LIST = "list", _("A list with small pictures")

    intro = models.TextField(_("introduction"), blank=True)
    rhythm = models.CharField(
        _("rhythm on the front page"),
        max_length=8,
        choices=Rhythm.choices,
        default=Rhythm.PICTURE,
    )
    place_in_menu = models.PositiveSmallIntegerField(_("place on the front page"), default=100)

    parent_page_types = ["newsroom.FrontPage"]
    subpage_types: list[str] = []
    template = "newsroom/section.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("rhythm"),
        FieldPanel("place_in_menu"),
    ]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    @property
    def listing(self) -> str:
        return f"section:{self.pk}"


class DossierPage(Addressed):
    """Articles on one matter, gathered."""

    intro = RichTextField(_("introduction"), blank=True, features=["bold", "italic", "link"])

    prefix = "/dossier/"
    parent_page_types = ["newsroom.FrontPage"]
    subpage_types: list[str] = []
    template = "newsroom/listing.html"
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")

    @property
    def listing(self) -> str:
        return f"dossier:{self.pk}"


class InfoPage(Addressed):
    """Imprint, privacy, about: a page of text."""

    body = StreamField(TextBlock(), verbose_name=_("text"))

    suffix = ".html"
    parent_page_types = ["newsroom.FrontPage"]
    subpage_types: list[str] = []
    template = "newsroom/info.html"
    content_panels = [*Page.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("info page")
        verbose_name_plural = _("info pages")


class ArticleIndex(Page):
    """Holds all articles; readers never see it. Where an article hangs says nothing about it."""

    max_count = 1
    parent_page_types = ["newsroom.FrontPage"]
    subpage_types = ["newsroom.Article"]
    children_share_slugs = True  # the number tells their addresses apart

    class Meta:
        verbose_name = _("articles")

    def get_url_parts(self, request: object = None) -> tuple[int, str, str]:
        return (self.pk, "", "/archiv/")
