"""The books in months and years, and how they leave the house."""

import calendar
import datetime as dt
import io
import zipfile
from dataclasses import dataclass

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allmende.ledger import balances, books, chart
from allmende.ledger.money import Money, show
from allmende.lib import plots
from allmende.payments.desk.rights import EXPORT, allowed

# What a curve is drawn of: what the paper lives on, and what it costs to collect it.
DRAWN = ("contributions", "returns", "fees")
EARLIEST = 1990


@dataclass(frozen=True)
class Account:
    """A line of the table. before, after: balances; turnovers: of each month (or day)."""

    name: str
    before: str
    turnovers: list[str]
    after: str


@require_safe
@allowed(EXPORT)
def shown(request: HttpRequest) -> HttpResponse:
    """A year month by month, or a month day by day."""
    today = timezone.localdate()
    year = number_of(request.GET.get("jahr", ""), EARLIEST, today.year + 1) or today.year
    month = number_of(request.GET.get("monat", ""), 1, 12)
    since, until, steps = period(year, month)
    turnovers = {code: turnovers_of(code, since, until, by_month=not month) for code in codes()}
    signed = {code: sign_of(code) for code in turnovers}
    context = {
        "year": year, "month": dt.date(year, month, 1) if month else None,
        "since": since, "until": until,
        "months": [dt.date(year, number, 1) for number in range(1, 13)],
        "steps": [name_of(step, month) for step in steps],
        "accounts": [
            account(code, found, steps, since, until, signed[code])
            for code, found in turnovers.items()
        ],
        "drawn": plot(turnovers, steps, signed, month),
        "is_over": until < today,
    }  # fmt: skip
    return render(request, "payments/admin/books.html", context)


def number_of(text: str, least: int, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and least <= int(text) <= most else None


def period(year: int, month: int | None) -> tuple[dt.date, dt.date, list[dt.date]]:
    """First and last day, and where its months or days begin."""
    if month is None:
        months = [dt.date(year, number, 1) for number in range(1, 13)]
        return months[0], dt.date(year, 12, 31), months
    last = calendar.monthrange(year, month)[1]
    days = [dt.date(year, month, day) for day in range(1, last + 1)]
    return days[0], days[-1], days


def codes() -> list[str]:
    return list(chart.numbers())


def sign_of(code: str) -> int:
    """Income and what is owed are below zero in the books, and above it on a screen."""
    return 1 if chart.kinds()[code] in ("asset", "expense") else -1


def turnovers_of(
    code: str, since: dt.date, until: dt.date, *, by_month: bool
) -> dict[dt.date, Money]:
    read = balances.months if by_month else balances.days
    return read(code, since=since, until=until)


def account(
    code: str,
    found: dict[dt.date, Money],
    steps: list[dt.date],
    since: dt.date,
    until: dt.date,
    sign: int,
) -> Account:
    before = balances.balance(code, on=since - dt.timedelta(days=1)) * sign
    moves = [found.get(step, Money(0)) * sign for step in steps]
    after = sum(moves, before)
    return Account(str(chart.name(code)), told(before), [told(m) for m in moves], told(after))


def told(money: Money) -> str:
    return show(money, language=get_language() or "de") if money else "–"


def plot(
    turnovers: dict[str, dict[dt.date, Money]],
    steps: list[dt.date],
    signed: dict[str, int],
    month: int | None,
) -> plots.Plot | None:
    drawn = [code for code in DRAWN if turnovers.get(code)]
    if not drawn:
        return None
    rows = []
    for step in steps:
        euros = [turnovers[code].get(step, Money(0)).cents * signed[code] / 100 for code in drawn]
        rows.append(plots.Row(name_of(step, month), [spell(n, 2) for n in euros], [*euros]))
    names = [str(chart.name(code)) for code in drawn]
    return plots.draw_rows(rows, names=names, kind="lines", spell=spell)


def name_of(step: dt.date, month: int | None) -> str:
    return f"{step.day}." if month else date_format(step, "M")


def spell(value: float, decimals: int) -> str:
    return number_format(value, decimal_pos=decimals, force_grouping=True)


# --- What leaves the house -------------------------------------------------------------------


class PeriodForm(forms.Form):
    since = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    form = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[("datev", "DATEV (EXTF)"), ("beancount", "Beancount")],
        widget=forms.RadioSelect,
        initial="datev",
    )

    def clean(self) -> dict[str, object]:
        found = super().clean() or {}
        if found.get("since") and found.get("until") and found["since"] > found["until"]:
            self.add_error("until", _("The period ends before it begins."))
        return found


@require_safe
@allowed(EXPORT)
def export(request: HttpRequest) -> HttpResponseBase:
    today = timezone.localdate()
    last_month = today.replace(day=1) - dt.timedelta(days=1)
    whole = {"since": last_month.replace(day=1), "until": last_month}
    form = PeriodForm(request.GET if "form" in request.GET else None, initial=whole)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "payments/admin/export.html", {"form": form}, status=status)
    days = {name: form.cleaned_data[name] for name in ("since", "until")}
    answer: HttpResponseBase
    if form.cleaned_data["form"] == "beancount":
        name = f"{days['since']}_{days['until']}.beancount"
        answer = StreamingHttpResponse(books.as_beancount(**days), content_type="text/plain")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        answer = datev(**days)
    return answer


def datev(*, since: dt.date, until: dt.date) -> HttpResponseBase:
    """One file, or several in an archive."""
    files = list(books.as_datev(since=since, until=until, at=timezone.localtime()))
    if len(files) == 1:
        content, name = io.BytesIO(files[0].content), files[0].name
    else:
        content, name = io.BytesIO(), f"EXTF_{since}_{until}.zip"
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.writestr(file.name, file.content)
        content.seek(0)
    return FileResponse(content, as_attachment=True, filename=name)


PATHS = [
    path("geld/buecher/", shown, name="payments_books"),
    path("geld/buecher/ausgeben/", export, name="payments_export"),
]
