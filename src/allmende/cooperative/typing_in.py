"""Paper declarations, typed in by the office: one after the other, and none twice by mistake."""

import datetime as dt

from django.db import transaction

from allmende.cooperative import declaration, keeping, letters
from allmende.cooperative.declaration import Wish
from allmende.cooperative.keeping import Applicant
from allmende.cooperative.models import Declaration
from allmende.people.models import Person


def twins(applicant: Applicant) -> list[tuple[Declaration, str]]:
    """Declarations that look like this one, and whose they are: the same name or address."""
    rows = declaration.alike(
        name_mark=keeping.name_mark(applicant), email_mark=keeping.email_mark(applicant.email)
    )
    return [(row, found.name) for row in rows[:10] if (found := keeping.applicant_of(row))]


@transaction.atomic
def type_in(
    applicant: Applicant,
    wish: Wish,
    *,
    declared_on: dt.date,
    by: Person,
    scan: bytes | None = None,
    at: dt.datetime,
) -> Declaration:
    """declared_on: when the signed paper was there. scan: of the paper, as a PDF.

    Raises NotAllowed.
    """
    way = Declaration.Way.PAPER
    found = declaration.written(applicant, wish, way=way, by=by, at=at)
    declaration.stand(found, declared_on=declared_on, at=at)
    if scan:
        keeping.keep_paper(found, scan)
    declaration.hand_over(found, at=at)
    letters.received(found, applicant, paper=None, at=at)
    return found
