"""A newsletter in numbers: who gets it now, and how that came about."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from allmende.newsletters import growth
from allmende.newsletters.growth import Week
from allmende.newsletters.models import Newsletter, Subscription
from allmende.newsroom import plots

# Weeks that a plot may span; the last is ten years, and all there is in most houses.
SPANS = (13, 52, 104, 520)


def show(request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.has_perm("newsletters.view_newsletter"):
        raise PermissionDenied
    newsletter = get_object_or_404(Newsletter, pk=pk)
    asked = request.GET.get("weeks", "")
    span = int(asked) if asked in {str(number) for number in SPANS} else 52
    weeks = growth.weeks(newsletter, on=timezone.localdate(), number=span)
    counts = growth.states(newsletter)
    context = {
        "newsletter": newsletter,
        "counts": [(label, counts[value]) for value, label in Subscription.State.choices],
        "weeks": weeks[::-1],
        "confirmed": plot(weeks, {_("confirmed"): lambda week: week.confirmed}),
        "moves": plot(
            weeks, {_("joined"): lambda week: week.joined, _("left"): lambda week: week.left}
        ),
        "spans": [(number, name_of(number), number == span) for number in SPANS],
        "sees_subscribers": request.user.has_perm("newsletters.view_subscription"),
    }
    return TemplateResponse(request, "newsletters/admin/growth.html", context)


def name_of(span: int) -> str:
    return {13: _("3 months"), 52: _("1 year"), 104: _("2 years"), 520: _("10 years")}[span]


def plot(weeks: list[Week], series: dict[str, Callable[[Week], int]]) -> plots.Plot | None:
    """One line for each of the series; None for less than two weeks, which make no line."""
    if len(weeks) < 2:
        return None
    rows = []
    for week in weeks:
        numbers = [number(week) for number in series.values()]
        said = [number_format(n, force_grouping=True) for n in numbers]
        rows.append(plots.Row(date_format(week.begins, "SHORT_DATE_FORMAT"), said, [*numbers]))
    return plots.draw_rows(rows, names=list(series), kind="lines")


def addresses() -> list[URLPattern]:
    return [path("newsletters/<int:pk>/growth/", show, name="newsletter_growth")]
