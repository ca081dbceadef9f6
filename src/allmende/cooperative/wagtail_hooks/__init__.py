"""Staff screens of the cooperative in Wagtail's admin."""

from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.contrib.settings.registry import register_setting
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from allmende.cooperative.models import CooperativePage
from allmende.cooperative.wagtail_hooks import (
    allocation,  # noqa: F401  as others here, it registers
    board,
    conversion,  # noqa: F401
    correction,  # noqa: F401
    declarations,
    figures,  # noqa: F401
    filing,  # noqa: F401
    inspection,  # noqa: F401
    members,
    register,
    reports,  # noqa: F401
    requests,
    settling,
    statistics,  # noqa: F401
    statutes,
    tasks,
    verification,  # noqa: F401
)
from allmende.cooperative.wagtail_hooks.words import QuestionViewSet, panels

ACTIONS = [
    ("declaration_typed", _("Type in a declaration"), _("A paper declaration was typed in")),
    ("declaration_mended", _("Mend a declaration"), _("What was typed in was mended")),
    ("declaration_arrived", _("Note an arrival"), _("A signed declaration has arrived")),
    ("paper_opened", _("Open a member's paper"), _("A member's paper was opened")),
    ("list_taken", _("Take a list away"), _("A list of the register was taken away")),
    ("extract_made", _("Make an extract"), _("An extract of the register was made")),
    ("refusal_told", _("Tell of a refusal"), _("A refusal was told by letter")),
    ("printout_sent", _("Send a printout"), _("A statute was sent on paper")),
    ("request_answered", _("Answer a request"), _("A member's request was answered")),
    ("statute_published", _("Publish a statute"), _("A statute was published")),
]


class Cooperative(SnippetViewSetGroup):
    menu_label = _("Cooperative")
    menu_name = "cooperative"
    menu_icon = "group"
    menu_order = 117
    items = (QuestionViewSet,)

    def get_submenu_items(self) -> list[Any]:
        screens = (
            board, tasks, requests, declarations, members, register, settling, statutes,
        )  # fmt: skip
        own = [item for screen in screens for item in screen.menu_items()]
        return [*own, *super().get_submenu_items()]


CooperativePage.edit_handler = panels
register_setting(CooperativePage, icon="group", order=112)
register_snippet(Cooperative)


@hooks.register("insert_global_admin_css")
def style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("cooperative/desk.css"))


@hooks.register("register_log_actions")
def log_actions(registry: LogActionRegistry) -> None:
    for name, label, message in ACTIONS:
        registry.register_action(f"cooperative.{name}", label, message)
