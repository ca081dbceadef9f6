"""Lists that should be empty: one screen, and what of it waits on the staff's first screen."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from allmende.cooperative import duties
from allmende.cooperative.wagtail_hooks.rights import SEE, Screen, allowed


@require_safe
@allowed(SEE)
def shown(request: HttpRequest) -> HttpResponse:
    found = duties.every(on=timezone.localdate())
    waits = [duty for duty in found if duty.count]
    context = {"waits": waits, "empty": [duty for duty in found if not duty.count]}
    return render(request, "cooperative/admin/tasks.html", context)


class Tasks(Component):
    name = "cooperative"
    order = 200
    template_name = "cooperative/admin/tasks_panel.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"waits": duties.open_ones(on=timezone.localdate())}


# After the newsroom's, which stands alone otherwise.
@hooks.register("construct_homepage_panels", order=100)
def today(request: HttpRequest, panels: list[Any]) -> None:
    if request.user.has_perm(SEE):
        panels.append(Tasks())


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("cooperative/tasks/", shown, name="coop_tasks")]


def menu_items() -> list[MenuItem]:
    return [Screen(_("Tasks"), reverse("coop_tasks"), icon_name="tasks", order=7, rights=[SEE])]
