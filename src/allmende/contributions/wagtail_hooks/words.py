"""What asks: appeals and campaigns, edited beside a preview; and the words of the page."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
)
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.views import snippets

from allmende.contributions.models import Appeal, Campaign
from allmende.contributions.words import shown
from allmende.paper.lists import SingleList


def brought(appeal: Appeal) -> str:
    """Sums; nobody's row says by which appeal they came."""
    rows = list(appeal.counts.all())
    begun, given = sum(row.begun for row in rows), sum(row.given for row in rows)
    return gettext("%(given)d of %(begun)d") % {"given": given, "begun": begun}


class AppealViewSet(snippets.SnippetViewSet):
    model = Appeal
    icon = "comment"
    menu_label = _("Appeals")
    copy_view_enabled = True
    inspect_view_enabled = False
    index_view_class = SingleList
    list_display = [
        "name",
        Column("section", label=_("Section")),
        Column("campaign", label=_("Campaign")),
        Column("every", label=_("How often"), accessor="get_every_display"),
        BooleanColumn("stands", label=_("Stands today")),
        Column("brought", label=_("Promised, of those who went on"), accessor=brought),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            MultiFieldPanel(
                [
                    FieldPanel("heading"),
                    FieldPanel("sentence"),
                    FieldPanel("button"),
                    FieldPanel("next_words"),
                    FieldPanel("language"),
                ],
                heading=_("What readers see"),
            ),
            MultiFieldPanel(
                [
                    PageChooserPanel("section", "newsroom.SectionPage"),
                    FieldPanel("campaign"),
                    FieldPanel("every"),
                    FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                    FieldPanel("is_on"),
                ],
                heading=_("Where and when"),
            ),
        ]
    )

    def get_queryset(self, request):  # type: ignore[no-untyped-def]
        rows = Appeal.objects.select_related("section", "campaign")
        return rows.prefetch_related("counts")


def standing(campaign: Campaign) -> str:
    given = shown(campaign.given)
    goal = shown(campaign.goal)
    return f"{given} / {goal}"


class CampaignViewSet(snippets.SnippetViewSet):
    model = Campaign
    icon = "tasks"
    menu_label = _("Campaigns")
    copy_view_enabled = False
    inspect_view_enabled = False
    index_view_class = SingleList
    list_display = [
        "title",
        Column("standing", label=_("Given, and goal"), accessor=standing),
        Column("starts_on", label=_("First day")),
        Column("ends_on", label=_("Last day")),
        BooleanColumn("is_public", label=_("Readers see it")),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("slug"),
            FieldPanel("lead"),
            FieldPanel("text"),
            FieldPanel("language"),
            FieldPanel("goal_euros"),
            FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
            FieldPanel("is_public"),
        ]
    )


panels = ObjectList(
    [
        MultiFieldPanel(
            [FieldPanel("heading"), FieldPanel("intro")], heading=_("Words above the form")
        ),
        MultiFieldPanel(
            [
                FieldPanel("first_rhythm"),
                FieldPanel("monthly"),
                FieldPanel("quarterly"),
                FieldPanel("yearly"),
                FieldPanel("once"),
                FieldPanel("least_euros"),
            ],
            heading=_("Suggested amounts"),
            help_text=_("Readers may write any other amount."),
        ),
    ]
)

accounts_panels = ObjectList(
    [
        FieldPanel("is_public"),
        MultiFieldPanel(
            [FieldPanel("intro_de"), FieldPanel("intro_en")],
            heading=_("Introduction"),
            help_text=_("What contributions pay for, in a few sentences."),
        ),
        MultiFieldPanel(
            [
                FieldPanel("shows_months"),
                FieldPanel("goal_euros"),
                FieldPanel("shows_givers"),
                FieldPanel("shows_ways"),
                FieldPanel("shows_fees"),
            ],
            heading=_("What is told"),
            help_text=_(
                "Counted from the books each night. What fewer than five people gave is never told"
                " by itself."
            ),
        ),
    ]
)
