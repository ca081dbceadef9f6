"""Inspection of the list (§ 31 GenG): the office opens it for somebody named, and stays beside
them; they read few columns on a screen without ways elsewhere, until the time is over."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail import hooks
from wagtail.admin import messages

from allmende.cooperative import inspecting, queries
from allmende.cooperative.models import Inspection
from allmende.cooperative.register_forms import InspectionForm
from allmende.cooperative.wagtail_hooks import asking
from allmende.cooperative.wagtail_hooks.asking import Table
from allmende.cooperative.wagtail_hooks.register import cells
from allmende.cooperative.wagtail_hooks.rights import SEE, WRITE, check
from allmende.paper import identity
from allmende.people.views import person_of

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def inspections(request: HttpRequest) -> HttpResponse:
    """All that were, the newest first, and the form for the next."""
    check(request, SEE)
    form, now = InspectionForm(), timezone.now()
    if request.method == "POST":
        check(request, WRITE)
        form = InspectionForm(request.POST)
        if form.is_valid():
            values = form.cleaned_data
            try:
                found = inspecting.open_list(
                    reason=values["reason"], minutes=values["minutes"],
                    member=values.get("member"), name=values["name"], by=person_of(request),
                    at=now,
                )  # fmt: skip
            except inspecting.NoMember:
                form.add_error("number", _("No member has this number now."))
            else:
                return redirect("inspection", found.pk)
    rows = Inspection.objects.select_related("event__actor")[:SHOWN]
    context = {
        "form": form,
        "may_open": request.user.has_perm(WRITE),
        "inspections": inspecting.told(rows, at=now),
    }
    status = 422 if form.is_bound else 200
    return asking.page(request, "inspections", "inspections", context, status=status)


@require_safe
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """What law puts on the list, and no more: no credit, no mail address, no member's number."""
    check(request, SEE)
    found = get_object_or_404(Inspection.objects.select_related("event"), pk=pk)
    now = timezone.now()
    [told] = inspecting.told([found], at=now)
    context = {"told": told, "inspection": found, "paper": identity.paper()}
    if told.is_open:
        today = asking.today()
        words = request.GET.get("q", "")[:100]
        everybody = queries.roll(on=today)
        roll = queries.search(everybody, words) if words.strip() else everybody
        table = Table(
            _("List of members"),
            [_("Name"), _("Address"), _("Member since"), _("Further shares"), _("Leaves on")],
            roll,
            lambda lines: [cells(line)[1:] for line in queries.complete(lines, on=today)],
            empty=_("Nobody is found."),
        )
        [shown] = asking.paged(request, [table])
        context |= {"shown": shown, "words": words, "kept": asking.kept(request), "today": today}
    answer = TemplateResponse(
        request, "cooperative/admin/inspection.html", context, status=200 if told.is_open else 410
    )
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    check(request, SEE)
    found = get_object_or_404(Inspection, pk=pk)
    if inspecting.end(found, at=timezone.now()):
        messages.success(request, _("The inspection is ended."))
    else:
        messages.warning(request, _("It had ended already."))
    return redirect("inspections")


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    base = "cooperative/register/inspections/"
    return [
        path(base, inspections, name="inspections"),
        path(f"{base}<int:pk>/", read, name="inspection"),
        path(f"{base}<int:pk>/end/", end, name="inspection_end"),
    ]
