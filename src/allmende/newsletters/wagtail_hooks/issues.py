"""The list of issues; each is written and watched at its desk (`issue_desk`)."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from allmende.newsletters import drafting, issue_desk
from allmende.newsletters.issue_forms import NextIssueForm
from allmende.newsletters.models import Issue


class DraftIssue(generic.CreateView):
    """An issue before its time."""

    def save_instance(self) -> Issue:
        chosen = self.form.cleaned_data
        issue, _made = drafting.draft(
            chosen["newsletter"], day=chosen["date"], at=timezone.now(), by=self.request.user
        )
        return issue

    def get_success_url(self) -> str:
        return issue_desk.desk_url(self.object)


class ToDesk(generic.EditView):
    """Nothing of an issue is changed but at its desk."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("issue_desk", self.object.pk)


class IssueViewSet(ModelViewSet):
    model = Issue
    icon = "mail"
    menu_label = _("Letters")
    menu_order = 116
    add_to_admin_menu = True
    add_view_class = DraftIssue
    edit_view_class = ToDesk
    copy_view_enabled = False
    inspect_view_enabled = False
    list_filter = ["newsletter", "state"]
    search_fields = ["subject"]
    list_display = [
        TitleColumn("subject", label=_("Issue"), get_url=issue_desk.desk_url),
        Column("newsletter", label=_("Newsletter")),
        Column("state", label=_("State"), accessor="get_state_display", sort_key="state"),
        Column("send_at", label=_("Leaves"), accessor=lambda issue: moment(issue.send_at)),
        Column("letters", label=_("Letters"), accessor=lambda issue: letters(issue)),
    ]

    def get_form_class(self, for_update: bool = False) -> type:
        return NextIssueForm

    def get_index_view_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_index_view_kwargs()
        return kwargs | {"queryset": listed()}


def listed() -> QuerySet[Issue]:
    rows = Issue.objects.select_related("newsletter", "batch").defer("content")
    return rows.order_by("-send_at", "-pk")


def moment(at: dt.datetime) -> str:
    """To come or past; Wagtail's own column knows the past only."""
    return date_format(localtime(at), "SHORT_DATETIME_FORMAT")


def letters(issue: Issue) -> str:
    return str(issue.batch.total) if issue.batch else ""


@hooks.register("register_admin_viewset")
def issues() -> IssueViewSet:
    return IssueViewSet("issues")


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return issue_desk.addresses()


@hooks.register("insert_global_admin_css")
def style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("newsletters/issue.css"))
