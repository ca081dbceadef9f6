"""Declarations to join at the office: the list, one of them, typing in, and printouts to send."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy

from allmende.cooperative import declaration, keeping, statute, typing_in, wording
from allmende.cooperative.declaration import Wish
from allmende.cooperative.keeping import Applicant
from allmende.cooperative.models import Declaration, Printout, Statute
from allmende.cooperative.office_forms import (
    LetterForm,
    MendingForm,
    ScanForm,
    TypingForm,
    in_force_or_none,
    spoken,
)
from allmende.cooperative.wagtail_hooks.rights import Screen, check
from allmende.people.views import person_of

PER_PAGE = 50


def name_of(row: Declaration) -> str:
    found = keeping.applicant_of(row)
    return found.name if found else _("deleted")


class Filters(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=Declaration.State.choices
    )
    way = django_filters.ChoiceFilter(label=gettext_lazy("Way"), choices=Declaration.Way.choices)

    class Meta:
        model = Declaration
        fields = ["state", "way"]


class Declarations(generic.IndexView):
    """The newest first. What is sealed cannot be searched in part: a whole name or address is."""

    model = Declaration
    permission_policy = ModelPermissionPolicy(Declaration)
    any_permission_required = ["view"]
    paginate_by = PER_PAGE
    filterset_class = Filters
    is_searchable = True
    header_icon = "clipboard-list"
    page_title = gettext_lazy("Declarations to join")
    index_url_name = "join_declarations"
    index_results_url_name = "join_declarations_results"
    default_ordering = "-pk"
    columns = [
        TitleColumn(
            "name",
            label=gettext_lazy("Who"),
            accessor=name_of,
            get_url=lambda row: reverse("join_declaration", args=[row.pk]),
        ),
        Column("shares", label=gettext_lazy("Shares"), sort_key="shares"),
        Column("group", label=gettext_lazy("Group of members"), accessor="group_name"),
        Column("way", label=gettext_lazy("Way"), accessor="get_way_display"),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display"),
        Column(
            "declared_on",
            label=gettext_lazy("Declared on"),
            accessor=lambda row: (
                date_format(row.declared_on, "SHORT_DATE_FORMAT") if row.declared_on else ""
            ),
            sort_key="declared_on",
        ),
    ]

    def get_base_queryset(self) -> QuerySet[Declaration]:
        rows = Declaration.objects.select_related("statute", "text")
        return rows.prefetch_related("statute__groups")

    def search_queryset(self, queryset: QuerySet[Declaration]) -> QuerySet[Declaration]:
        if not self.is_searching:
            return queryset
        words = self.search_query.strip()
        name = keeping.name_mark(Applicant(organisation=words))
        return queryset.filter(Q(name_mark=name) | Q(email_mark=keeping.email_mark(words)))

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [
            HeaderButton(_("Type in"), url=reverse("join_typing"), icon_name="edit"),
            HeaderButton(_("Printouts"), url=reverse("join_printouts"), icon_name="mail"),
        ]


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One declaration: who, every word, its paper; here the office notes that a signed one came."""
    check(request, "cooperative.view_declaration")
    found = get_object_or_404(Declaration.objects.select_related("statute"), pk=pk)
    waits = (found.way, found.state) == (Declaration.Way.PRINTED, Declaration.State.WAITING)
    form = ScanForm(initial={"arrived_on": timezone.localdate()})
    if request.method == "POST" and waits:
        check(request, "cooperative.change_declaration")
        form = ScanForm(request.POST, request.FILES)
        if form.is_valid():
            typed = form.cleaned_data
            declaration.arrived(
                found, on=typed["arrived_on"], scan=typed["scan"], at=timezone.now()
            )
            log(found, "cooperative.declaration_arrived", user=person_of(request))
            messages.success(request, _("Its arrival is noted; the applicant gets a mail."))
            return redirect("join_declaration", pk)
    applicant, words = keeping.applicant_of(found), keeping.words_of(found)
    letter = letter_of(request, found, applicant)
    if letter and letter.is_valid():
        check(request, "cooperative.change_declaration")
        if declaration.told(found, on=letter.cleaned_data["posted_on"]):
            log(found, "cooperative.refusal_told", user=person_of(request))
        messages.success(request, _("The letter is noted. What was kept of them is deleted now."))
        return redirect("join_declaration", pk)
    context = {
        "letter": letter,
        "declaration": found,
        "applicant": applicant,
        "text": wording.read(words) if words else None,
        "twins": [
            (row, name)
            for row, name in (typing_in.twins(applicant) if applicant else [])
            if row.pk != found.pk
        ],
        "form": form if waits else None,
        "may_mend": may_mend(request, found),
        "has_paper": bool(found.paper_hash),
    }
    return TemplateResponse(request, "cooperative/admin/declaration.html", context)


def letter_of(
    request: HttpRequest, found: Declaration, applicant: Applicant | None
) -> LetterForm | None:
    """Where somebody was refused whom no mail reaches."""
    if not applicant or not declaration.needs_letter(found, applicant):
        return None
    assert found.decided_at is not None
    return LetterForm(request.POST or None, since=statute.day_of(found.decided_at))


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    check(request, "cooperative.view_declaration")
    made = keeping.paper_of(get_object_or_404(Declaration, pk=pk))
    if made is None:
        raise Http404
    name = f'attachment; filename="beitritt-{pk}.pdf"'
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": name})


