"""Yearly statements: what somebody gave in a year, as a PDF. No receipt for the tax office."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allmende.contributions import ways
from allmende.contributions.campaigns import PURPOSE, STANDS
from allmende.ledger.money import Money, show
from allmende.lib import pdf
from allmende.paper.models import Paper
from allmende.payments.models import PaymentAttempt
from allmende.people.kin import family, root
from allmende.people.models import Person

TEMPLATE = Path(__file__).parent / "templates" / "contributions" / "statement.typ"


@dataclass(frozen=True)
class Gift:
    """Money that came and stayed: less what was given back of it."""

    on: dt.date
    way: str
    amount: Money


def gifts(person: Person, *, year: int) -> list[Gift]:
    """In the order in which they came."""
    rows = PaymentAttempt.objects.filter(
        item__pledge__person__in=family(person),
        item__pledge__purpose=PURPOSE,
        state__in=STANDS,
        settled_on__year=year,
    )
    found = []
    for row in rows.order_by("settled_on", "pk"):
        amount = row.amount - Money(row.refunded_cents, row.currency)
        if amount and row.settled_on:
            found.append(Gift(row.settled_on, ways.title(row.provider), amount))
    return found


def years(person: Person) -> list[int]:
    """In which something came, the latest first."""
    rows = PaymentAttempt.objects.filter(
        item__pledge__person__in=family(person), item__pledge__purpose=PURPOSE, state__in=STANDS
    )
    days = rows.dates("settled_on", "year", order="DESC")
    return [day.year for day in days]


def statement(
    person: Person, *, year: int, paper: Paper, on: dt.date, at: dt.datetime
) -> bytes | None:
    """The PDF in the person's language; None where nothing came in that year."""
    person = root(person)
    language = person.language.split("-")[0]
    with translation.override(language):
        given = gifts(person, year=year)
        if not given:
            return None
        data = written(person, given, year=year, paper=paper, on=on) | {"language": language}
        return pdf.render(TEMPLATE, data, fonts=settings.PRINT_FONTS, at=at)


def written(
    person: Person, given: list[Gift], *, year: int, paper: Paper, on: dt.date
) -> dict[str, Any]:
    """The letter's words, in the language that is switched on."""
    language = translation.get_language() or "de"
    total = sum((gift.amount for gift in given[1:]), given[0].amount)
    place = f"{paper.town}, " if paper.town else ""
    sender = [paper.legal_entity or paper.name, paper.street, f"{paper.postcode} {paper.town}"]
    rows = [
        (date_format(gift.on, "DATE_FORMAT"), gift.way, show(gift.amount, language=language))
        for gift in given
    ]
    return {
        "title": _("Your contributions in %(year)d") % {"year": year},
        "paper": paper.name,
        "sender": " · ".join(part.strip() for part in sender if part.strip()),
        "recipient": recipient(person),
        "place_and_date": place + date_format(on, "DATE_FORMAT"),
        "sentence": _("In %(year)d we received from you, as solidarity contributions:")
        % {"year": year},
        "columns": [_("Day"), _("Way of paying"), _("Amount")],
        "rows": rows,
        "sum_label": _("Sum"),
        "sum": show(total, language=language),
        "words": [
            _(
                "Solidarity contributions are not tax deductible: they are no donations in the"
                " sense of tax law, and this statement is no receipt for a donation."
            ),
            _("Thank you. What you give keeps our articles open to everybody."),
        ],
    }


def recipient(person: Person) -> list[str]:
    """Name and postal address, as far as they are known."""
    lines = [person.get_full_name()]
    postal = person.contact_addresses.exclude(town="").order_by("-pk").first()
    if postal:
        lines += [postal.street, f"{postal.postcode} {postal.town}"]
    return [line.strip() for line in lines if line.strip()] or [person.email]


def givers(*, year: int) -> Iterator[Person]:
    """Everybody from whom something came in a year; each human being once."""
    came = Q(
        pledges__purpose=PURPOSE,
        pledges__items__attempts__state__in=STANDS,
        pledges__items__attempts__settled_on__year=year,
    )
    seen: set[int] = set()
    for person in Person.objects.filter(came, erased_at=None).distinct().order_by("pk").iterator():
        one = root(person)
        if one.pk not in seen:
            seen.add(one.pk)
            yield one


def count(*, year: int) -> int:
    """About how many statements a year has: rows that were merged count each."""
    rows = PaymentAttempt.objects.filter(
        item__pledge__purpose=PURPOSE, state__in=STANDS, settled_on__year=year
    )
    people = rows.exclude(item__pledge__person=None).order_by()
    return people.values("item__pledge__person").distinct().count()


class Pipe(io.RawIOBase):
    """What `zipfile` writes, taken out piece by piece."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def all_statements(*, year: int, paper: Paper, on: dt.date, at: dt.datetime) -> Iterator[bytes]:
    """A ZIP of all statements of a year, as it comes into being: memory does not grow with it."""
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as pack:
        for person in givers(year=year):
            made = statement(person, year=year, paper=paper, on=on, at=at)
            if made is not None:
                pack.writestr(f"{year}-{person.pk}.pdf", made)
                yield pipe.take()
    yield pipe.take()
