"""The cooperative in numbers: plots, and the tables behind them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail import hooks

from allmende.cooperative import trends
from allmende.cooperative.models import MemberGroup
from allmende.cooperative.trends import Month
from allmende.cooperative.wagtail_hooks import asking
from allmende.cooperative.wagtail_hooks.asking import count, euros, today
from allmende.cooperative.wagtail_hooks.rights import SEE, check
from allmende.lib import plots

# Months that a plot may span; the last is as good as all there are.
SPANS = (12, 36, 120, 600)
Series = dict[str, Callable[[Month], int]]


@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    check(request, SEE)
    wanted = request.GET.get("months", "")
    span = int(wanted) if wanted in {str(number) for number in SPANS} else SPANS[1]
    months = trends.months(on=today(), number=span)
    groups, parts = trends.groups(), trends.instalments(on=today())
    names = names_of_groups()
    said = [(names.get(one.code, one.code) or _("without a group"), one) for one in groups]
    context = {
        "span": span,
        "spans": [(number, name_of(number), number == span) for number in SPANS],
        "months": months[::-1],
        "grown": curve(months, {
            _("members"): lambda month: month.members, _("shares"): lambda month: month.shares,
        }),
        "moves": curve(months, {
            _("joined the cooperative"): lambda month: month.joined,
            _("left the cooperative"): lambda month: month.left,
        }),
        "groups": [
            (name, count(one.members), count(one.shares), euros(one.credit), euros(one.open))
            for name, one in said
        ],
        "by_group": bars([(name, one.members, count(one.members)) for name, one in said]),
        "now": now(groups),
        "instalments": [(month_of(one), count(one.items), euros(one.cents)) for one in parts],
        "by_instalment": bars([(month_of(one), one.cents, euros(one.cents)) for one in parts]),
    }  # fmt: skip
    return asking.page(request, "register_statistics", "statistics", context)


def now(groups: list[trends.Group]) -> list[tuple[str, str]]:
    return [
        (_("Members"), count(sum(one.members for one in groups))),
        (_("Shares"), count(sum(one.shares for one in groups))),
        (_("Paid in"), euros(sum(one.credit for one in groups))),
        (_("Open"), euros(sum(one.open for one in groups))),
    ]


def names_of_groups() -> dict[str, str]:
    """As the newest statute names them."""
    rows = MemberGroup.objects.filter(statute__published_at__isnull=False)
    language = get_language() or "de"
    return {row.code: row.name(language) for row in rows.order_by("statute__in_force_from", "pk")}


def name_of(span: int) -> str:
    return {12: _("1 year"), 36: _("3 years"), 120: _("10 years"), 600: _("All")}[span]


def month_of(one: trends.Instalments) -> str:
    return date_format(one.begins, "YEAR_MONTH_FORMAT") if one.begins else _("before this month")


def curve(months: list[Month], series: Series) -> plots.Plot | None:
    """One line for each of the series; None for less than two months, which make no line."""
    if len(months) < 2:
        return None
    rows = []
    for month in months:
        numbers = [number(month) for number in series.values()]
        name = date_format(month.begins, "YEAR_MONTH_FORMAT")
        rows.append(plots.Row(name, [count(n) for n in numbers], [*numbers]))
    return plots.draw_rows(rows, names=list(series), kind="lines", spell=spell)


def bars(found: list[tuple[str, int, str]]) -> plots.Plot | None:
    rows = [plots.Row(name, [said], [number]) for name, number, said in found]
    return plots.draw_rows(rows, names=[""], kind="bars", spell=spell)


def spell(value: float, decimals: int) -> str:
    return number_format(value, decimal_pos=decimals, force_grouping=True)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("cooperative/register/statistics/", shown, name="register_statistics")]