def type_in(request: HttpRequest) -> HttpResponse:
    """One after the other, by keyboard: Enter sends, and the next empty form has the same day."""
    check(request, "cooperative.add_declaration")
    law = in_force_or_none()
    if law is None:
        messages.error(request, _("No statute is in force. Publish one first."))
        return redirect("join_declarations")
    first = {"arrived_on": request.GET.get("am", "") or timezone.localdate().isoformat()}
    form, twins = TypingForm(initial=first, law=law, language=spoken()), []
    if request.method == "POST":
        form = TypingForm(request.POST, request.FILES, law=law, language=spoken())
        if form.is_valid():
            twins = typing_in.twins(form.applicant)
            if not twins or form.cleaned_data["anyway"]:
                return typed(request, law, form)
    context = {"form": form, "twins": twins, "law": law}
    return TemplateResponse(request, "cooperative/admin/type_in.html", context)


def typed(request: HttpRequest, law: Statute, form: TypingForm) -> HttpResponse:
    values: dict[str, Any] = form.cleaned_data
    wish = Wish(law, values["group"], values["shares"], values["instalments"])
    person, day = person_of(request), values["arrived_on"]
    found = typing_in.type_in(
        form.applicant, wish, declared_on=day, by=person, scan=values["scan"], at=timezone.now()
    )
    log(found, "cooperative.declaration_typed", user=person)
    said = {"name": form.applicant.name, "number": found.pk}
    messages.success(request, _("%(name)s is typed in, number %(number)d.") % said)
    return redirect(f"{reverse('join_typing')}?am={day.isoformat()}")


def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """What was typed in wrongly, before anybody has decided."""
    check(request, "cooperative.change_declaration")
    found = get_object_or_404(Declaration.objects.select_related("statute"), pk=pk)
    applicant = keeping.applicant_of(found)
    if not may_mend(request, found) or applicant is None:
        messages.error(request, _("Only what was typed in and is not decided can be mended."))
        return redirect("join_declaration", pk)
    law, first = found.statute, MendingForm.of(found, applicant)
    form = MendingForm(request.POST or None, initial=first, law=law, language=spoken())
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        wish = Wish(
            law, values["group"], values["shares"], values["instalments"], found.language
        )  # fmt: skip
        try:
            typing_in.mend(
                found, form.applicant, wish, declared_on=values["arrived_on"],
                by=person_of(request), at=timezone.now(),
            )  # fmt: skip
        except declaration.NotNow:
            messages.error(request, _("It was decided in the meantime."))
        else:
            log(found, "cooperative.declaration_mended", user=person_of(request))
            messages.success(request, _("Mended; the board sees it so from now on."))
        return redirect("join_declaration", pk)
    context = {"form": form, "declaration": found, "applicant": applicant}
    return TemplateResponse(request, "cooperative/admin/mend.html", context)


def may_mend(request: HttpRequest, found: Declaration) -> bool:
    typed = (found.way, found.state) == (Declaration.Way.PAPER, Declaration.State.STANDS)
    return typed and request.user.has_perm("cooperative.change_declaration")


def refusals(request: HttpRequest) -> HttpResponse:
    """Who was refused and waits for a letter; it should be nobody."""
    check(request, "cooperative.view_declaration")
    context = {"rows": declaration.without_letter()}
    return TemplateResponse(request, "cooperative/admin/refusals.html", context)


def printouts(request: HttpRequest) -> HttpResponse:
    """Who waits for the statute on paper; it should be nobody."""
    check(request, "cooperative.view_printout")
    waiting = Printout.objects.filter(sent_at=None).select_related("statute")
    if request.method == "POST":
        check(request, "cooperative.change_printout")
        found = get_object_or_404(waiting, pk=request.POST.get("printout", ""))
        Printout.objects.filter(pk=found.pk, sent_at=None).update(
            sent_at=timezone.now(), sent_by=person_of(request)
        )
        log(found, "cooperative.printout_sent", user=person_of(request))
        return redirect("join_printouts")
    context = {"rows": [(row, keeping.lines_of(row)) for row in waiting]}
    return TemplateResponse(request, "cooperative/admin/printouts.html", context)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    base = "cooperative/declarations/"
    return [
        path(base, Declarations.as_view(), name="join_declarations"),
        path(
            f"{base}results/",
            Declarations.as_view(results_only=True),
            name="join_declarations_results",
        ),
        path(f"{base}new/", type_in, name="join_typing"),
        path(f"{base}printouts/", printouts, name="join_printouts"),
        path(f"{base}refusals/", refusals, name="join_refusals"),
        path(f"{base}<int:pk>/", show, name="join_declaration"),
        path(f"{base}<int:pk>/mend/", mend, name="join_mending"),
        path(f"{base}<int:pk>.pdf", paper, name="join_declaration_paper"),
    ]


def menu_items() -> list[MenuItem]:
    return [
        Screen(
            _("Declarations to join"),
            reverse("join_declarations"),
            icon_name="clipboard-list",
            order=10,
            rights=["cooperative.view_declaration"],
        )
    ]
