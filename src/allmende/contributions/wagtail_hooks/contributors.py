"""Who gives: the list, one pledge with its payments, what givers declared, statements in bulk."""

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy

from allmende.contributions import managing, receipts, ways
from allmende.contributions.campaigns import PURPOSE
from allmende.contributions.models import Declaration
from allmende.contributions.wagtail_hooks import on_behalf
from allmende.contributions.words import gives
from allmende.paper import identity
from allmende.payments.booking import left_of
from allmende.payments.models import Pledge
from allmende.people.views import person_of

PER_PAGE = 50


def check(request: HttpRequest, may: str) -> None:
    """Raises PermissionDenied. may: as "payments.view_pledge"."""
    if not request.user.has_perm(may):
        raise PermissionDenied


def way_of(pledge: Pledge) -> str:
    return ways.title(pledge.method)


def email_of(pledge: Pledge) -> str:
    return pledge.person.email if pledge.person else ""


class Filters(WagtailFilterSet):
    state = django_filters.ChoiceFilter(label=gettext_lazy("State"), choices=Pledge.State.choices)
    rhythm = django_filters.ChoiceFilter(
        label=gettext_lazy("Rhythm"), choices=Pledge.Rhythm.choices
    )

    class Meta:
        model = Pledge
        fields = ["state", "rhythm"]


class Contributors(generic.IndexView):
    """The newest first."""

    model = Pledge
    permission_policy = ModelPermissionPolicy(Pledge)
    any_permission_required = ["view"]
    paginate_by = PER_PAGE
    filterset_class = Filters
    is_searchable = True
    header_icon = "group"
    page_title = gettext_lazy("Contributors")
    index_url_name = "contributors"
    index_results_url_name = "contributors_results"
    default_ordering = "-pk"
    columns = [
        TitleColumn(
            "person",
            label=gettext_lazy("Giver"),
            accessor=lambda row: str(row.person or row.party),
            get_url=lambda row: reverse("contributor", args=[row.pk]),
        ),
        Column("email", label=gettext_lazy("E-mail address"), accessor=email_of),
        Column("gives", label=gettext_lazy("Contribution"), accessor=gives),
        Column("way", label=gettext_lazy("Way of paying"), accessor=way_of),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display"),
        DateColumn("created_at", label=gettext_lazy("Begun"), sort_key="created_at"),
    ]

    def get_base_queryset(self) -> QuerySet[Pledge]:
        rows = Pledge.objects.filter(purpose=PURPOSE).exclude(state=Pledge.State.DRAFT)
        rows = rows.select_related("person")
        return rows.prefetch_related("person__emailaddress_set", "person__contact_addresses")

    def search_queryset(self, queryset: QuerySet[Pledge]) -> QuerySet[Pledge]:
        if not self.is_searching:
            return queryset
        for word in self.search_query.split():
            queryset = queryset.filter(
                Q(person__first_name__icontains=word)
                | Q(person__last_name__icontains=word)
                | Q(person__contact_addresses__email__icontains=word)
                | Q(person__emailaddress__email__icontains=word)
                | Q(transfer_reference__iexact=word)
            )
        return queryset.distinct()

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [
            HeaderButton(
                _("Declarations of givers"),
                url=reverse("contribution_declarations"),
                icon_name="clipboard-list",
            ),
            HeaderButton(
                _("Yearly statements"), url=reverse("contribution_statements"), icon_name="download"
            ),
        ]


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One pledge: what it is, what was due and what came of it."""
    check(request, "payments.view_pledge")
    rows = Pledge.objects.filter(purpose=PURPOSE).select_related("person")
    pledge = get_object_or_404(rows, pk=pk)
    context = {
        "pledge": pledge,
        "gives": gives(pledge),
        "way": way_of(pledge),
        "items": pledge.items.order_by("-period").prefetch_related("attempts")[:60],
        "declarations": Declaration.objects.filter(pledge=pledge),
        "years": receipts.years(pledge.person) if pledge.person else [],
        "others": managing.of(pledge.person).exclude(pk=pk) if pledge.person else [],
        "may": on_behalf.choices(request, pledge, at=timezone.now()),
    }
    return TemplateResponse(request, "contributions/admin/contributor.html", context)


def statement(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """One giver's statement."""
    check(request, "payments.view_pledge")
    pledge = get_object_or_404(Pledge.objects.filter(purpose=PURPOSE), pk=pk)
    now, paper = timezone.now(), identity.paper()
    on = timezone.localdate(now, paper.time_zone_info)
    made = (
        receipts.statement(pledge.person, year=year, paper=paper, on=on, at=now)
        if pledge.person
        else None
    )
    if made is None:
        messages.warning(request, _("Nothing came in that year."))
        return redirect("contributor", pk)
    name = f'attachment; filename="beitraege-{year}-{pledge.person_id}.pdf"'
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": name})


