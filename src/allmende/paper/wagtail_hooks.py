"""The office's screen for the paper's settings."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.contrib.settings.registry import register_setting

from allmende.paper.contrast import DARK_PAGE, LIGHT_PAGE
from allmende.paper.forms import ColourInput, PaperForm
from allmende.paper.models import Paper

who = ObjectList(
    [
        FieldPanel("name"),
        FieldPanel("claim"),
        FieldPanel("legal_entity"),
        FieldRowPanel([FieldPanel("language"), FieldPanel("time_zone")]),
    ],
    heading=_("Name and legal entity"),
)
reached = ObjectList(
    [
        FieldPanel("street"),
        FieldRowPanel([FieldPanel("postcode"), FieldPanel("town"), FieldPanel("country")]),
        FieldRowPanel([FieldPanel("email"), FieldPanel("telephone")]),
    ],
    heading=_("Addresses"),
)
look = ObjectList(
    [
        FieldPanel("logo"),
        FieldPanel("text_font"),
        MultiFieldPanel(
            [
                FieldPanel("accent", widget=ColourInput(LIGHT_PAGE)),
                FieldPanel("accent_dark", widget=ColourInput(DARK_PAGE)),
            ],
            heading=_("Accent colour"),
        ),
    ],
    heading=_("Look"),
)
menus = ObjectList(
    [
        InlinePanel(
            "menu_items",
            panels=[
                FieldRowPanel([FieldPanel("label"), FieldPanel("place")]),
                FieldPanel("page"),
                FieldPanel("address"),
            ],
            heading=_("Menu items"),
            label=_("menu item"),
        )
    ],
    heading=_("Menus"),
)
machines = ObjectList(
    [FieldPanel("full_text_feeds"), FieldPanel("text_mining_allowed")],
    heading=_("Feeds and machines"),
)

Paper.edit_handler = TabbedInterface(
    [who, reached, look, menus, machines], base_form_class=PaperForm
)
register_setting(Paper, icon="home", order=100)
