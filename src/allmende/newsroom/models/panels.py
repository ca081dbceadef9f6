"""How the article editor is laid out: what is written first comes first."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)

# Characters that fit well where a text stands. A wish, not a limit: nothing is cut.
FIT = {
    "kicker": 30,
    "title": 70,
    "short_headline": 40,
    "subheading": 120,
    "lead": 300,
    "teaser": 200,
    "picture_caption": 160,
}


def counted(name: str) -> dict[str, Any]:
    """Attributes of a panel that tell the editor's script to count."""
    return {
        "data-count": FIT[name],
        "data-count-said": _("Characters: {count} of about {most}"),
        "data-count-over": _("Characters: {count}, that is {over} more than fit well"),
    }


COUNTED_BODY = {
    "data-count-blocks": _("Characters: {count}"),
    "data-count-whole": _("The whole body: {count} characters, {words} words"),
}
STORY = [
    HelpPanel(template="newsroom/admin/out_panel.html"),
    HelpPanel(template="newsroom/admin/cautions_panel.html"),
    FieldPanel("kicker", attrs=counted("kicker")),
    TitleFieldPanel("title", heading=_("Headline"), attrs=counted("title")),
    FieldPanel("subheading", attrs=counted("subheading")),
    FieldPanel("lead", attrs=counted("lead")),
    MultiFieldPanel(
        [FieldPanel("picture"), FieldPanel("picture_caption", attrs=counted("picture_caption"))],
        heading=_("Lead picture"),
    ),
    FieldPanel("body", attrs=COUNTED_BODY),
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
    FieldPanel("short_headline", attrs=counted("short_headline")),
    FieldPanel("teaser", attrs=counted("teaser")),
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
