"""The paper of a declaration: a tagged PDF, for who declared and for the cooperative's files."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allmende.cooperative.keeping import Applicant
from allmende.cooperative.models import Declaration
from allmende.cooperative.wording import Text
from allmende.lib import pdf
from allmende.paper import identity
from allmende.paper.models import Paper

TEMPLATE = Path(__file__).parent / "templates" / "cooperative" / "declaration.typ"


def declared(
    declaration: Declaration, applicant: Applicant, text: Text, *, at: dt.datetime
) -> bytes:
    """What was declared online: by whom, when, and in which words."""
    with in_language_of(declaration):
        return rendered(
            applicant, text, reference=str(declaration.key), proof=proof(declaration), at=at
        )


def to_sign(
    declaration: Declaration, applicant: Applicant, text: Text, *, at: dt.datetime
) -> bytes:
    """The form of a statute that asks for a signature on paper."""
    with in_language_of(declaration):
        return for_signature(applicant, text, reference=str(declaration.key), at=at)


def for_signature(
    applicant: Applicant, text: Text, *, reference: str, at: dt.datetime
) -> bytes:  # fmt: skip
    """With lines for those who sign, in the language of now."""
    sentence = _("Please sign, and send it to: %(address)s.")
    proof = [sentence % {"address": address(identity.paper())}]
    signers = applicant.guardians or [applicant.representative or applicant.name]
    return rendered(applicant, text, reference=reference, proof=proof, signers=signers, at=at)


def in_language_of(declaration: Declaration) -> Any:
    return translation.override(declaration.language)


def rendered(
    applicant: Applicant, text: Text, *, reference: str, proof: list[str],
    signers: list[str] | None = None, at: dt.datetime,
) -> bytes:  # fmt: skip
    """reference: by which the paper is found again."""
    paper = identity.paper()
    data = {
        "language": text.language,
        "paper": paper.name,
        "title": text.title,
        "sender": sender(paper),
        "recipient": applicant.lines,
        "email": applicant.email,
        "reference": _("Reference %(key)s") % {"key": reference},
        "blocks": [{"words": one.words, "highlighted": bool(one.code)} for one in text.blocks],
        "proof": proof,
        "signers": signers or [],
        "place": _("Place, date"),
        "signature": _("Signature"),
    }
    return pdf.render(TEMPLATE, data, fonts=settings.PRINT_FONTS, at=at)


def proof(declaration: Declaration) -> list[str]:
    """When it was declared, and when it was confirmed, to the second in the paper's zone."""
    found = []
    if declared_at := declaration.declared_at:
        found.append(_("Declared online on %(time)s.") % {"time": moment(declared_at)})
    if declaration.proven_at:
        words = _("Confirmed by the link in the mail to the address above on %(time)s.")
        found.append(words % {"time": moment(declaration.proven_at)})
    return found


def moment(at: dt.datetime) -> str:
    zone = identity.paper().time_zone_info
    there = timezone.localtime(at, zone)
    return f"{date_format(there, 'DATE_FORMAT')}, {there:%H:%M:%S} {there.tzname()}"


def sender(paper: Paper) -> str:
    lines = [paper.legal_entity or paper.name, paper.street, f"{paper.postcode} {paper.town}"]
    return " · ".join(line.strip() for line in lines if line.strip())


def address(paper: Paper) -> str:
    return sender(paper).replace(" · ", ", ")
