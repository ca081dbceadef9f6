"""Staff screens for lists of subscribers: hand in, look at the report, take in."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from allmende.importers.forms import ColumnsForm, ListForm
from allmende.importers.models import SubscriberList
from allmende.importers.subscribers import load, words
from allmende.importers.tables import Unreadable
from allmende.importers.tasks import carry_on
from allmende.people.views import person_of

State = SubscriberList.State
MAY = "newsletters.import_subscription"
SHOWN = 50


def check(request: HttpRequest) -> None:
    """Raises PermissionDenied."""
    if not request.user.has_perm(MAY):
        raise PermissionDenied


def list_of(request: HttpRequest, pk: int) -> SubscriberList:
    check(request)
    rows = SubscriberList.objects.select_related("newsletter", "by").defer("content")
    return get_object_or_404(rows, pk=pk)


def lists(request: HttpRequest) -> HttpResponse:
    """The last lists, and the form for the next."""
    check(request)
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    if request.method == "POST" and form.is_valid():
        try:
            found = load.hand_in(
                form.cleaned_data["newsletter"],
                raw=form.raw,
                name=str(form.cleaned_data["file"].name),
                words=form.cleaned_data["words"],
                source=form.cleaned_data["source"],
                at=timezone.now(),
                by=person_of(request),
            )
        except Unreadable as error:
            form.add_error("file", words.unreadable(error))
        else:
            return go_on(found)
    rows = SubscriberList.objects.select_related("newsletter", "by").defer("content")
    context = {"form": form, "lists": rows.order_by("-pk")[:SHOWN]}
    return TemplateResponse(request, "importers/admin/lists.html", context)


def go_on(found: SubscriberList) -> HttpResponse:
    if found.state in SubscriberList.RUNNING:
        carry_on.enqueue(found.pk)
    return redirect("subscriber_list", found.pk)


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a list is, its report, its columns, and what can be done with it."""
    found = list_of(request, pk)
    context: dict[str, Any] = {
        "list": found,
        "running": found.state in SubscriberList.RUNNING,
        "percent": 100 * found.done // max(found.total, 1),
        "counts": words.counts(found.report),
        "faults": words.faults(found.report),
        "refused": found.report.get("counts", {}).get("wrong", 0),
        "new": found.report.get("counts", {}).get("new", 0),
    }
    if found.state in (State.MAPPING, State.CHECKED):
        context["columns"] = ColumnsForm(found, load.table_of(found).header)
    return TemplateResponse(request, "importers/admin/list.html", context)


@require_POST
def name_columns(request: HttpRequest, pk: int) -> HttpResponse:
    found = list_of(request, pk)
    if found.content is None:
        return redirect("subscriber_list", pk)
    form = ColumnsForm(found, load.table_of(found).header, request.POST)
    if not form.is_valid():
        context = {"list": found, "columns": form, "counts": [], "faults": []}
        return TemplateResponse(request, "importers/admin/list.html", context)
    if not load.map_columns(found, form.named(), at=timezone.now()):
        messages.error(request, _("It is being taken in already."))
    return go_on(found)


@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in, go on, or give up: whichever button was pressed."""
    found = list_of(request, pk)
    do, now = request.POST.get("do"), timezone.now()
    if do == "take in" and not load.begin(found, at=now):
        messages.error(request, _("It is not looked through, or is being taken in already."))
    elif do == "give up":
        if load.give_up(found, at=now):
            messages.success(request, _("The list is forgotten. Who was taken in stays."))
        return redirect("subscriber_lists")
    return go_on(found)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("subscriber-lists/", lists, name="subscriber_lists"),
        path("subscriber-lists/<int:pk>/", show, name="subscriber_list"),
        path("subscriber-lists/<int:pk>/columns/", name_columns, name="subscriber_list_columns"),
        path("subscriber-lists/<int:pk>/run/", run, name="subscriber_list_run"),
    ]


class ListsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(MAY))


@hooks.register("register_admin_menu_item")
def lists_item() -> MenuItem:
    url = reverse("subscriber_lists")
    return ListsItem(gettext_lazy("Subscriber lists"), url, icon_name="table", order=118)


@hooks.register("register_log_actions")
def log_actions(registry: LogActionRegistry) -> None:
    registry.register_action(
        "importers.subscribers_taken_in",
        gettext_lazy("Take in subscribers"),
        gettext_lazy("Subscribers of a list taken in"),
    )
