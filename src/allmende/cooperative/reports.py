"""Papers of the register: the list as CSV and PDF, one's own extract, the figures of a year.

as_csv(lines)                          for the court, for the auditor
as_pdf(lines, on=E, known_on=K, …)
extract(membership, …)                 a member's own entries (§ 31 (2) GenG)
figures(year_end, known=number)        § 338 HGB, and `freeze` writes them into the register
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allmende.cooperative import calendar, projecting, queries, register, statute
from allmende.cooperative.folding import DAY, JOINS, Kind
from allmende.cooperative.models import Membership, RegisterEvent, Statute
from allmende.cooperative.models.register import KINDS
from allmende.cooperative.queries import Line
from allmende.cooperative.register import Draft
from allmende.ledger.money import show
from allmende.lib import pdf
from allmende.paper import identity
from allmende.people.models import Person

DAYS = ("year_start", "year_end")  # among the figures
FOLDER = Path(__file__).parent / "templates" / "cooperative"
#: A cell that begins so is a formula to spreadsheets.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def columns() -> list[str]:
    return [
        _("Number"), _("Organisation"), _("Surname"), _("First names"), _("Street"), _("Postcode"),
        _("Town"), _("Country"), _("Member since"), _("Shares"), _("Further shares"),
        _("Leaves on"),
    ]  # fmt: skip


def cells(line: Line) -> list[str]:
    names = [line.details.get(name, "") for name in projecting.NAMED]
    leaves_on = line.leaves_on.isoformat() if line.leaves_on else ""
    days = [line.joined_on.isoformat(), str(line.shares), str(line.further), leaves_on]
    return [str(line.number), *names, *days]


def as_csv(lines: Iterable[Line]) -> Iterator[str]:
    """With a byte order mark, for Excel; semicolons, as it reads them in German."""
    yield "\ufeff"
    yield row_of(columns())
    for line in lines:
        yield row_of(cells(line))


def row_of(values: Iterable[str]) -> str:
    out = io.StringIO()
    safe = [f"'{value}" if value.startswith(FORMULA) else value for value in values]
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(safe)
    return out.getvalue()


def as_pdf(
    lines: Sequence[Line], *, on: dt.date, known_on: dt.date, language: str, at: dt.datetime,
    total: int | None = None,
) -> bytes:  # fmt: skip
    """on: as of that day; known_on: as it was known then. total: of all members, where these lines
    are one of several volumes."""
    paper = identity.paper()
    with translation.override(language):
        rows = [shown(line) for line in lines]
        data = {
            "language": language,
            "title": _("List of members"),
            "paper": paper.legal_entity or paper.name,
            "sentence": _("As of %(on)s, as known on %(known)s. %(count)d members.")
            % {"on": day(on), "known": day(known_on), "count": total or len(rows)}
            + volume(lines, total),
            "columns": [
                _("No."), _("Name and address"), _("Member since"), _("Further shares"),
                _("Leaves on"),
            ],
            "rows": rows,
        }  # fmt: skip
        return pdf.render(FOLDER / "list.typ", data, fonts=settings.PRINT_FONTS, at=at)


def volume(lines: Sequence[Line], total: int | None) -> str:
    if not lines or total in (None, len(lines)):
        return ""
    numbers = {"first": lines[0].number, "last": lines[-1].number}
    return " " + _("This volume: numbers %(first)d to %(last)d.") % numbers


def shown(line: Line) -> list[str]:
    told = line.details
    place = f"{told.get('postcode', '')} {told.get('town', '')}".strip()
    address = ", ".join(part for part in (told.get("street", ""), place) if part)
    return [
        str(line.number), f"{line.name}\n{address}".strip(), day(line.joined_on),
        str(line.further), day(line.leaves_on) if line.leaves_on else "",
    ]  # fmt: skip


def day(value: dt.date) -> str:
    return date_format(value, "SHORT_DATE_FORMAT")


# --- One's own entries ------------------------------------------------------------------------


def extract(membership: Membership, *, language: str, at: dt.datetime) -> bytes:
    """All that the register holds of a membership, in the order in which it was entered."""
    paper = identity.paper()
    with translation.override(language):
        on = projecting.day_of(at)
        name = queries.names([membership.pk]).get(membership.pk, "")
        data = {
            "language": language,
            "title": _("Extract from the list of members"),
            "paper": paper.legal_entity or paper.name,
            "sentence": _("%(name)s, member %(number)s. Made on %(day)s.")
            % {"name": name, "number": membership.number, "day": day(on)},
            "columns": [_("No."), _("Entry"), _("Takes effect"), _("Shares"), _("Amount")],
            "rows": [entry(event, membership, language) for event in entries(membership)],
        }
        return pdf.render(FOLDER / "list.typ", data, fonts=settings.PRINT_FONTS, at=at)


def entries(membership: Membership) -> list[RegisterEvent]:
    own = membership.events.order_by().union(membership.received.order_by())
    return list(own.order_by("number"))


def entry(event: RegisterEvent, membership: Membership, language: str) -> list[str]:
    amount = show(event.money, language=language) if event.cents else ""
    title = str(KINDS[Kind(event.kind)])
    if event.kind == Kind.CORRECTION:
        title = _("correction of entry %(number)d") % {"number": event.corrects_id}
    entered = _("entered on %(day)s") % {"day": day(projecting.day_of(event.recorded_at))}
    return [
        str(event.number), f"{title}\n{entered}", day(event.effective_on),
        str(event.shares) if event.shares else "", amount,
    ]  # fmt: skip


# --- § 338 HGB --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """Of a business year. Money is cents. liability: of all members together, where the statute
    limits the *Nachschuss* to a sum for each share."""

    year_start: dt.date
    year_end: dt.date
    known: int
    members_before: int
    joined: int
    left: int
    members: int
    shares_before: int
    shares: int
    credit_before: int
    credit: int
    liability_before: int
    liability: int

    def text(self) -> str:
        """Always the same for the same figures."""
        return json.dumps(asdict(self), default=str, sort_keys=True)

    @property
    def hash(self) -> str:
        return sha256(self.text().encode()).hexdigest()


def figures(day_of_year: dt.date, *, known: int | None = None) -> Figures:
    """Of the business year that holds a day, as known when an event was the last."""
    law = statute.in_force(on=day_of_year)
    start = calendar.year_start(day_of_year, statute=law)
    end = calendar.year_end(day_of_year, statute=law)
    if known is None:
        known = RegisterEvent.objects.order_by("-number").values_list("number", flat=True).first()
    before, after = queries.closing(start - DAY, known=known), queries.closing(end, known=known)
    joined, left = queries.moved_between(
        before.keys(), after.keys(), start=start, end=end, known=known
    )
    shares_before, shares = (sum(one[0] for one in held.values()) for held in (before, after))
    return Figures(
        year_start=start, year_end=end, known=known or 0,
        members_before=len(before), joined=len(joined), left=len(left), members=len(after),
        shares_before=shares_before, shares=shares,
        credit_before=sum(one[2] for one in before.values()),
        credit=sum(one[2] for one in after.values()),
        liability_before=liability(shares_before, law), liability=liability(shares, law),
    )  # fmt: skip


def liability(shares: int, law: Statute) -> int:
    return shares * (law.nachschuss_cents or 0)


@transaction.atomic
def freeze(found: Figures, *, by: Person | None, at: dt.datetime) -> RegisterEvent:
    """Into the register: whoever computes them again for the same year and knowledge gets the same
    hash."""
    draft = Draft(
        Kind.REPORTED, effective_on=found.year_end, word="338", document=found.hash, actor=by,
        payload={"figures": json.loads(found.text())},
    )  # fmt: skip
    return register.record(draft, at=at)


def frozen() -> QuerySet[RegisterEvent]:
    """The newest first."""
    rows = RegisterEvent.objects.filter(kind=Kind.REPORTED, word="338")
    return rows.select_related("actor").order_by("-number")


def read(event: RegisterEvent) -> Figures | None:
    """What was frozen; None where it can be read no more."""
    told = projecting.payloads([event.number]).get(event.number)
    if told is None:
        return None
    days = {name: dt.date.fromisoformat(told["figures"][name]) for name in DAYS}
    return Figures(**{**told["figures"], **days})


@dataclass(frozen=True)
class YearOf:
    """A business year, by its first and last day."""

    start: dt.date
    end: dt.date

    def __str__(self) -> str:
        whole = (self.start.month, self.start.day) == (1, 1)
        return str(self.start.year) if whole else f"{day(self.start)} – {day(self.end)}"


def business_years(*, until: dt.date) -> list[YearOf]:
    """From the first entry's to that of a day, the newest first; as far as a statute says when
    they begin."""
    rows = RegisterEvent.objects.filter(kind__in=JOINS)
    first = rows.aggregate(first=Min("effective_on"))["first"]
    found: list[YearOf] = []
    on = until
    while first and (not found or found[-1].start > first):
        try:
            law = statute.in_force(on=on)
        except statute.NoStatute:
            break
        found.append(
            YearOf(calendar.year_start(on, statute=law), calendar.year_end(on, statute=law))
        )
        on = found[-1].start - DAY
    return found
