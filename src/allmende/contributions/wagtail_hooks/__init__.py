"""Staff screens of contributions in Wagtail's admin."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.contrib.settings.registry import register_setting
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from allmende.contributions.models import Offer, PublicAccounts
from allmende.contributions.wagtail_hooks import contributors
from allmende.contributions.wagtail_hooks.ways import MethodViewSet
from allmende.contributions.wagtail_hooks.words import (
    AppealViewSet,
    CampaignViewSet,
    accounts_panels,
    panels,
)

ACTIONS = [
    ("statements", _("Take all statements"), _("All statements of a year taken")),
    ("declaration_done", _("Settle a declaration"), _("A declaration is settled")),
    ("pledge_paused", _("Pause a contribution"), _("A contribution was paused")),
    ("pledge_resumed", _("Resume a contribution"), _("A contribution goes on")),
    ("pledge_ended", _("End a contribution"), _("A contribution was ended")),
]


class Contributions(SnippetViewSetGroup):
    menu_label = _("Contributions")
    menu_name = "contributions"
    menu_icon = "pick"
    menu_order = 118
    items = (AppealViewSet, CampaignViewSet, MethodViewSet)

    def get_submenu_items(self) -> list[Any]:
        return [contributors.menu_item(), *super().get_submenu_items()]


Offer.edit_handler = panels
PublicAccounts.edit_handler = accounts_panels
register_setting(Offer, icon="pick", order=110)
register_setting(PublicAccounts, icon="view", order=111)
register_snippet(Contributions)


@hooks.register("register_log_actions")
def log_actions(registry: LogActionRegistry) -> None:
    for name, label, message in ACTIONS:
        registry.register_action(f"contributions.{name}", label, message)
