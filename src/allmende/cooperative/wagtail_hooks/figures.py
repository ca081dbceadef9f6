"""The figures of § 338 HGB: computed, looked at, frozen into the register, and compared later."""

from dataclasses import asdict

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail import hooks
from wagtail.admin import messages

from allmende.cooperative import projecting, queries, reports
from allmende.cooperative.register_forms import YearForm
from allmende.cooperative.reports import Figures
from allmende.cooperative.wagtail_hooks import asking
from allmende.cooperative.wagtail_hooks.asking import count, day, euros
from allmende.cooperative.wagtail_hooks.reports import first_year
from allmende.cooperative.wagtail_hooks.rights import SEE, WRITE, check
from allmende.people.views import person_of

COUNTED = {
    "members_before": lambda: _("Members at the start of the year"),
    "joined": lambda: _("Joined"),
    "left": lambda: _("Left"),
    "members": lambda: _("Members at the end of the year"),
    "shares_before": lambda: _("Shares at the start of the year"),
    "shares": lambda: _("Shares at the end of the year"),
}
SUMS = {
    "credit_before": lambda: _("Credits at the start of the year"),
    "credit": lambda: _("Credits at the end of the year"),
    "liability_before": lambda: _("Liability of all members at the start of the year"),
    "liability": lambda: _("Liability of all members at the end of the year"),
}


def lines(figures: Figures) -> list[tuple[str, str]]:
    told = asdict(figures)
    found = [(name(), count(told[key])) for key, name in COUNTED.items()]
    found += [(name(), euros(told[key])) for key, name in SUMS.items()]
    credit, liability = (
        figures.credit - figures.credit_before,
        figures.liability - figures.liability_before,
    )
    found.insert(-2, (_("Change of credits"), euros(credit)))
    return [*found, (_("Change of liability"), euros(liability))]


@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: HttpRequest) -> HttpResponse:
    """By GET it is computed and looked at; by POST what was looked at is frozen."""
    check(request, SEE)
    names = list(YearForm.base_fields)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = {name: asked[name] for name in names if name in asked}
    form = YearForm({**first_year(), **chosen})
    computed = None
    # At first the form alone: a year costs a moment, and nobody has asked.
    if chosen and form.is_valid():
        values = form.cleaned_data
        known = queries.last_known(values["known_on"])
        computed = reports.figures(values["year"], known=known)
        if request.method == "POST":
            check(request, WRITE)
            return freeze(request, computed)
    context = {
        "form": form if chosen else YearForm(initial=first_year()),
        "figures": computed,
        "rows": lines(computed) if computed else [],
        "sentence": asking.sentence(computed.year_end, form.cleaned_data["known_on"])
        if computed
        else "",
        "may_freeze": request.user.has_perm(WRITE),
        "frozen": [
            (event, day(projecting.day_of(event.recorded_at))) for event in reports.frozen()
        ],
    }
    status = 422 if chosen and computed is None else 200
    return asking.page(request, "register_figures", "figures", context, status=status)


def freeze(request: HttpRequest, computed: Figures) -> HttpResponse:
    """What is frozen is what was seen: its hash came with the button."""
    if request.POST.get("hash") != computed.hash:
        messages.warning(
            request, _("Something was entered meanwhile. Please look at the figures once more.")
        )
        return redirect(request.get_full_path())
    event = reports.freeze(computed, by=person_of(request), at=timezone.now())
    messages.success(
        request, _("The figures are frozen, entry %(number)d.") % {"number": event.number}
    )
    return redirect("register_frozen", event.number)


@require_safe
def frozen(request: HttpRequest, number: int) -> HttpResponse:
    """What was frozen, whether the register still says so of that time, and what is known today."""
    check(request, SEE)
    event = get_object_or_404(reports.frozen(), number=number)
    then = reports.read(event)
    if then is None:
        raise Http404
    again = reports.figures(then.year_end, known=then.known)
    now = reports.figures(then.year_end)
    rows = [
        (name, before, after, before != after)
        for (name, before), (_same, after) in zip(lines(then), lines(now), strict=True)
    ]
    context = {
        "event": event,
        "figures": then,
        "recorded_on": projecting.day_of(event.recorded_at),
        "rows": rows,
        "differs": any(row[-1] for row in rows),
        "holds": again.hash == event.document == then.hash,
    }
    return asking.page(request, "register_frozen", "figures", context)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    base = "cooperative/register/figures/"
    return [
        path(base, shown, name="register_figures"),
        path(f"{base}<int:number>/", frozen, name="register_frozen"),
    ]
