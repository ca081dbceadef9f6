"""Paper declarations, typed in by the office: one after the other, none twice by mistake, mended as
long as nobody has decided."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.cooperative import (
    applications,
    declaration,
    keeping,
    letters,
    register,
    wording,
)
from allmende.cooperative.declaration import Wish
from allmende.cooperative.keeping import Applicant
from allmende.cooperative.models import Declaration, Proposal
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


@transaction.atomic
def mend(
    found: Declaration, applicant: Applicant, wish: Wish, *, declared_on: dt.date, by: Person,
    at: dt.datetime,
) -> None:  # fmt: skip
    """What was typed in wrongly from paper. The first of two decisions goes: it was about something
    else. The applicant gets the words as they are now.

    Raises NotAllowed, and NotNow once it is decided, or where nobody typed it in.
    """
    declaration.checked(wish)
    register.hold()
    found = declaration.held(found)
    if (found.way, found.state) != (Declaration.Way.PAPER, Declaration.State.STANDS):
        raise declaration.NotNow(found.state)
    found.who, found.group, found.shares = declaration.who(applicant), wish.group, wish.shares
    found.instalments, found.declared_on = wish.instalments, declared_on
    found.email_mark = keeping.email_mark(applicant.email)
    found.name_mark = keeping.name_mark(applicant)
    found.save()
    words = wording.kept(declaration.text_of(applicant, wish))
    keeping.keep_anew(found, applicant, words=words)
    applications.mended(found, why=_("Typed in wrongly."), by=by, at=at)
    Proposal.objects.filter(membership__key=found.key, wish=None).delete()
    letters.received(found, applicant, paper=None, at=at)
