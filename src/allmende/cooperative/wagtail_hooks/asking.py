"""What the screens of the register share: days that are asked for, tables and files."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from allmende.cooperative.reports import row_of
from allmende.ledger.money import Money, show

AnyAnswer = TypeVar("AnyAnswer", bound=HttpResponseBase)
PER_PAGE = 50
#: Above every screen of the register: key, name, and the name of its address.
TABS = [
    ("list", gettext_lazy("List"), "register_list"),
    ("changes", gettext_lazy("Two lists compared"), "register_report"),
    ("year", gettext_lazy("Joined and left"), "register_report"),
    ("holdings", gettext_lazy("Shares and credits"), "register_report"),
    ("overdue", gettext_lazy("Overdue"), "register_report"),
    ("leaving", gettext_lazy("Notices"), "register_report"),
    ("figures", gettext_lazy("§ 338 HGB"), "register_figures"),
    ("statistics", gettext_lazy("Statistics"), "register_statistics"),
    ("check", gettext_lazy("Verification"), "register_check"),
    ("inspections", gettext_lazy("Inspections"), "inspections"),
]
LOT = 1000  # rows of a file that are made at once


def page(
    request: HttpRequest, template: str, here: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """here: the key of the tab."""
    tabs = [
        (name, reverse(address, args=[key] if address == "register_report" else []), key == here)
        for key, name, address in TABS
    ]
    told = {"tabs": tabs, "kept": kept(request), **context}
    return TemplateResponse(request, f"cooperative/admin/{template}.html", told, status=status)


@dataclass(frozen=True)
class Table:
    """items: whatever `rows_of` makes lines of, so that only what is shown is made. notes:
    sentences above it."""

    title: str
    headings: list[str]
    items: Sequence[Any] | QuerySet[Any]
    rows_of: Callable[[list[Any]], list[list[str]]]
    empty: str
    notes: list[str] = field(default_factory=list)
    numbers: frozenset[int] = frozenset()  # columns

    def rows(self, items: Iterable[Any]) -> list[list[tuple[str, bool]]]:
        """Cells, and whether each is a number."""
        return [
            [(cell, place in self.numbers) for place, cell in enumerate(row)]
            for row in self.rows_of(list(items))
        ]

    def lines(self) -> Iterator[str]:
        """As a CSV file, with a byte order mark for Excel."""
        yield "\ufeff" + row_of(self.headings)
        rest = iter(self.items)
        while lot := list(islice(rest, LOT)):
            for row in self.rows_of(lot):
                yield row_of(row)


@dataclass(frozen=True)
class Shown:
    """A table with one of its pages."""

    table: Table
    page: Page[Any]
    place: int

    @property
    def headings(self) -> list[tuple[str, bool]]:
        return [
            (name, place in self.table.numbers) for place, name in enumerate(self.table.headings)
        ]

    @property
    def rows(self) -> list[list[tuple[str, bool]]]:
        return self.table.rows(self.page.object_list)


def paged(request: HttpRequest, tables: Sequence[Table]) -> list[Shown]:
    """Each has pages of its own: "p0", "p1"."""
    return [
        Shown(one, Paginator(one.items, PER_PAGE).get_page(request.GET.get(f"p{place}")), place)
        for place, one in enumerate(tables)
    ]


def kept(request: HttpRequest) -> str:
    """What was asked, for links to other pages and to files."""
    pairs = [
        (name, value)
        for name, value in request.GET.items()
        if name != "csv" and not (name[:1] == "p" and name[1:].isdecimal())
    ]
    return urlencode(pairs)


def asked(request: HttpRequest, names: Iterable[str], first: Mapping[str, Any]) -> dict[str, Any]:
    """What a form by GET holds: what was asked, else what holds at first."""
    values = {name: request.GET[name] for name in names if name in request.GET}
    return {**first, **values}


def today() -> dt.date:
    return timezone.localdate()


def as_file(table: Table, name: str) -> StreamingHttpResponse:
    return streamed(table.lines(), f"{name}.csv")


def streamed(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    return sent_as(answer, name)


def sent_as(answer: AnyAnswer, name: str) -> AnyAnswer:
    """To be kept, and by nobody on the way."""
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


# --- Words ------------------------------------------------------------------------------------


def day(value: dt.date | None) -> str:
    return date_format(value, "SHORT_DATE_FORMAT") if value else ""


def euros(cents: int) -> str:
    return show(Money(cents), language=get_language() or "de")


def count(number: int) -> str:
    return number_format(number, force_grouping=True)


def sentence(on: dt.date, known_on: dt.date) -> str:
    """What the two days mean."""
    said = {"on": day(on), "known": day(known_on)}
    if known_on == today():
        return (
            _("The register as it stood at the end of %(on)s, by all that is known today.") % said
        )
    return (
        _(
            "The register as it stood at the end of %(on)s, by what had been entered by the end of "
            "%(known)s. What was entered or corrected later is left out."
        )
        % said
    )
