"""What came back, for the office: a report of bounces and complaints, by reason."""

from typing import Any
from urllib.parse import urlencode

import django_filters
from django.db.models import Count, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from allmende.mailroom.bounces.wording import KINDS, REASONS
from allmende.mailroom.models import Bounce

POLICY = ModelPermissionPolicy(Bounce)


def reasons() -> list[tuple[str, str]]:
    """Each with the number of mails that came back for it."""
    counted = Bounce.objects.order_by().values_list("reason").annotate(Count("pk"))
    counts = dict(counted)
    return [
        (reason.value, f"{label} ({counts[reason.value]})")
        for reason, label in REASONS.items()
        if counts.get(reason.value)
    ]


class Filters(WagtailFilterSet):
    reason = django_filters.ChoiceFilter(label=_("Reason"), choices=reasons)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=list(KINDS.items()))
    address = django_filters.CharFilter(label=_("Address"), lookup_expr="icontains")
    at = django_filters.DateFromToRangeFilter(label=_("Came in"), widget=DateRangePickerWidget)

    class Meta:
        model = Bounce
        fields = ["reason", "kind", "hard", "address", "at"]


def letters_of(bounce: Bounce) -> str | None:
    """Where everything written to the address stands."""
    address = urlencode({"address": bounce.address})
    return f"{reverse('mailroom_letters')}?{address}" if bounce.address else None


class BouncesView(ReportView):
    model = Bounce
    page_title = _("Mail that came back")
    header_icon = "mail"
    filterset_class = Filters
    index_url_name = "mailroom_bounces"
    index_results_url_name = "mailroom_bounces_results"
    permission_policy = POLICY
    permission_required = "view"
    default_ordering = ["-at", "-pk"]
    list_export = ["at", "address", "kind", "reason", "hard", "status", "code", "words"]
    columns = [
        DateColumn("at", label=_("Came in")),
        TitleColumn("address", label=_("Address"), classname="mailing-address", get_url=letters_of),
        Column("kind", label=_("Kind"), accessor=lambda row: KINDS.get(row.kind, "")),
        Column("reason", label=_("Reason"), accessor=lambda row: REASONS.get(row.reason, "")),
        BooleanColumn("hard", label=_("Address is dead")),
        Column("mailing", label=_("Mailing"), accessor=lambda row: row.mailing or ""),
        Column("words", label=_("The server's words")),
    ]

    def get_queryset(self) -> QuerySet[Bounce]:
        subject = KeyTextTransform("subject", "message__batch__content")
        self.queryset = Bounce.objects.annotate(mailing=subject).order_by("-at", "-pk")
        found: QuerySet[Bounce] = super().get_queryset()
        return found

    def get_filename(self) -> str:
        return "bounces"


class BouncesItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(POLICY.user_has_permission(request.user, "view"))


@hooks.register("register_admin_urls")
def bounce_addresses() -> list[URLPattern]:
    show = BouncesView.as_view
    return [
        path("reports/bounces/", show(), name="mailroom_bounces"),
        path("reports/bounces/results/", show(results_only=True), name="mailroom_bounces_results"),
    ]


@hooks.register("register_reports_menu_item")
def bounces_item() -> Any:
    return BouncesItem(
        _("Mail that came back"), reverse("mailroom_bounces"), icon_name="mail", order=900
    )
