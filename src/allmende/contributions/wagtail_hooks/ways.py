"""Ways of paying: their order on the page, and a switch that hides one that is broken."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views import snippets

from allmende.contributions import ways
from allmende.paper.lists import SingleList
from allmende.payments import providers
from allmende.payments.models import Method


class Permissions(ModelPermissionPolicy):
    """Ways come and go with the house's folders; the office only orders and switches them."""

    def user_has_permission(self, user, action):  # type: ignore[no-untyped-def]
        return action not in ("add", "delete") and super().user_has_permission(user, action)


def title(method: Method) -> str:
    return ways.title(method.name)


def state(method: Method) -> str:
    """Whether readers can choose it, and if not, why."""
    if method.name not in providers.PROVIDERS:
        return gettext("no longer there")
    if not providers.get(method.name).ready():
        return gettext("not set up")
    return gettext("offered") if method.is_on else gettext("hidden by its switch")


class Reorder(generic.ReorderView):
    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Without a position it goes to the end."""
        position = request.GET.get("position", "")
        to = int(position) if position.isdecimal() else Method.objects.count()
        ways.move(get_object_or_404(Method, pk=pk), to=to)
        return JsonResponse({"success": True})


class List(SingleList):
    def get_base_queryset(self):  # type: ignore[no-untyped-def]
        ways.lay()
        return super().get_base_queryset()


register_permission_policy(Method, Permissions(Method))


class MethodViewSet(snippets.SnippetViewSet):
    model = Method
    icon = "order"
    menu_label = _("Ways of paying")
    copy_view_enabled = False
    inspect_view_enabled = False
    sort_order_field = "position"
    reorder_view_class = Reorder
    index_view_class = List
    list_display = [
        Column("title", label=_("Way of paying"), accessor=title),
        Column("state", label=_("Readers"), accessor=state),
        BooleanColumn("is_on", label=_("Switch")),
    ]
    edit_handler = ObjectList([FieldPanel("is_on")])
