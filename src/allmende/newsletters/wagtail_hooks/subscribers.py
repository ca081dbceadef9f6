"""Subscribers of a newsletter: the list, one of them with their history, and the list to take away.

Nobody is confirmed here: that takes a proof, which a person gives by a mailed link or a list
brings along.
"""

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy

from allmende.newsletters import export, finding, growth, history, subscribe
from allmende.newsletters.models import Change, Newsletter, Subscription
from allmende.people.views import person_of

State = Subscription.State
PER_PAGE = 50


def check(request: HttpRequest, may: str) -> None:
    """Raises PermissionDenied. may: view, change or export."""
    if not request.user.has_perm(f"newsletters.{may}_subscription"):
        raise PermissionDenied


class Filters(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=State.choices,
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("All"),
    )

    class Meta:
        model = Subscription
        fields = ["state"]


class Subscribers(generic.IndexView):
    """The newest first, and each page as quick as the first."""

    model = Subscription
    permission_policy = ModelPermissionPolicy(Subscription)
    any_permission_required = ["view"]
    paginator_class = finding.Keyset
    paginate_by = PER_PAGE
    filterset_class = Filters
    is_searchable = True
    header_icon = "group"
    page_title = gettext_lazy("Subscribers")
    results_template_name = "newsletters/admin/subscribers_results.html"
    columns = [
        TitleColumn(
            "address",
            label=gettext_lazy("Address"),
            accessor="address.email",
            get_url=lambda row: reverse("newsletter_subscriber", args=[row.pk]),
        ),
        Column(
            "name",
            label=gettext_lazy("Name"),
            accessor="person.get_full_name",
            classname="where-wide",
        ),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display"),
        DateColumn("confirmed_at", label=gettext_lazy("Confirmed"), classname="where-wide"),
        DateColumn("changed_at", label=gettext_lazy("Last change"), classname="where-wide"),
    ]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.newsletter = get_object_or_404(Newsletter, pk=kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.newsletter.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            *crumbs(self.newsletter),
            {"url": "", "label": self.page_title},
        ]

    def get_index_url(self) -> str:
        return reverse("newsletter_subscribers", args=[self.newsletter.pk])

    def get_index_results_url(self) -> str:
        return reverse("newsletter_subscribers_results", args=[self.newsletter.pk])

    def get_base_queryset(self) -> QuerySet[Subscription]:
        rows = Subscription.objects.filter(newsletter=self.newsletter)
        return rows.select_related("person", "address")

    def order_queryset(self, queryset: QuerySet[Subscription]) -> QuerySet[Subscription]:
        return queryset  # the pages are made by key

    def search_queryset(self, queryset: QuerySet[Subscription]) -> QuerySet[Subscription]:
        if not self.is_searching:
            return queryset
        return finding.matching(queryset, words=self.search_query)

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        growth_url = reverse("newsletter_growth", args=[self.newsletter.pk])
        buttons = [HeaderButton(_("Growth"), growth_url, icon_name="history")]
        if self.request.user.has_perm("newsletters.export_subscription"):
            url = reverse("newsletter_export", args=[self.newsletter.pk])
            buttons.append(HeaderButton(_("Export"), url, icon_name="download"))
        return buttons


def crumbs(newsletter: Newsletter) -> list[dict[str, Any]]:
    url = reverse(Newsletter.snippet_viewset.get_url_name("list"))
    return [{"url": url, "label": _("Newsletters")}, {"url": "", "label": newsletter.name}]


def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A subscription: who, since when, by what proof, and what happened to it."""
    check(request, "view")
    rows = Subscription.objects.select_related("person", "address", "newsletter", "wording")
    row = get_object_or_404(rows, pk=pk)
    others = row.person.subscriptions.exclude(pk=pk).select_related("newsletter")
    context = {
        "subscription": row,
        "history": history.of(row),
        "barred": history.barred(row),
        "others": others.order_by("newsletter__position", "pk"),
        "deeds": possible(row),
        "may_change": request.user.has_perm("newsletters.change_subscription"),
    }
    return TemplateResponse(request, "newsletters/admin/subscriber.html", context)


DEEDS: dict[str, Callable[..., bool]] = {
    "pause": subscribe.pause,
    "resume": subscribe.resume,
    "end": subscribe.leave,
    "forgive": subscribe.forgive,
}
POSSIBLE = {
    "pause": [State.CONFIRMED],
    "resume": [State.PAUSED, State.SUSPENDED],
    "end": [State.ASKED, State.CONFIRMED, State.PAUSED, State.SUSPENDED],
}


def possible(row: Subscription) -> list[str]:
    """What the office may do with it now, at the person's wish."""
    found = [name for name, states in POSSIBLE.items() if row.state in states]
    return [*found, "forgive"] if subscribe.complained_before(row.address.email) else found


def deed(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Asks first, and says what it will do; then does it, at the person's wish."""
    check(request, "change")
    if name not in DEEDS:
        raise Http404
    rows = Subscription.objects.select_for_update(of=("self",))
    row = get_object_or_404(rows.select_related("person", "address", "newsletter"), pk=pk)
    if request.method == "POST":
        by, now = person_of(request), timezone.now()
        if DEEDS[name](row, at=now, way=Change.Way.OFFICE, by=by):
            log(row.newsletter, f"newsletters.{name}", user=by, data={"subscription": row.pk})
            messages.success(
                request, _("Done. From this moment it is: %s.") % row.get_state_display()
            )
        else:
            said = _("Nothing was changed: it is “%s” and this cannot be done then.")
            messages.error(request, said % row.get_state_display())
        return redirect("newsletter_subscriber", pk)
    context = {"subscription": row, "deed": name, "possible": name in possible(row)}
    return TemplateResponse(request, "newsletters/admin/deed.html", context)


class ExportForm(forms.Form):
    states = forms.MultipleChoiceField(
        label=gettext_lazy("Which"),
        choices=State.choices,
        initial=[State.CONFIRMED],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )


def take_away(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The table, streamed. Who took it, when and how many lines is kept in the newsletter's
    history."""
    check(request, "export")
    newsletter = get_object_or_404(Newsletter, pk=pk)
    counts = growth.states(newsletter)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        states = form.cleaned_data["states"]
        number = sum(counts[state] for state in states)
        data = {"states": states, "lines": number}
        log(newsletter, "newsletters.exported", user=request.user, data=data)
        table = export.lines(newsletter, states=states, zone=timezone.get_current_timezone())
        answer = StreamingHttpResponse(table, content_type="text/csv; charset=utf-8")
        name = f"{newsletter.slug}-{timezone.localdate().isoformat()}.csv"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["Cache-Control"] = "no-store"
        return answer
    named = [(value, label, counts[value]) for value, label in State.choices]
    context = {"newsletter": newsletter, "form": form, "counts": named}
    return TemplateResponse(request, "newsletters/admin/export.html", context)


def addresses() -> list[URLPattern]:
    results = Subscribers.as_view(results_only=True)
    return [
        path(
            "newsletters/<int:pk>/subscribers/",
            Subscribers.as_view(),
            name="newsletter_subscribers",
        ),
        path(
            "newsletters/<int:pk>/subscribers/results/",
            results,
            name="newsletter_subscribers_results",
        ),
        path("newsletters/<int:pk>/export/", take_away, name="newsletter_export"),
        path("subscribers/<int:pk>/", one, name="newsletter_subscriber"),
        path("subscribers/<int:pk>/<slug:name>/", deed, name="newsletter_deed"),
    ]
