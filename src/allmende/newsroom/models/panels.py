"""How the article editor is laid out: what is written first comes first."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)

STORY = [
    FieldPanel("kicker"),
    TitleFieldPanel("title", heading=_("Headline")),
    FieldPanel("subheading"),
    FieldPanel("lead"),
    MultiFieldPanel(
        [FieldPanel("picture"), FieldPanel("picture_caption")],
        heading=_("Lead picture"),
    ),
    FieldPanel("body"),
    InlinePanel("bylines", heading=_("Bylines"), label=_("byline")),
    FieldPanel("place"),
]
PLACING = [
    FieldPanel("section"),
    FieldPanel("topics"),
    FieldPanel("dossier"),
    InlinePanel(
        "related_links",
        heading=_("Related articles"),
        label=_("article"),
        panels=[PageChooserPanel("related", "newsroom.Article")],
    ),
    FieldRowPanel([FieldPanel("language"), FieldPanel("slug")]),
    FieldPanel("short_headline"),
    FieldPanel("teaser"),
    FieldPanel("share_picture"),
]
AFTERWARDS = [
    PublishingPanel(),
    FieldPanel("updated_at"),
    InlinePanel("corrections", heading=_("Corrections"), label=_("correction")),
    MultiFieldPanel(
        [
            FieldPanel("newsletter_box_on"),
            FieldPanel("membership_box_on"),
            FieldPanel("contribution_box_on"),
        ],
        heading=_("Boxes in this article"),
    ),
]


def tabs(settings_panels: list) -> TabbedInterface:
    """The editor's three tabs; `settings_panels` brings Wagtail's comments along."""
    return TabbedInterface(
        [
            ObjectList(STORY, heading=_("Story")),
            ObjectList(PLACING, heading=_("Where it stands")),
            ObjectList([*AFTERWARDS, *settings_panels], heading=_("Publishing")),
        ]
    )