def statements(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """All statements of a year in one file, made while it is sent."""
    check(request, "payments.view_pledge")
    this_year = timezone.localdate().year
    years = list(range(this_year, this_year - 6, -1))
    asked = request.POST.get("year", "")
    if request.method != "POST" or asked not in {str(year) for year in years}:
        context = {"years": [(year, receipts.count(year=year)) for year in years]}
        return TemplateResponse(request, "contributions/admin/statements.html", context)
    year, now, paper = int(asked), timezone.now(), identity.paper()
    log(identity.paper(), "contributions.statements", user=person_of(request), data={"year": year})
    on = timezone.localdate(now, paper.time_zone_info)
    name = f'attachment; filename="beitraege-{year}.zip"'
    return StreamingHttpResponse(
        receipts.all_statements(year=year, paper=paper, on=on, at=now),
        content_type="application/zip",
        headers={"Content-Disposition": name},
    )


class Declarations(generic.IndexView):
    """What is open stands first; it should be nothing."""

    model = Declaration
    permission_policy = ModelPermissionPolicy(Declaration)
    any_permission_required = ["view"]
    paginate_by = PER_PAGE
    header_icon = "clipboard-list"
    page_title = gettext_lazy("Declarations of givers")
    index_url_name = "contribution_declarations"
    index_results_url_name = "contribution_declarations_results"
    columns = [
        TitleColumn(
            "received_at",
            label=gettext_lazy("Received"),
            get_url=lambda row: reverse("contribution_declaration", args=[row.pk]),
        ),
        Column("kind", label=gettext_lazy("Kind"), accessor="get_kind_display"),
        Column("who", label=gettext_lazy("Giver"), accessor=lambda row: row.name or row.person),
        Column("email", label=gettext_lazy("E-mail address")),
        DateColumn("handled_at", label=gettext_lazy("Done")),
    ]

    def get_base_queryset(self) -> QuerySet[Declaration]:
        return Declaration.objects.select_related("person")

    def order_queryset(self, queryset: QuerySet[Declaration]) -> QuerySet[Declaration]:
        return queryset.order_by(F("handled_at").desc(nulls_first=True), "-received_at")


def declaration(request: HttpRequest, pk: int) -> HttpResponse:
    """One declaration; the office says when nothing is left to do."""
    check(request, "contributions.view_declaration")
    found = get_object_or_404(Declaration.objects.select_related("pledge", "person"), pk=pk)
    if request.method == "POST":
        check(request, "contributions.change_declaration")
        if "give_back" in request.POST:
            return give_back(request, found)
        if managing.settle(found, by=person_of(request), at=timezone.now()):
            log(found, "contributions.declaration_done", user=person_of(request))
            messages.success(request, _("It is done."))
        return redirect("contribution_declarations")
    paid = managing.here(found.pledge) if found.pledge and found.kind == "withdraw" else []
    context = {"declaration": found, "paid": [(one, left_of(one)) for one in paid]}
    return TemplateResponse(request, "contributions/admin/declaration.html", context)


def give_back(request: HttpRequest, found: Declaration) -> HttpResponse:
    """What is here of a withdrawn contribution."""
    if managing.give_back(found, by=person_of(request), at=timezone.now()):
        log(found, "contributions.declaration_done", user=person_of(request))
        messages.success(
            request,
            _("It goes back by the way it came; by bank, two persons release it under Payouts."),
        )
    return redirect("contribution_declaration", found.pk)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("contributions/givers/", Contributors.as_view(), name="contributors"),
        path(
            "contributions/givers/results/",
            Contributors.as_view(results_only=True),
            name="contributors_results",
        ),
        path("contributions/givers/<int:pk>/", show, name="contributor"),
        *on_behalf.addresses(),
        path(
            "contributions/givers/<int:pk>/<int:year>.pdf", statement, name="contributor_statement"
        ),
        path("contributions/statements/", statements, name="contribution_statements"),
        path(
            "contributions/declarations/", Declarations.as_view(), name="contribution_declarations"
        ),
        path(
            "contributions/declarations/results/",
            Declarations.as_view(results_only=True),
            name="contribution_declarations_results",
        ),
        path("contributions/declarations/<int:pk>/", declaration, name="contribution_declaration"),
    ]


class ContributorsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        shown: bool = request.user.has_perm("payments.view_pledge")
        return shown


def menu_item() -> MenuItem:
    return ContributorsItem(_("Contributors"), reverse("contributors"), icon_name="group", order=10)
