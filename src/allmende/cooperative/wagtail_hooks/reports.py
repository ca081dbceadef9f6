"""What else the register answers at the office: each a form of days and tables, as files too."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.log_actions import log

from allmende.cooperative import calendar, queries, reports, statute
from allmende.cooperative.models import Membership
from allmende.cooperative.queries import Line
from allmende.cooperative.register_forms import HoldingsForm, TwoListsForm, YearForm
from allmende.cooperative.wagtail_hooks import asking
from allmende.cooperative.wagtail_hooks.asking import Table, count, day, euros, today
from allmende.cooperative.wagtail_hooks.rights import SEE, check
from allmende.paper import identity
from allmende.payments.models import DueItem
from allmende.people.views import person_of

Values = dict[str, Any]


@dataclass(frozen=True)
class Report:
    """form: None where it is always of today. first: what is asked as long as nobody chose."""

    form: type[forms.Form] | None
    first: Callable[[], Values]
    tables: Callable[[Values], list[Table]]


@require_safe
def shown(request: HttpRequest, key: str) -> HttpResponseBase:
    check(request, SEE)
    found = REPORTS.get(key)
    if found is None:
        raise Http404
    form, tables = None, []
    if found.form is None:
        tables = found.tables({})
    else:
        form = found.form(asking.asked(request, found.form.base_fields, found.first()))
        tables = found.tables(form.cleaned_data) if form.is_valid() else []
    wanted = request.GET.get("csv", "")
    if wanted in {str(place) for place in range(len(tables))}:
        data = {"report": key, "lines": len(tables[int(wanted)].items)}
        log(identity.paper(), "cooperative.list_taken", user=person_of(request), data=data)
        return asking.as_file(tables[int(wanted)], f"{key}-{today()}")
    status = 422 if form and not form.is_valid() else 200
    context = {
        "form": form,
        "tables": asking.paged(request, tables),
        "title": next(name for one, name, _address in asking.TABS if one == key),
    }
    return asking.page(request, "register_report", key, context, status=status)


# --- Two lists --------------------------------------------------------------------------------


def first_two() -> Values:
    """Today's list, and that of a year ago by today's knowledge."""
    now = today()
    return {
        "on": (now - dt.timedelta(days=365)).isoformat(), "known_on": now.isoformat(),
        "then_on": now.isoformat(), "then_known_on": now.isoformat(),
    }  # fmt: skip


def changes(asked: Values) -> list[Table]:
    before, after = (
        queries.listing(on=asked[f"{which}on"], known=queries.last_known(asked[f"{which}known_on"]))
        for which in ("", "then_")
    )
    found = queries.difference(before, after)
    headings = [_("No."), _("Name"), _("Shares"), _("Member since"), _("Leaves on")]
    notes = [
        asking.sentence(asked["on"], asked["known_on"]),
        asking.sentence(asked["then_on"], asked["then_known_on"]),
    ]
    nobody = _("Nobody.")

    def rows(lines: list[Line]) -> list[list[str]]:
        return [
            [
                str(line.number), name_of(line), count(line.shares), day(line.joined_on),
                day(line.leaves_on),
            ]
            for line in lines
        ]  # fmt: skip

    changed = [_("No."), _("Name"), _("First list"), _("Second list")]
    return [
        Table(_("In the second list only"), headings, by_number(found.came), rows, nobody, notes),
        Table(_("In the first list only"), headings, by_number(found.went), rows, nobody),
        Table(_("In both, but not alike"), changed, found.changed, told_apart, nobody),
    ]


def told_apart(pairs: list[tuple[Line, Line]]) -> list[list[str]]:
    """What differs, and nothing else."""
    rows = []
    for old, new in pairs:
        sides = [differing(old, new), differing(new, old)]
        rows.append([str(new.number), name_of(new), *sides])
    return rows


def differing(line: Line, other: Line) -> str:
    found = [
        value
        for name, value in line.details.items()
        if value != other.details.get(name) and (value or name)
    ]
    if line.shares != other.shares:
        found.append(_("shares: %(number)s") % {"number": count(line.shares)})
    if line.leaves_on != other.leaves_on:
        last = day(line.leaves_on) or "–"
        found.append(_("leaves on: %(day)s") % {"day": last})
    return ", ".join(value for value in found if value) or "–"


def by_number(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: line.number)


def name_of(line: Line) -> str:
    return line.name or _("deleted")


# --- A business year --------------------------------------------------------------------------


def first_year() -> Values:
    """The last one that is over; where there is none, the one that runs."""
    years = reports.business_years(until=today())
    over = [one for one in years if one.end < today()] or years
    return {"year": over[0].end.isoformat() if over else "", "known_on": today().isoformat()}


def year(asked: Values) -> list[Table]:
    end, known = asked["year"], queries.last_known(asked["known_on"])
    start = calendar.year_start(end, statute=statute.in_force(on=end))
    joined, left = queries.moved(start=start, end=end, known=known)
    first = queries.joins(known)

    def rows(keys: list[int]) -> list[list[str]]:
        told = queries.details(on=end, known=known, of=keys)
        last = queries.last_days(keys, start=start, end=end, known=known)
        return [
            [
                str(first[pk][0]),
                queries.name_of(told.get(pk, {})) or _("deleted"),
                day(first[pk][1]),
                day(last.get(pk)),
            ]
            for pk in keys
        ]

    headings = [_("No."), _("Name"), _("Member since"), _("Last day")]
    said = {"start": day(start), "end": day(end), "known": day(asked["known_on"])}
    notes = [_("From %(start)s to %(end)s, as known on %(known)s.") % said]
    numbered = [sorted(keys, key=lambda pk: first[pk][0]) for keys in (joined, left)]
    nobody = _("Nobody.")
    return [
        Table(_("Joined"), headings, numbered[0], rows, nobody, notes),
        Table(_("Left"), headings, numbered[1], rows, nobody),
    ]


# --- Shares and credits -----------------------------------------------------------------------


def first_day() -> Values:
    return {"on": today().isoformat(), "known_on": today().isoformat(), "which": "all"}


def holdings(asked: Values) -> list[Table]:
    on, known = asked["on"], queries.last_known(asked["known_on"])
    wanted = {
        "all": lambda line: True,
        "further": lambda line: line.further > 0,
        "open": lambda line: line.credit < line.nominal,
    }[asked["which"]]
    lines = [line for line in queries.roll(on=on, known=known) if wanted(line)]

    def rows(some: list[Line]) -> list[list[str]]:
        queries.complete(some, on=on, known=known)
        return [
            [
                str(line.number), name_of(line), count(line.shares), count(line.further),
                euros(line.nominal), euros(line.credit), euros(line.nominal - line.credit),
            ]
            for line in some
        ]  # fmt: skip

    nominal, credit = sum(line.nominal for line in lines), sum(line.credit for line in lines)
    said = {
        "members": count(len(lines)), "shares": count(sum(line.shares for line in lines)),
        "credit": euros(credit), "open": euros(nominal - credit),
    }  # fmt: skip
    together = _("Members: %(members)s, shares: %(shares)s, paid in: %(credit)s, open: %(open)s.")
    headings = [
        _("No."), _("Name"), _("Shares"), _("Further shares"), _("Value"), _("Credit"), _("Open"),
    ]  # fmt: skip
    notes = [asking.sentence(on, asked["known_on"]), together % said]
    title, empty = _("Shares and credits"), _("Nobody.")
    return [Table(title, headings, lines, rows, empty, notes, frozenset(range(2, 7)))]


# --- What is to come --------------------------------------------------------------------------


def overdue(_asked: Values) -> list[Table]:
    items = queries.overdue(on=today())

    def rows(some: list[DueItem]) -> list[list[str]]:
        keys = {item.pk: int(item.pledge.party.partition(":")[2] or 0) for item in some}
        names = queries.names([*keys.values()])
        numbers = dict(Membership.objects.filter(pk__in=keys.values()).values_list("pk", "number"))
        return [
            [
                str(numbers.get(keys[item.pk]) or ""), names.get(keys[item.pk]) or _("deleted"),
                day(item.due_on), count((today() - item.due_on).days), euros(item.cents),
                str(item.get_state_display()),
            ]
            for item in some
        ]  # fmt: skip

    headings = [
        _("No."), _("Name"), _("Due on"), _("Days late"), _("Amount"), _("State"),
    ]  # fmt: skip
    title = _("Parts of shares that should have been paid")
    return [Table(title, headings, items, rows, _("Nothing is overdue."), [], frozenset({3, 4}))]


def leaving(_asked: Values) -> list[Table]:
    days = queries.forecast()

    def sums(some: list[queries.Leaving]) -> list[list[str]]:
        return [
            [
                day(one.last_on), count(one.memberships), count(one.shares), euros(one.credit),
                day(calendar.payout_due(one.last_on, statute=statute.in_force(on=one.last_on))),
            ]
            for one in some
        ]  # fmt: skip

    rows = Membership.objects.filter(next_end_on__isnull=False).order_by("next_end_on", "number")

    def people(some: list[Membership]) -> list[list[str]]:
        names = queries.names([row.pk for row in some])
        return [
            [
                str(row.number), names.get(row.pk) or _("deleted"), day(row.next_end_on),
                _("the whole membership") if row.leaving_on == row.next_end_on else _("a part"),
                count(row.shares), euros(row.credit_cents),
            ]
            for row in some
        ]  # fmt: skip

    notes = [
        _("To be paid out: at most %(sum)s, by the credit of today; what the balance sheet of the "
          "year says may lessen it.") % {"sum": euros(sum(one.credit for one in days))}
    ]  # fmt: skip
    none, headings = (
        _("Nobody has given notice."),
        [_("Ends on"), _("Memberships"), _("Shares"), _("Credit"), _("To be paid out by")],
    )
    who = [_("No."), _("Name"), _("Ends on"), _("What ends"), _("Shares"), _("Credit")]
    return [
        Table(_("By the day on which it ends"), headings, days, sums, none, notes if days else [],
              frozenset({1, 2, 3})),
        Table(_("Who leaves"), who, rows, people, none, [], frozenset({4, 5})),
    ]  # fmt: skip


REPORTS = {
    "changes": Report(TwoListsForm, first_two, changes),
    "year": Report(YearForm, first_year, year),
    "holdings": Report(HoldingsForm, first_day, holdings),
    "overdue": Report(None, dict, overdue),
    "leaving": Report(None, dict, leaving),
}


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("cooperative/register/reports/<slug:key>/", shown, name="register_report")]
