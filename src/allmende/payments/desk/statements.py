"""Statements of the bank: handed in by the office, or fetched from a folder by the worker."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allmende.payments import matching, opening, reading_statements
from allmende.payments.desk.rights import MATCH, allowed, paged
from allmende.payments.models import BankAccount, Statement, Transfer
from allmende.payments.statements import shape

AT_ONCE = 5_000  # rows that are matched while the office waits; the worker does the rest


@dataclass(frozen=True)
class Report:
    """What became of a file. refused: why not, with the line."""

    name: str
    rows: int = 0
    new: int = 0
    refused: str = ""

    @property
    def known(self) -> int:
        return self.rows - self.new


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(MATCH)
def every(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    files = request.FILES.getlist("files") if request.method == "POST" else []
    reports = [take_in(file, at=now) for file in files]
    new = sum(report.new for report in reports)
    matched = matching.work(at=now) if 0 < new <= AT_ONCE else 0
    rows = Statement.objects.select_related("bank_account").order_by("-read_at", "-pk")
    context = {
        "reports": reports,
        "nothing": request.method == "POST" and not files,
        "matched": matched,
        "by_worker": new > AT_ONCE,
        "waiting": Transfer.objects.filter(state=Transfer.State.OPEN).count(),
        "shown": paged(request, rows),
        "folder": settings.STATEMENTS,
        "refused": refused_in_folder(),
        "openings": [
            (account, found, opening.fits(account, found))
            for account in BankAccount.objects.filter(statements__isnull=False).distinct()
            if (found := opening.of(account))
        ],
    }
    wrong = context["nothing"] or any(report.refused for report in reports)
    return render(request, "payments/admin/statements.html", context, status=422 if wrong else 200)


def take_in(file: UploadedFile, *, at: dt.datetime) -> Report:
    name = str(file.name)
    try:
        taken = reading_statements.take_in(file, at=at)
    except shape.Refused as refused:
        return Report(name, refused=words_of(refused))
    return Report(name, taken.rows, taken.new)


def words_of(refused: shape.Refused) -> str:
    """In the office's language, with the line; what stands there, where that helps."""
    known = {
        shape.NoStatement: _("This is no statement that can be read (camt.053 or camt.054)."),
        shape.Unreadable: _("An entry lacks what every entry has."),
        shape.Unbalanced: _("Opening balance and entries do not lead to the closing balance."),
        reading_statements.NotOurs: _("It is of an account that is not set up here."),
    }
    words = known.get(type(refused), _("It cannot be read."))
    place = _("Line %(line)d") % {"line": refused.line}
    helps = isinstance(refused, shape.Unreadable | reading_statements.NotOurs)
    return f"{words} {place}: {refused.words}." if helps else f"{words} {place}."


def refused_in_folder() -> Iterable[tuple[str, str]]:
    """What the worker found in the folder and could not take in, the newest first."""
    if not settings.STATEMENTS:
        return []
    notes = sorted((settings.STATEMENTS / "refused").glob("*.txt"), reverse=True)
    return [(note.stem, note.read_text().strip()) for note in notes[:10]]


PATHS = [path("geld/auszuege/", every, name="payments_statements")]
