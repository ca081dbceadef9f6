"""What came back, week by week and by reason: a plot for the office, and the numbers behind it."""

import datetime as dt
from collections import Counter

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from allmende.mailroom.bounces.shape import Kind, Reason
from allmende.mailroom.bounces.wording import REASONS
from allmende.mailroom.models import Bounce
from allmende.newsroom import plots

WEEK = dt.timedelta(days=7)
WEEKS = 13
LINES = 3  # reasons with a line of their own; more cannot be told apart


def show(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("mailroom.view_bounce"):
        raise PermissionDenied
    today = timezone.localdate()
    counts = counted(today)
    weeks = weeks_until(today)
    reasons = [reason for reason, _number in total(counts).most_common()]
    rows = [(week, [counts[week, reason] for reason in reasons]) for week in reversed(weeks)]
    context = {
        "headings": [REASONS[Reason(reason)] for reason in reasons],
        "rows": rows,
        "drawn": plot(weeks, counts, reasons) if reasons else None,
        "weeks": WEEKS,
    }
    return TemplateResponse(request, "newsletters/admin/returns.html", context)


def counted(today: dt.date) -> Counter[tuple[dt.date, str]]:
    """How many letters came back, by the Monday of the week and the reason."""
    zone = timezone.get_current_timezone()
    first = dt.datetime.combine(weeks_until(today)[0], dt.time(), tzinfo=zone)
    rows = Bounce.objects.filter(kind=Kind.BOUNCE, at__gte=first).order_by()
    by_week = rows.annotate(week=TruncWeek("at", tzinfo=zone)).values_list("week", "reason")
    found = by_week.annotate(Count("pk"))
    return Counter({(week.date(), reason): number for week, reason, number in found})


def weeks_until(today: dt.date) -> list[dt.date]:
    this = today - dt.timedelta(days=today.weekday())
    return [this - WEEK * back for back in reversed(range(WEEKS))]


def total(counts: Counter[tuple[dt.date, str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (_week, reason), number in counts.items():
        found[reason] += number
    return found


def plot(
    weeks: list[dt.date], counts: Counter[tuple[dt.date, str]], reasons: list[str]
) -> plots.Plot | None:
    """The most frequent reasons have a line each, the rest one together."""
    own, rest = reasons[:LINES], reasons[LINES:]
    names = [str(REASONS[Reason(reason)]) for reason in own] + ([_("others")] if rest else [])
    rows = []
    for week in weeks:
        numbers = [counts[week, reason] for reason in own]
        if rest:
            numbers.append(sum(counts[week, reason] for reason in rest))
        said = [number_format(number, force_grouping=True) for number in numbers]
        rows.append(plots.Row(date_format(week, "SHORT_DATE_FORMAT"), said, [*numbers]))
    return plots.draw_rows(rows, names=names, kind="lines")


class ReturnsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("mailroom.view_bounce"))


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("reports/bounces/weeks/", show, name="bounces_by_week")]


@hooks.register("register_reports_menu_item")
def item() -> MenuItem:
    label = gettext_lazy("Came back, by week")
    return ReturnsItem(label, reverse("bounces_by_week"), icon_name="mail", order=901)
